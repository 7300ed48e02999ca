import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/formats/format.ts';
import { writeHdf5 } from '../../../src/formats/hdf5/open.ts';
import { dataset, group, numbers, varyingTexts, type Hdf5Group } from '../../../src/formats/hdf5/tree.ts';
import { openNwb, readSession, writeSession } from '../../../src/formats/index.ts';
import { nwb } from '../../../src/formats/nwb/record.ts';
import { sessionTree } from '../../../src/formats/nwb/write.ts';
import { Clock } from '../../../src/signal/clock.ts';
import { Recording } from '../../../src/signal/recording.ts';
import { Signal } from '../../../src/signal/signal.ts';
import { collect } from '../../../src/signal/stream.ts';
import { regularTime, timesOf } from '../../../src/signal/time.ts';
import { folderWith } from '../folder.ts';
import { sampleSession } from '../samples.ts';

const source: Source = { name: 'sample', provenance: { step: 'import' } };
const golden = new URL('../golden/session-by-h5py.nwb', import.meta.url).pathname;

describe('a file that h5py wrote', () => {
  it('is read with what other programs do differently', async () => {
    const { recording, poses, notes } = await readSession(golden);
    expect(recording.subject).toEqual({ id: 'M7', species: 'Mus musculus', sex: 'M', weightKg: 0.025 });
    expect(recording.startedAt).toBe('2024-05-06T07:08:09+02:00');
    expect(recording.sources).toEqual([{ name: 'video', kind: 'video', path: 'mouse.mp4' }]);
    const emg = recording.signal('emg');
    expect([emg.unit, emg.time, emg.at(11, 1)]).toEqual(['uV', regularTime(12, 29.97, 0.5), 23]);
    expect(recording.signal('torque').contiguous()).toEqual(Float64Array.of(0, 0.125, 0.25, 0.375, 0.5));
    expect(recording.signal('torque').unit).toBe('au');
    const [{ skeleton, positions }] = poses;
    expect(skeleton).toMatchObject({ keypoints: ['nose', 'ear'], edges: [[0, 1]] });
    expect(Array.from(positions.contiguous())).toEqual([1, 1, 0, 1, NaN, NaN, NaN, NaN, 5, 5, 4, 5]);
    expect(timesOf(positions.time!)).toEqual(Float64Array.of(0, 0.04, 0.5));
    expect([...recording.eventsOf('running')].map((e) => [e.startSeconds, e.endSeconds])).toEqual([
      [0.1, 0.2],
      [0.3, 0.45],
    ]);
    expect([...recording.eventsOf('trials')].map((e) => e.label)).toEqual(['go', 'stop']);
    expect(recording.spikesOf('units').unit('unit 3')).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    // Whatever Marey has no place for is said.
    for (const said of [
      'newton-furlongs',
      'Images',
      'score',
      'no start',
      'quality',
      'in order',
      'other half',
    ])
      expect(notes.join('\n')).toContain(said);
  });
});

describe('a large file', () => {
  it('is opened without its data, which come as streams', async () => {
    const values = Float32Array.from({ length: 60_000 }, (_, i) => Math.sin(i));
    const session = sampleSession();
    const wide = new Signal({
      name: 'wide',
      dimensions: [
        { name: 'time', size: 20_000 },
        { name: 'channel', size: 3, labels: ['a', 'b', 'c'] },
      ],
      values,
      unit: 'uV',
      time: regularTime(20_000, 2000, 1),
      provenance: { step: 'test' },
    });
    const path = join(await folderWith({}), 'large.nwb');
    await writeSession(path, {
      ...session,
      recording: session.recording.with({ signals: [...session.recording.signals, wide] }),
    });
    const opened = await openNwb(path, { largestBytes: 10_000 });
    expect(opened.recording.signals.map((s) => s.name)).toContain('emg');
    expect(opened.streams.map((s) => s.name)).toEqual(['wide']);
    const back = await collect(opened.streams[0]);
    expect(back.contiguous()).toEqual(values);
    expect(back).toMatchObject({ unit: 'uV', time: wide.time, dimensions: wide.dimensions });
  });

  it('must exist, be whole and be HDF5', async () => {
    const bytes = await readFile(golden);
    const folder = await folderWith({ 'cut.nwb': bytes.subarray(0, 9000), 'text.nwb': 'no' });
    await expect(openNwb(join(folder, 'none.nwb'))).rejects.toThrow(/no such file/);
    await expect(openNwb(join(folder, 'cut.nwb'))).rejects.toThrow(/lost its end/);
    await expect(openNwb(join(folder, 'text.nwb'))).rejects.toThrow(/not an HDF5 file/);
  });
});

