import type { NamedArrays } from '../../src/formats/array.ts';
import { numberArray, textArray } from '../../src/formats/array.ts';
import { frameClock } from '../../src/formats/frames.ts';
import type { Session } from '../../src/formats/session.ts';
import { table, type Table } from '../../src/formats/table.ts';
import { Random } from '../../src/math/random.ts';
import { Clock } from '../../src/signal/clock.ts';
import { Events, type Event } from '../../src/signal/events.ts';
import type { LabelSet } from '../../src/signal/labels.ts';
import { poseTrack, type PoseTrack } from '../../src/signal/pose.ts';
import { Recording } from '../../src/signal/recording.ts';
import { Signal } from '../../src/signal/signal.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { Spikes } from '../../src/signal/spikes.ts';
import { irregularTime, regularTime } from '../../src/signal/time.ts';

export interface TrackOptions {
  readonly individuals?: readonly string[];
  readonly frames?: number;
  readonly space?: 2 | 3;
  readonly confidence?: boolean;
  readonly covariance?: boolean;
  readonly clock?: 'frames' | 'seconds' | 'irregular';
  readonly seed?: number;
}

/** A track with awkward numbers, missing points and missing frames. */
export function sampleTrack(options: TrackOptions = {}): PoseTrack {
  const { individuals = ['individual'], frames = 12, space = 2, clock = 'frames', seed = 1 } = options;
  const random = new Random(seed);
  const keypoints = ['nose', 'left paw', 'right paw', 'tail, base'];
  const points = frames * individuals.length * keypoints.length;
  const present = Array.from({ length: points }, () => random.uniform() > 0.2);
  // One frame without anything: it must not disappear.
  const perFrame = individuals.length * keypoints.length;
  if (frames > 3) present.fill(false, 2 * perFrame, 3 * perFrame);
  const fill = (per: number, of: () => number): Float64Array =>
    Float64Array.from({ length: points * per }, (_, i) => (present[Math.floor(i / per)] ? of() : NaN));
  const entries = (space * (space + 1)) / 2;
  return poseTrack({
    skeleton: skeleton(keypoints, [
      ['nose', 'left paw'],
      ['nose', 'tail, base'],
    ]),
    individuals,
    space,
    positions: fill(space, () => random.normal(200, 80) / 3),
    confidence: options.confidence === false ? undefined : fill(1, () => random.uniform()),
    covariance: options.covariance ? fill(entries, () => random.normal()) : undefined,
    unit: space === 3 ? 'mm' : 'px',
    time:
      clock === 'frames'
        ? regularTime(frames, 1, 0, frameClock)
        : clock === 'seconds'
          ? regularTime(frames, 29.97, 0.25)
          : irregularTime(Float64Array.from({ length: frames }, (_, i) => i / 30 + random.uniform() / 100)),
    provenance: { step: 'test' },
  });
}

/** Markers of motion capture: in space, of one individual, some missing. */
export function sampleMarkers(): PoseTrack {
  return sampleTrack({ space: 3, clock: 'seconds', confidence: false });
}

/** Numbers over time. */
export function sampleNumbers(): Table {
  const random = new Random(5);
  const column = (of: (i: number) => number): Float64Array =>
    Float64Array.from({ length: 9 }, (_, i) => of(i));
  return table([
    { name: 'time', values: column((i) => i / 100) },
    { name: 'knee_angle_r', values: column((i) => (i === 2 ? NaN : random.normal() * 1e-7)) },
    { name: 'ground force', values: column((i) => (i === 3 ? -0 : random.normal(0, 1e5))) },
  ]);
}

/** Labels of several animals with missing and occluded points. */
export function sampleLabels(individuals: readonly string[] = ['individual'], seed = 2): LabelSet {
  const random = new Random(seed);
  const body = skeleton(['nose', 'left paw', 'right paw', 'tail'], [['nose', 'tail']]);
  return {
    skeleton: body,
    individuals,
    frames: Array.from({ length: 6 }, (_, i) => ({
      picture: { image: `labeled-data/video${i % 2}/img${String(i).padStart(3, '0')}.png` },
      recording: `video${i % 2}`,
      instances: individuals.map((individual) => ({
        individual,
        points: body.keypoints.map((_k, k) =>
          k > 0 && random.uniform() < 0.3
            ? null
            : {
                x: random.normal(300, 50),
                y: random.normal(300, 50),
                visibility: random.uniform() < 0.2 ? ('occluded' as const) : ('visible' as const),
              },
        ),
      })),
    })),
    root: '',
    notes: [],
    provenance: { step: 'test' },
  };
}

export function sampleTable(seed = 3): Table {
  const random = new Random(seed);
  const n = 9;
  return table([
    {
      name: 'speed',
      values: Float64Array.from({ length: n }, (_, i) => (i === 3 ? NaN : random.normal() * 1e-7)),
    },
    {
      name: 'note, free',
      values: Array.from({ length: n }, (_, i) => ['a "quoted" word', 'two\nlines', 'ünïcode 🐁'][i % 3]),
    },
    { name: 'count', values: Float64Array.from({ length: n }, (_, i) => i) },
  ]);
}

/** Bouts that touch and overlap, and points, of awkward names and times. */
export function sampleEvents(): Events {
  const random = new Random(6);
  const events: Event[] = [];
  for (let t = 0; t < 9; t += random.uniform()) {
    const startSeconds = t;
    const long = t + random.uniform();
    events.push({ startSeconds, endSeconds: long, label: 'groom, "left"', source: 'BORIS' });
    events.push({ startSeconds: t / 3, label: 'peep', source: 'BORIS' });
    events.push({ startSeconds: t + 0.01, endSeconds: t + 0.5, label: 'rear', source: 'BORIS' });
    t = Math.max(long, t + 0.51);
  }
  return new Events(events, { name: 'behavior', provenance: { step: 'test' } });
}

