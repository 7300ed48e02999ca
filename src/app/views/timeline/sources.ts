/** Where lanes come from: adding a source is one record here. */
import { origins } from '../../../measure/pose/correct.ts';
import { baseName } from '../../../project/edits.ts';
import { Events } from '../../../signal/events.ts';
import { chosenFrames } from '../../core/chosen-frames.ts';
import { frameEnd, runsOfFrames } from '../../core/frame-times.ts';
import { poseOf } from '../../core/pose.ts';
import type { Track, Video, Workbench } from '../../core/workbench.ts';
import { markingOf } from '../behavior/marking.ts';
import { labelsOf } from '../label/labels-of.ts';
import type { Lane } from './lane.ts';
import { recordedSource } from './recorded.ts';
import { trackLanes, type TrackLaneOptions } from './lanes.ts';

export interface LaneContext {
  readonly workbench: Workbench;
  readonly video: Video;
  readonly track?: Track;
  readonly options: TrackLaneOptions;
}

export interface LaneSource {
  readonly name: string;
  /** It needs no track, and is asked before that is here. */
  readonly early?: boolean;
  lanes(context: LaneContext): readonly Lane[] | Promise<readonly Lane[]>;
  /** Calls when it would give other lanes. Returns what ends it. */
  watch?(workbench: Workbench, changed: () => void): () => void;
}

/** What a track's lanes computed is there for all panels. */
const lanesOfTracks = new WeakMap<Track, { readonly threshold?: number; readonly lanes: readonly Lane[] }>();

const track: LaneSource = {
  name: 'track',
  lanes({ workbench, track, video, options }) {
    if (!track) return [];
    const kept = lanesOfTracks.get(track);
    if (kept?.threshold === options.movingThreshold && kept) return kept.lanes;
    const lanes = trackLanes(poseOf(track, video, workbench.project.value.skeleton), options);
    lanesOfTracks.set(track, { threshold: options.movingThreshold, lanes });
    return lanes;
  },
  watch: (workbench, changed) => workbench.corrections.subscribe(changed),
};

/** What people corrected: one row for each way, as intervals of frames in which any point is so. */
const corrections: LaneSource = {
  name: 'corrections',
  lanes({ track, video }) {
    const from = track?.origins;
    if (!track || !from) return [];
    const points = track.keypoints.length;
    const frames = Math.min(track.frames, video.times.length);
    const rows = origins.slice(1).flatMap((label, i) => {
      const own: number[] = [];
      for (let f = 0; f < frames; f++) {
        if (from.subarray(f * points, (f + 1) * points).includes(i + 1)) own.push(f);
      }
      return runsOfFrames(own).map(([first, last]) => ({
        startSeconds: video.times[first],
        endSeconds: frameEnd(video.times, last),
        label,
        source: 'person',
      }));
    });
    if (rows.length === 0) return [];
    const events = new Events(rows, { name: 'corrected frames', provenance: { step: 'proofread' } });
    return [
      {
        kind: 'bouts',
        id: 'corrections',
        title: 'corrected frames',
        unit: '1',
        group: 'Corrections',
        shownFirst: true,
        computed: 'by hand',
        events: () => events,
      },
    ];
  },
  watch: (workbench, changed) => workbench.corrections.subscribe(changed),
};

const chosen: LaneSource = {
  name: 'chosen frames',
  early: true,
  lanes({ workbench, video }) {
    const frames = chosenFrames(workbench).value;
    if (!frames || frames.video !== video.id) return [];
    const events = new Events(
      frames.runs
        .filter(([first]) => first < video.times.length)
        .map(([first, last]) => ({
          startSeconds: video.times[first],
          endSeconds: frameEnd(video.times, Math.min(last, video.times.length - 1)),
          label: 'chosen',
          source: frames.title,
        })),
      { name: 'chosen frames', provenance: { step: 'chosen frames' } },
    );
    return [
      {
        kind: 'bouts',
        id: 'chosen',
        title: 'chosen frames',
        unit: '1',
        group: 'Chosen',
        shownFirst: true,
        computed: `${frames.count} frames by ${frames.title}`,
        events: () => events,
      },
    ];
  },
  watch: (workbench, changed) => chosenFrames(workbench).subscribe(changed),
};

const labels: LaneSource = {
  name: 'labels',
  early: true,
  async lanes({ video, workbench }) {
    const model = labelsOf(workbench);
    // What it cannot load it says itself, in the label view.
    if (!model.loaded) await model.load();
    const name = workbench.project.value.videos.find(({ id }) => id === video.id)?.name;
    const here = [...model.state.values()].filter(
      ({ picture }) =>
        picture.video !== undefined &&
        picture.frame !== undefined &&
        picture.frame < video.times.length &&
        name !== undefined &&
        baseName(picture.video) === baseName(name),
    );
    if (here.length === 0) return [];
    const events = new Events(
      here.map(({ picture }) => ({
        startSeconds: video.times[picture.frame!],
        label: 'labeled',
        source: 'labels',
      })),
      { name: 'labeled frames', provenance: { step: 'labels' } },
    );
    return [
      {
        kind: 'ticks',
        id: 'labels',
        title: 'labeled frames',
        unit: '1',
        group: 'Labels',
        shownFirst: true,
        events: () => events,
      },
    ];
  },
  // Only where another frame is labeled or none any more: the points in it are not shown here.
  watch(workbench, changed) {
    const model = labelsOf(workbench);
    let size = model.state.size;
    return model.subscribe(() => {
      if (model.state.size !== size) changed();
      size = model.state.size;
    });
  },
};

/** What people marked with keys: each behavior has its row and its color. */
const behavior: LaneSource = {
  name: 'behavior',
  early: true,
  lanes({ workbench, video }) {
    const marking = markingOf(workbench);
    const { behaviors } = marking;
    if (behaviors.length === 0) return [];
    return [
      {
        kind: 'bouts',
        id: 'behavior',
        title: 'behavior',
        unit: '1',
        group: 'Behavior',
        shownFirst: true,
        computed: 'by hand',
        rows: behaviors.map(({ name, color }) => ({ label: name, color })),
        events: () => marking.eventsOf(video),
        subscribe: (listener) => marking.subscribe(listener),
      },
    ];
  },
  // Bouts are drawn as they come; only other behaviors make another lane.
  watch(workbench, changed) {
    const marking = markingOf(workbench);
    const seen = (): string => JSON.stringify(marking.behaviors);
    let before = seen();
    return marking.model.subscribe(() => {
      const now = seen();
      if (now !== before) changed();
      before = now;
    });
  },
};

export const laneSources: readonly LaneSource[] = [
  behavior,
  corrections,
  track,
  recordedSource,
  labels,
  chosen,
];

export interface SourceAnswer {
  readonly lanes: readonly Lane[];
  /** What could not be had, in words. */
  readonly note?: string;
}

/** One failing source does not take the others. */
export async function answerOf(source: LaneSource, context: LaneContext): Promise<SourceAnswer> {
  try {
    return { lanes: await source.lanes(context) };
  } catch (error) {
    return {
      lanes: [],
      note: `No lanes of ${source.name}: ${error instanceof Error ? error.message : error}`,
    };
  }
}
