/** Which video, where in it, and playback: the controls of the one cursor. */
import { useEffect, useState } from 'react';
import {
  Button,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  NumberField,
  Popover,
  Select,
  SelectValue,
  Text,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { nearestFrame } from '../../core/frame-times.ts';
import { speeds } from '../../core/player.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Video, type Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';

/** The video's description and times, once they are here; a failure where they are not to be had. */
export function useVideo(
  workbench: Workbench,
  id: string | null,
): { readonly video?: Video; readonly failure?: unknown } {
  const [loaded, setLoaded] = useState<{
    readonly id?: string;
    readonly video?: Video;
    readonly failure?: unknown;
  }>({});
  useEffect(() => {
    if (id === null) return undefined;
    let shown = true;
    workbench.video(id).then(
      (video) => shown && setLoaded({ id, video }),
      (failure: unknown) => shown && setLoaded({ id, failure }),
    );
    return () => void (shown = false);
  }, [workbench, id]);
  return loaded.id === id ? loaded : {};
}

/** Seconds as `m:ss.mmm`. */
export function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(3).padStart(6, '0')}`;
}

export function Transport({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store, player } = workbench;
  const { playing, speed } = useObservable(player.playback);
  const project = useObservable(workbench.project);
  const chosen = useStore(store, (state) => state.video);
  const track = useStore(store, (state) => state.track);
  const { video, failure } = useVideo(workbench, chosen);
  const tracks = project.tracks.filter((t) => t.video === undefined || t.video === chosen);
  return (
    <>
      <div className="transport" role="group" aria-label="Playback">
        <Picker
          label="Video"
          value={chosen}
          items={project.videos.map(({ id, name, problem }) => ({ id, name, note: problem }))}
          onChange={(id) => void changeVideo(workbench, id)}
        />
        {tracks.length > 1 ? (
          <Picker
            label="Track"
            value={workbench.trackOf({ video: chosen, track }) ?? null}
            items={tracks.map(({ id, name }) => ({ id, name }))}
            onChange={(id) => store.set({ track: id })}
          />
        ) : null}
        <div className="row transport-buttons">
          <Step
            label="First frame (Home)"
            sign="M4 3v10M13 3l-7 5 7 5z"
            onPress={() => void player.seek(0)}
          />
          <Step
            label="One frame back (left arrow)"
            sign="M11 3l-7 5 7 5z"
            onPress={() => void player.step(-1)}
          />
          <Step
            label={playing ? 'Pause (Space)' : 'Play (Space)'}
            sign={playing ? 'M4 3h3v10H4zM9 3h3v10H9z' : 'M4 2l10 6-10 6z'}
            onPress={() => player.toggle()}
          />
          <Step label="One frame on (right arrow)" sign="M5 3l7 5-7 5z" onPress={() => void player.step(1)} />
          <Step
            label="Last frame (End)"
            sign="M12 3v10M3 3l7 5-7 5z"
            onPress={() => void player.seek(Number.POSITIVE_INFINITY)}
          />
        </div>
        <Picker
          label="Speed"
          value={String(speed)}
          items={speeds.map((s) => ({ id: String(s), name: `${s}\u00d7` }))}
          onChange={(id) => player.setSpeed(Number(id))}
        />
        <Cursor workbench={workbench} video={video} />
      </div>
      {failure === undefined ? null : <Failure error={failure} title="The video cannot be read" />}
    </>
  );
}

/** To another video; to another camera of the same recording at the same time. */
async function changeVideo(workbench: Workbench, id: string): Promise<void> {
  const { store } = workbench;
  const { video: from, frame } = store.state;
  const recordingOf = (video: string | null): string | undefined =>
    workbench.project.value.videos.find((v) => v.id === video)?.recording;
  const change = { video: id, track: null, selection: null };
  if (from === null || recordingOf(from) !== recordingOf(id)) return store.set({ ...change, frame: 0 });
  const [old, next] = await Promise.all([workbench.video(from), workbench.video(id)]);
  const seconds = old.times[Math.min(frame, old.times.length - 1)];
  store.set({ ...change, frame: nearestFrame(next.times, seconds) });
}

function Cursor({
  workbench,
  video,
}: {
  readonly workbench: Workbench;
  readonly video: Video | undefined;
}): React.ReactNode {
  const frame = useStore(workbench.store, (state) => state.frame);
  const last = video ? video.frameCount - 1 : 0;
  const seconds = video?.times[Math.min(frame, last)];
  return (
    <div className="row transport-cursor">
      <NumberField
        aria-label="Frame"
        value={frame}
        minValue={0}
        maxValue={video ? last : undefined}
        isDisabled={!video}
        formatOptions={{ useGrouping: false, maximumFractionDigits: 0 }}
        onChange={(value) => void workbench.player.seek(value)}
      >
        <Group>
          <Input />
        </Group>
      </NumberField>
      <span className="transport-time">
        {video && seconds !== undefined
          ? `of ${last + 1}, ${clockTime(seconds)} of ${clockTime(video.times[last])}`
          : ''}
      </span>
    </div>
  );
}

function Step({
  label,
  sign,
  onPress,
}: {
  readonly label: string;
  readonly sign: string;
  onPress(): void;
}): React.ReactNode {
  return (
    <TooltipTrigger>
      <Button data-kind="quiet" data-size="small" aria-label={label} onPress={onPress}>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path d={sign} fill="currentColor" stroke="currentColor" strokeWidth="1.2" strokeLinejoin="round" />
        </svg>
      </Button>
      <Tooltip>{label}</Tooltip>
    </TooltipTrigger>
  );
}

function Picker({
  label,
  value,
  items,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly items: readonly { readonly id: string; readonly name: string; readonly note?: string }[];
  onChange(id: string): void;
}): React.ReactNode {
  return (
    <Select
      className="react-aria-Select transport-picker"
      placeholder="none"
      value={value}
      isDisabled={items.length === 0}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
    >
      <Label>{label}</Label>
      <Button data-size="small">
        <SelectValue />
        <span aria-hidden="true">{'\u25be'}</span>
      </Button>
      <Popover>
        <ListBox items={items}>
          {({ id, name, note }) => (
            <ListBoxItem id={id} textValue={name}>
              <Text slot="label">{name}</Text>
              {note === undefined ? null : <Text slot="description">{note}</Text>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
