/** Where measures come from: adding a source is one record here. */
import { jointAngle } from '../../../measure/kinematics/angles.ts';
import { poseOf } from '../../core/pose.ts';
import type { Track, Video, Workbench } from '../../core/workbench.ts';
import type { SignalLane } from '../timeline/lane.ts';
import { answerOf, laneSources } from '../timeline/sources.ts';
import { loadOnce, type FrameMeasure } from './frame-measure.ts';
import { labelOnFrames, onFrames } from './on-frames.ts';
import { postureMeasures, type BodyFrame } from './posture.ts';

export interface MeasureContext {
  readonly workbench: Workbench;
  readonly video: Video;
  readonly track?: Track;
  readonly bodyFrame?: BodyFrame;
}

export interface MeasureSource {
  readonly name: string;
  measures(context: MeasureContext): readonly FrameMeasure[] | Promise<readonly FrameMeasure[]>;
}

const posture: MeasureSource = {
  name: 'posture',
  measures: ({ track, video, bodyFrame }) =>
    track && bodyFrame ? postureMeasures(track, video, bodyFrame) : [],
};

const time: MeasureSource = {
  name: 'time',
  measures: ({ video }) => [
    {
      id: 'time',
      title: 'Time',
      unit: 's',
      group: 'Time',
      kind: 'value',
      load: loadOnce(() => ({ values: Float32Array.from(video.times) })),
    },
  ],
};

/** A keypoint with many neighbors has a great many angles: those of its first ones are offered. */
const mostAngles = 40;

const angles: MeasureSource = {
  name: 'joint angles',
  measures({ track, video, workbench }) {
    if (!track) return [];
    const pose = poseOf(track, video, workbench.project.value.skeleton);
    const { keypoints, edges } = pose.skeleton;
    const all = keypoints.flatMap((vertex, v) => {
      const around = edges.flatMap(([a, b]) => (a === v ? [b] : b === v ? [a] : []));
      return around.flatMap((a, i) =>
        around.slice(i + 1).map((b) => [keypoints[a], vertex, keypoints[b]] as const),
      );
    });
    return all.slice(0, mostAngles).map(([first, vertex, second]): FrameMeasure => ({
      id: `angle:${first}:${vertex}:${second}`,
      title: `Angle ${first} – ${vertex} – ${second}`,
      unit: 'deg',
      group: 'Joint angles',
      kind: 'value',
      load: loadOnce(() => ({
        values: filled(jointAngle(pose, [first, vertex, second]).contiguous(), video.times.length),
      })),
    }));
  },
};

/** All that the timeline shows as signals or as intervals. */
const lanes: MeasureSource = {
  name: 'lanes of the timeline',
  async measures({ workbench, video, track }) {
    const answers = await Promise.all(
      laneSources.map((source) => answerOf(source, { workbench, video, track, options: {} })),
    );
    return answers
      .flatMap((answer) => answer.lanes)
      .flatMap((lane): FrameMeasure[] => {
        if (lane.kind === 'signal') {
          const names = seriesNames(lane);
          return names.map((name, i) => ({
            id: name === '' ? lane.id : `${lane.id}:${name}`,
            title: name === '' ? lane.title : `${lane.title} ${name}`,
            unit: lane.unit,
            group: lane.group,
            kind: 'value',
            load: loadOnce(async () => {
              const series = lane.series()[i];
              const values = onFrames({ values: await series.whole(), time: series.time }, video.times);
              return { values, caveat: lane.computed };
            }),
          }));
        }
        if (lane.kind !== 'bouts') return [];
        return [
          {
            id: lane.id,
            title: lane.title,
            unit: lane.unit,
            group: lane.group,
            kind: 'category',
            load: loadOnce(() => {
              const events = lane.events();
              const categories = events.vocabulary;
              return { values: labelOnFrames(events, categories, video.times), categories };
            }),
          },
        ];
      });
  },
};

/** Series of a track are computed when first asked for, so that their names must be known without them. */
function seriesNames(lane: SignalLane): readonly string[] {
  if (lane.id.startsWith('position:')) return ['x', 'y'];
  if (!lane.id.startsWith('recorded:')) return [''];
  const names = lane.series().map(({ name }) => name);
  return names.length > 1 ? names : [''];
}

export const measureSources: readonly MeasureSource[] = [posture, angles, lanes, time];

/** A track may be shorter than its video: what lies beyond is missing. */
function filled(values: ArrayLike<number>, length: number): Float32Array {
  const out = new Float32Array(length).fill(NaN);
  for (let i = 0; i < Math.min(length, values.length); i++) out[i] = values[i];
  return out;
}

/** The measures of all sources in their order, and what could not be had, in words. */
export async function measuresOf(
  sources: readonly MeasureSource[],
  context: MeasureContext,
): Promise<{ readonly measures: readonly FrameMeasure[]; readonly notes: readonly string[] }> {
  const answers = await Promise.allSettled(sources.map(async (source) => source.measures(context)));
  return {
    measures: answers.flatMap((a) => (a.status === 'fulfilled' ? a.value : [])),
    notes: answers.flatMap((a, i) =>
      a.status === 'rejected'
        ? [`No measures of ${sources[i].name}: ${a.reason instanceof Error ? a.reason.message : a.reason}`]
        : [],
    ),
  };
}

/** What is shown where nobody has chosen: posture by speed, or the first two measures there are. */
export function firstChoice(measures: readonly FrameMeasure[]): { x?: string; y?: string; color?: string } {
  const values = measures.filter(({ kind }) => kind === 'value').map(({ id }) => id);
  return {
    x: values[0],
    y: values[1] ?? values[0],
    color: values.includes('speed') ? 'speed' : 'time',
  };
}