describe('bad input', () => {
  const file = (version: string | undefined, more: Hdf5Group['children'] = {}): Promise<Uint8Array> =>
    writeHdf5(group(more, version === undefined ? {} : { nwb_version: varyingTexts([version], []) }));
  const session = async (bytes: Promise<Uint8Array>) => nwb.session!.read!(await bytes, source, {});

  it('is named: no NWB, version 1, version 3; a newer version 2 is read and said', async () => {
    await expect(session(file(undefined))).rejects.toThrow(/not an NWB file/);
    await expect(
      session(file(undefined, { nwb_version: dataset(varyingTexts(['1.0.6'], [])) })),
    ).rejects.toThrow(/NWB 1/);
    await expect(session(file('3.0.0'))).rejects.toThrow(/NWB 3\.0\.0/);
    expect((await session(file('2.42.0'))).notes.join()).toMatch(/newer/);
  });

  it('is named where units point out of the spike times', async () => {
    const units = group({
      spike_times: dataset(numbers(Float64Array.of(1, 2))),
      spike_times_index: dataset(numbers(Int32Array.of(1, 9))),
    });
    await expect(session(file('2.7.0', { units }))).rejects.toThrow(
      /unit 1: the index of the spike times is broken/,
    );
  });

  it('is named where there is no pose, or more than one', async () => {
    const pose = async (bytes: Uint8Array, video?: string) => nwb.pose!.read!(bytes, source, { video });
    await expect(pose(await file('2.7.0'))).rejects.toThrow(/no pose/);
    const both = await nwb.session!.write!(sampleSession(), {});
    await expect(pose(both)).rejects.toThrow(/several tracks.*above, side/s);
    expect((await pose(both, 'side')).positions.shape).toEqual([9, 1, 4, 2]);
  });

  it('is refused by the writer: signals without time, sessions of streams', () => {
    const { recording, ...rest } = sampleSession();
    const still = new Signal({
      name: 'map',
      dimensions: [{ name: 'x', size: 2 }],
      values: Float64Array.of(1, 2),
      unit: 'm',
      provenance: { step: 'test' },
    });
    const mapped = { ...rest, recording: recording.with({ signals: [still] }) };
    expect(() => sessionTree(mapped)).toThrow(/cannot hold "map"/);
    const stream = { ...still, time: regularTime(2, 1), blocks: async function* () {} };
    expect(() => sessionTree({ ...rest, recording, streams: [stream] })).toThrow(/streams/);
  });
});

it('puts signals of a device on master time and says so', async () => {
  const provenance = { step: 'test' };
  const recording = new Recording({
    name: 'r',
    subject: { id: 's' },
    clocks: [
      new Clock({
        name: 'imu',
        device: Float64Array.of(0, 10),
        master: Float64Array.of(2, 12.5),
        provenance,
      }),
    ],
    signals: [
      new Signal({
        name: 'gyro',
        dimensions: [{ name: 'time', size: 3 }],
        values: Float64Array.of(1, 2, 3),
        unit: 'deg/s',
        time: regularTime(3, 1, 0, 'imu'),
        provenance,
      }),
    ],
    provenance,
  });
  const bytes = await nwb.session!.write!({ recording, poses: [], stimuli: [], streams: [], notes: [] }, {});
  const back = await nwb.session!.read!(bytes, source, {});
  expect(timesOf(back.recording.signal('gyro').time!)).toEqual(Float64Array.of(2, 3.05, 4.1));
  expect(back.recording.signal('gyro').unit).toBe('deg/s');
  expect(back.recording.clock('imu').toMaster(10)).toBe(12.5);
  expect(back.recording.startedAt).toBeUndefined();
  expect(back.notes.join('\n')).toMatch(/moved from the clock "imu"[^]*start of the session is not known/);
});
