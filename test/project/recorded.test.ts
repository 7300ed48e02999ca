/** What is recorded beside videos: the same numbers from every format, on the videos' clock; clear errors for the rest. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import {
  numberArray,
  table,
  textArray,
  writeArrays,
  writeTable,
  type NamedArrays,
} from '../../src/formats/index.ts';
import { Project, readRecorded, type DataFile } from '../../src/project/index.ts';
import { Events } from '../../src/signal/events.ts';
import { Recording } from '../../src/signal/recording.ts';
import { serialize } from '../../src/signal/serialize.ts';
import { Signal } from '../../src/signal/signal.ts';
import { Spikes } from '../../src/signal/spikes.ts';
import { regularTime, timesOf } from '../../src/signal/time.ts';
import { folderForAll } from '../cli/temporary.ts';
import { temporaryFolder } from './temporary.ts';

const folder = folderForAll();
const at = (name: string): string => join(folder, name);
const provenance = { step: 'test' };

const rate = 500;
const biceps = Float64Array.from({ length: 40 }, (_, i) => Math.round(1000 * Math.sin(i)) / 64);
const triceps = biceps.map((v, i) => (i === 7 ? NaN : -2 * v));
const times = biceps.map((_, i) => 2 + i / rate);
const spikeTimes = { a: [0.5, 0.75, 2.25], b: [1, 1], c: [] as number[] };
const events = [
  { startSeconds: 0.5, label: 'light', source: 'x' },
  { startSeconds: 1.5, endSeconds: 2.25, label: 'sound', source: 'x' },
];
const signal = new Signal({
  name: 'EMG',
  dimensions: [
    { name: 'time', size: 40 },
    { name: 'channel', size: 2, labels: ['biceps', 'triceps'] },
  ],
  values: Float64Array.from({ length: 80 }, (_, i) => (i % 2 ? triceps : biceps)[i >> 1]),
  unit: 'mV',
  time: regularTime(40, rate, 2),
  provenance,
});
const listed = [...spikeTimes.a.map((t) => ['a', t] as const), ...spikeTimes.b.map((t) => ['b', t] as const)];

beforeAll(async () => {
  const signals = table([
    { name: 't', values: times },
    { name: 'biceps', values: biceps },
    { name: 'triceps', values: triceps },
  ]);
  const spikes = table([
    { name: 'Unit', values: listed.map(([unit]) => unit) },
    { name: 'time (s)', values: Float64Array.from(listed, ([, t]) => t) },
  ]);
  const bouts = table([
    { name: 'onset', values: Float64Array.of(0.5, 1.5) },
    { name: 'duration', values: Float64Array.of(NaN, 0.75) },
    { name: 'trial_type', values: ['light', 'sound'] },
  ]);
  for (const ending of ['csv', 'parquet']) {
    await writeTable(at(`signal.${ending}`), signals);
    await writeTable(at(`spikes.${ending}`), spikes);
    await writeTable(at(`events.${ending}`), bouts);
  }
  const arrays: Record<string, NamedArrays> = {
    signal: {
      t: numberArray(times),
      biceps: numberArray(biceps),
      triceps: numberArray(triceps),
      gain: numberArray(Float64Array.of(5)),
    },
    spikes: {
      spike_times: numberArray(Float64Array.from(listed, ([, t]) => t)),
      spike_clusters: textArray(listed.map(([unit]) => unit)),
    },
    events: {
      start: numberArray(Float64Array.of(0.5, 1.5)),
      end: numberArray(Float64Array.of(NaN, 2.25)),
      label: textArray(['light', 'sound']),
    },
  };
  for (const [name, content] of Object.entries(arrays)) {
    await writeArrays(at(`${name}.npz`), content);
    await writeArrays(at(`${name}.mat`), content);
  }
  const stored = {
    signals: [signal],
    events: [new Events(events, { name: 'stimuli', provenance })],
    spikes: [Spikes.from(Object.entries(spikeTimes).slice(0, 2), { name: 'units', provenance })],
  };
  const recording = new Recording({ name: 'day 1', subject: { id: 'm4' }, ...stored, provenance });
  writeFileSync(at('all.marey'), serialize('Recording', recording));
  writeFileSync(at('signal.marey'), serialize('Signal', signal));
});

const read = (name: string, file: Partial<DataFile> = {}) => readRecorded(at(name), { path: name, ...file });

describe('the same numbers whatever the format', () => {
  test.each(['csv', 'parquet', 'npz', 'mat', 'marey'])('a signal in %s', async (ending) => {
    const file = ending === 'marey' ? {} : { kind: 'signal' as const, name: 'EMG', unit: 'mV' };
    const { signals, warnings } = await read(`signal.${ending}`, file);
    expect(warnings).toEqual([]);
    const [got] = signals;
    expect({ name: got.name, unit: got.unit, labels: got.dimensions[1].labels }).toEqual({
      name: 'EMG',
      unit: 'mV',
      labels: ['biceps', 'triceps'],
    });
    expect(got.contiguous()).toEqual(signal.contiguous());
    expect(got.time).toMatchObject({
      kind: 'regular',
      rate: expect.closeTo(rate, 6),
      startSeconds: 2,
      count: 40,
    });
  });

  test.each(['csv', 'parquet', 'npz', 'mat'])('spikes in %s', async (ending) => {
    const [got] = (await read(`spikes.${ending}`, { kind: 'spikes' })).spikes;
    expect(got.units).toEqual(['a', 'b']);
    expect([...got.unit('a')]).toEqual(spikeTimes.a);
    expect([...got.unit('b')]).toEqual(spikeTimes.b);
  });

  test.each(['csv', 'parquet', 'npz', 'mat'])('events in %s', async (ending) => {
    const [got] = (await read(`events.${ending}`, { kind: 'events', name: 'stimuli' })).events;
    expect([...got]).toEqual(events.map((event) => ({ ...event, source: `events.${ending}` })));
  });

  it('a whole recording, or parts of it', async () => {
    const all = await read('all.marey');
    expect([...all.events[0]]).toEqual(events);
    expect(all.spikes[0].count).toBe(5);
    expect(all.signals[0].contiguous()).toEqual(signal.contiguous());
    const part = await read('all.marey', { channels: ['units'] });
    expect([part.signals.length, part.events.length, part.spikes.length]).toEqual([0, 0, 1]);
  });

  it('one array or column a unit, cells of MATLAB among them, missing times left out', async () => {
    const cells = {
      'spikes{1}': numberArray(Float64Array.from(spikeTimes.a, (t) => 1000 * t)),
      'spikes{2}': numberArray(Float64Array.of(1000, NaN)),
    };
    await writeArrays(at('cells.npz'), { ...cells, other: numberArray(Float64Array.of(9, 1)) });
    const [got] = (await read('cells.npz', { kind: 'spikes', channels: ['spikes'], timeUnit: 'ms' })).spikes;
    expect([got.units, [...got.times]]).toEqual([
      ['spikes{1}', 'spikes{2}'],
      [...spikeTimes.a, 1],
    ]);
  });

  it('arrays of time x channel and of channel x time', async () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    await writeArrays(at('wide.npz'), { x: numberArray(values, [6, 2]) });
    await writeArrays(at('tall.npz'), { x: numberArray(values, [2, 6]) });
    const [wide] = (await read('wide.npz', { kind: 'signal', rate: 10 })).signals;
    const [tall] = (await read('tall.npz', { kind: 'signal', rate: 10 })).signals;
    expect([wide.shape, tall.shape, wide.unit]).toEqual([[6, 2], [6, 2], 'au']);
    expect(wide.values).toBeInstanceOf(Float32Array);
    expect([wide.at(1, 0), wide.at(1, 1), tall.at(1, 0), tall.at(1, 1)]).toEqual([2, 3, 1, 7]);
  });
});

describe('the clock', () => {
  it('moves signals, events and spikes alike, by an offset or by pairs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 0.999, max: 1.001, noNaN: true }),
        async (offset, pace) => {
          const clocks = [
            { offsetSeconds: offset },
            {
              clock: [
                [0, offset],
                [100, offset + 100 * pace],
              ] as [number, number][],
            },
          ];
          for (const [i, clock] of clocks.entries()) {
            const map = (t: number): number => offset + (i === 0 ? t : t * pace);
            const got = await read('all.marey', clock);
            const moved = timesOf(got.signals[0].time!);
            timesOf(signal.time!).forEach((t, k) => expect(moved[k]).toBeCloseTo(map(t), 6));
            expect(got.events[0].ends[1]).toBeCloseTo(map(2.25), 6);
            expect(got.spikes[0].times[2]).toBeCloseTo(map(2.25), 6);
          }
        },
      ),
      { seed: 4, numRuns: 15 },
    );
  });

  it('with more than one drift leaves the axis irregular; a drift beyond belief is said', async () => {
    const clock: [number, number][] = [
      [0, 0],
      [2.04, 2.04],
      [3, 3.1],
    ];
    const { signals, warnings } = await read('signal.csv', { kind: 'signal', clock });
    expect(signals[0].time?.kind).toBe('irregular');
    expect(warnings.join()).toMatch(/drift of \d+ parts per million/);
  });
});

describe('what does not fit', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return name;
  };
  const spikes = { kind: 'spikes' } as const;
  const emg = { kind: 'signal' } as const;
  test.each([
    ['no kind', 't,x\n0,1\n', {}, /it is not said what this file holds.*kind: signal/],
    ['no times', 'x,y\n1,2\n', emg, /the signal has no times.*"rate" in marey\.yaml/],
    [
      'unsorted times',
      't,x\n0,1\n2,1\n1,1\n',
      emg,
      /"t", sample 2: the times are not in order\. Expected a time after 2 s\. Got 1 s/,
    ],
    ['a missing time', 't,x\n0,1\n,1\n', emg, /sample 1: the times are not in order/],
    ['unsorted spikes', 'unit,t\na,1\na,3\na,2\n', spikes, /unit "a", spike 2: .*2 after 3/],
    [
      'times in samples without a rate',
      't,x\n0,1\n',
      { ...emg, timeUnit: 'sample' },
      /times in samples need a rate/,
    ],
    [
      'a column that is not there',
      't,biceps\n0,1\n',
      { ...emg, channels: ['bicep'] },
      /no column or array "bicep".*Did you mean "biceps"/,
    ],
    ['texts for numbers', 't,x\n0,high\n', { ...emg, channels: ['x'] }, /"x" holds no numbers.*Got "high"/],
    ['units without times', 'unit,v\na,1\n', spikes, /the spikes have units and no times/],
    ['events that end before they start', 'start,end\n3,2\n', { kind: 'events' }, /event 0.*Got 3 to 2 s/],
    ['an event without a time', 'start\n1\nNaN\n', { kind: 'events' }, /event 1: .*no proper times/],
    [
      'a clock that runs backwards',
      't,x\n0,1\n',
      {
        ...emg,
        clock: [
          [0, 0],
          [1, -1],
        ],
      },
      /pairs of "clock" must increase/,
    ],
    [
      'a clock and an offset',
      't,x\n0,1\n',
      { ...emg, offsetSeconds: 1, clock: [[0, 0]] },
      /say the same thing/,
    ],
  ] as const)('%s', async (name, text, file, message) => {
    const csv = write(`${name.replaceAll(' ', '-')}.csv`, text);
    await expect(read(csv, file as unknown as Partial<DataFile>)).rejects.toThrow(message);
  });

  it('a unit that is not known is said, and the signal is there in arbitrary units', async () => {
    const { signals, warnings } = await read('signal.csv', { kind: 'signal', unit: 'furlong' });
    expect(signals[0].unit).toBe('au');
    expect(warnings.join()).toMatch(/^The unit "furlong" is not known.*arbitrary units/);
  });

  it('a file that is gone or that is no data', async () => {
    await expect(read('gone.csv', emg)).rejects.toThrow(
      /gone\.csv: the file is not there.*correct its path in marey\.yaml/,
    );
    await expect(read('gone.marey')).rejects.toThrow(/gone\.marey/);
    writeFileSync(at('cut.marey'), readFileSync(at('all.marey')).subarray(0, 200));
    await expect(read('cut.marey')).rejects.toThrow(/cut\.marey/);
    await expect(read('all.marey', { channels: ['none'] })).rejects.toThrow(
      /nothing of what is asked for.*EMG, stimuli, units/,
    );
  });
});

describe('in marey.yaml', () => {
  it('data files are listed by path under their recording, replaced by name, and found', async () => {
    const root = join(temporaryFolder(), 'p');
    await using project = await Project.create(root);
    writeFileSync(join(root, 'emg.csv'), 't,x\n0,1\n');
    const file = { path: join(root, 'emg.csv'), kind: 'signal', unit: 'mV' } as const;
    await project.addData('day1', file);
    await project.addData('day1', { ...file, unit: 'uV' });
    await project.addData('day1', { path: at('gone.mat'), kind: 'spikes', name: 'units' });
    expect(project.config.recordings).toEqual([
      {
        name: 'day1',
        videos: [],
        data: [
          { path: 'emg.csv', kind: 'signal', unit: 'uV' },
          { path: at('gone.mat'), kind: 'spikes', name: 'units' },
        ],
      },
    ]);
    expect((await project.data()).map(({ recording, found }) => [recording, found])).toEqual([
      ['day1', true],
      ['day1', false],
    ]);
    writeFileSync(
      join(root, 'marey.yaml'),
      readFileSync(join(root, 'marey.yaml'), 'utf8').replace('kind: spikes', 'kinds: spikes'),
    );
    await expect(project.rereadConfig()).rejects.toThrow(
      /marey\.yaml:\d+:\d+: unknown key "kinds".*Did you mean "kind"/,
    );
  });

  it('a path that leads out of the project is refused', async () => {
    const root = join(temporaryFolder(), 'p');
    await using project = await Project.create(root, {
      recordings: [{ name: 'r', videos: [], data: [{ path: '../secret.csv' }] }],
    });
    await expect(project.data()).rejects.toThrow(/leads out of the project/);
  });
});