/** A project of BORIS with one observation. */
export function sampleBorisProject(): Uint8Array {
  const project = {
    project_format_version: '7.0',
    behaviors_conf: {
      0: { type: 'State event', key: 'g', code: 'groom', description: '', modifiers: '' },
      1: { type: 'Point event', key: 'p', code: 'peep', description: '', modifiers: '' },
    },
    observations: {
      'day 1': {
        file: { 1: ['videos/walk.mp4'], 2: [] },
        type: 'MEDIA',
        events: [
          [1.25, 'mouse', 'groom', '', '', 31],
          [2, 'mouse', 'peep', '', ''],
          [3.5, 'mouse', 'groom', '', '', 87],
        ],
      },
    },
  };
  return new TextEncoder().encode(JSON.stringify(project));
}

/** Two behaviors on two channels, as BENTO writes them: stops are last frames. */
export function sampleAnnot(): Uint8Array {
  const lines = [
    'Bento annotation file',
    'Movie file(s):  D:\\mouse 06\\front.seq',
    '',
    'Stimulus name: ',
    'Annotation start frame: 1',
    'Annotation stop frame: 200',
    'Annotation framerate: 20.000000',
    '',
    'List of channels:',
    'Ch1',
    'Ch2',
    '',
    'List of annotations:',
    'attack',
    'sniff',
    '',
    'Ch1----------',
    '>attack',
    'Start\t Stop\t Duration ',
    '1\t1.45\t0.5',
    '3.5\t3.5\t0.05',
    '',
    'Ch2----------',
    '>sniff',
    'Start\t Stop\t Duration ',
    '0.25\t2\t1.8',
    '',
  ];
  return new TextEncoder().encode(lines.join('\n'));
}

export function sampleArrays(seed = 4): NamedArrays {
  const random = new Random(seed);
  return {
    heat: numberArray(
      Float64Array.from({ length: 24 }, () => random.normal()),
      [2, 3, 4],
    ),
    small: numberArray(Float32Array.of(1.5, -0, NaN, Infinity), [4, 1]),
    large: numberArray(BigInt64Array.of(-(2n ** 62n), 2n ** 62n), [1, 2]),
    bytes: numberArray(Uint8Array.of(0, 255, 7, 9), [2, 2]),
    signed: numberArray(Int16Array.of(-300, 300), [2, 1]),
    names: textArray(['nose', 'tail 🐁', 'x'], [3, 1]),
  };
}

/**
 * A session with two cameras, of which one dropped frames, two animals, muscles, a stimulus with its confidence, units of which one is
 * silent, trials and behavior, and the clock of a camera that paused.
 */
export function sampleSession(): Session {
  const random = new Random(8);
  const provenance = { step: 'test' };
  const values = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
  const emg = new Signal({
    name: 'emg',
    dimensions: [
      { name: 'time', size: 20 },
      { name: 'channel', size: 2, labels: ['biceps', 'triceps'] },
    ],
    values: values(40),
    unit: 'mV',
    time: regularTime(20, 1000, 0.125),
    provenance,
  });
  const level = {
    dimensions: [{ name: 'time', size: 5 }],
    time: irregularTime(Float64Array.of(0, 0.1, 0.3, 0.31, 2)),
    provenance,
  };
  const laser = new Signal({
    ...level,
    name: 'laser',
    values: Float64Array.of(0, 1, 0, NaN, 1),
    unit: 'W',
    confidence: new Signal({ ...level, name: 'laser confidence', values: values(5), unit: '1' }),
  });
  const counts = new Signal({
    name: 'wheel/turns',
    dimensions: [{ name: 'time', size: 3 }],
    values: Int16Array.of(-3, 0, 300),
    unit: 'count',
    time: regularTime(3, 29.97),
    provenance,
  });
  const trials = new Events(
    [
      { startSeconds: 0.1, endSeconds: 1.25, label: 'left', source: 'task' },
      { startSeconds: 1.5, endSeconds: 2, label: 'right', source: 'task' },
    ],
    { name: 'trials', provenance },
  );
  const above = sampleTrack({ individuals: ['mouse a', 'mouse b'], clock: 'seconds', covariance: true });
  const side = sampleTrack({ clock: 'irregular', confidence: false, frames: 9 });
  const named = (track: PoseTrack, name: string): PoseTrack => ({
    ...track,
    positions: new Signal({ ...track.positions, name }),
  });
  return {
    recording: new Recording({
      name: 'day 1',
      subject: {
        id: 'm1',
        species: 'Mus musculus',
        sex: 'F',
        age: 'P90D',
        weightKg: 0.025,
        description: 'test',
      },
      startedAt: '2026-03-01T09:30:00.000Z',
      clocks: [
        new Clock({
          name: 'camera above',
          device: Float64Array.of(0, 10, 10, 21.5),
          master: Float64Array.of(1, 11.001, 12, 23.5),
          breaks: [2],
          provenance,
        }),
      ],
      signals: [emg, counts, laser],
      events: [sampleEvents(), trials],
      spikes: [
        Spikes.from(
          [
            ['a1', [0.01, 0.5, 0.5, 1.75]],
            ['silent', []],
          ],
          { name: 'probe A', provenance },
        ),
        Spikes.from([['a1', values(7).sort()]], { name: 'probe B', provenance }),
      ],
      provenance,
    }),
    poses: [named(above, 'above'), named(side, 'side')],
    stimuli: ['laser'],
    streams: [],
    notes: [],
  };
}
