/** The lanes of a workbench's video, for every panel that shows some of them. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from '../../core/state.ts';
import { useObservable, type Track, type Video, type Workbench } from '../../core/workbench.ts';
import type { Lane } from './lane.ts';
import { answerOf, type LaneSource, type SourceAnswer } from './sources.ts';

export interface LoadedLanes {
  readonly video: Video;
  readonly lanes: readonly Lane[];
  readonly notes: readonly string[];
  /** Sources that have not answered yet. */
  readonly awaited: readonly string[];
}

/** The lanes of all sources in their order, each as soon as it has answered. */
export function useLanes(
  workbench: Workbench,
  sources: readonly LaneSource[],
  movingThreshold: number | undefined,
): { readonly loaded?: LoadedLanes; readonly failure?: string } {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const videoId = useStore(store, (state) => state.video) ?? project.videos[0]?.id ?? null;
  const track = useStore(store, (state) => state.track);
  const [answer, setAnswer] = useState<{ readonly loaded?: LoadedLanes; readonly failure?: string }>({});
  // What a source said last of this video is seen until it says something else.
  const said = useRef<{ video: string | null; answers: Map<LaneSource, SourceAnswer> }>(null);
  useEffect(() => {
    if (said.current?.video !== videoId) said.current = { video: videoId, answers: new Map() };
    const { answers } = said.current;
    let stale = false;
    const ends: (() => void)[] = [];
    if (videoId === null) {
      setAnswer({ failure: 'The project has no video.' });
      return undefined;
    }
    const fail = (error: unknown): void => {
      if (!stale) setAnswer({ failure: error instanceof Error ? error.message : `${error}` });
    };
    const tell = (video: Video): void => {
      const all = sources.flatMap((source) => answers.get(source) ?? []);
      const lanes = all.flatMap((one) => one.lanes);
      const notes = all.flatMap(({ note }) => note ?? []);
      const awaited = sources.filter((source) => !answers.has(source)).map(({ name }) => name);
      setAnswer({ loaded: { video, lanes, notes, awaited } });
    };
    const trackId = workbench.trackOf({ video: videoId, track });
    // Asked for anew each time: people correct it meanwhile.
    const trackNow = (): Promise<Track | undefined> =>
      trackId === undefined ? Promise.resolve(undefined) : workbench.track(trackId);
    const begin = (video: Video, source: LaneSource): void => {
      let turn = 0;
      const run = async (): Promise<void> => {
        const own = ++turn;
        const options = { movingThreshold };
        const held = source.early ? undefined : await trackNow();
        if (stale || own !== turn) return;
        const got = await answerOf(source, { workbench, video, track: held, options });
        if (stale || own !== turn) return;
        answers.set(source, got);
        tell(video);
      };
      run().catch(fail);
      const end = source.watch?.(workbench, () => void run().catch(fail));
      if (end) ends.push(end);
    };
    // Asked for at once, beside the video.
    void trackNow().catch(fail);
    workbench
      .video(videoId)
      .then((video) => {
        if (stale) return;
        tell(video);
        for (const source of sources) begin(video, source);
      })
      .catch(fail);
    return () => {
      stale = true;
      for (const end of ends) end();
    };
  }, [workbench, project, sources, videoId, track, movingThreshold]);
  return answer;
}
