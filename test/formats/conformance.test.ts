import { describe, expect, it } from 'vitest';
import type { NamedArrays } from '../../src/formats/array.ts';
import {
  contents,
  type Codec,
  type Content,
  type FileFormat,
  type ReadOptions,
  type Source,
  type WriteOptions,
} from '../../src/formats/format.ts';
import { headOf } from '../../src/formats/head.ts';
import { fileFormats } from '../../src/formats/registry.ts';
import type { Session } from '../../src/formats/session.ts';
import type { Table } from '../../src/formats/table.ts';
import { Random } from '../../src/math/random.ts';
import { MareyError } from '../../src/signal/error.ts';
import type { Events } from '../../src/signal/events.ts';
import type { LabelSet } from '../../src/signal/labels.ts';
import type { PoseTrack } from '../../src/signal/pose.ts';
import { Signal } from '../../src/signal/signal.ts';
import type { Spikes } from '../../src/signal/spikes.ts';
import { timesOf } from '../../src/signal/time.ts';
import { mutate } from './mutate.ts';
import { c3dFile } from './c3d/file.ts';
import {
  sampleAnnot,
  sampleArrays,
  sampleBorisProject,
  sampleEvents,
  sampleLabels,
  sampleMarkers,
  sampleNumbers,
  sampleSession,
  sampleTable,
  sampleTrack,
} from './samples.ts';

/** What a format is made to forget, and the ways it writes. Every format in the registry has a row here. */
interface Expectations {
  readonly variants?: readonly WriteOptions[];
  readonly covariance?: boolean;
  readonly seconds?: boolean;
  readonly edges?: boolean;
  readonly space3?: boolean;
  readonly unit?: boolean;
  readonly occlusion?: boolean;
  /** Pictures become videos of one frame. */
  readonly picturesAsVideos?: boolean;
  /** Only one array. */
  readonly single?: boolean;
  /** A track that it holds, where it holds markers in space alone. */
  readonly markers?: () => PoseTrack;
  /** A table that it holds, where it holds numbers over time alone. */
  readonly numbers?: () => Table;
  /** Tracks have times in seconds alone: one that counts frames is refused. */
  readonly timed?: boolean;
  /** A file, where it is read alone. */
  readonly file?: () => Uint8Array;
}

const expectations: Readonly<Record<string, Expectations>> = {
  'deeplabcut-csv': {},
  'deeplabcut-hdf5': {},
  sleap: { edges: true, picturesAsVideos: true },
  'sleap-analysis': { edges: true },
  coco: { edges: true, occlusion: true },
  parquet: {
    variants: [{}, { layout: 'wide' }],
    covariance: true,
    seconds: true,
    edges: true,
    space3: true,
    unit: true,
  },
  nwb: { timed: true, covariance: true, seconds: true, edges: true, space3: true, unit: true },
  npy: { single: true },
  npz: { covariance: true, seconds: true, edges: true, space3: true, unit: true },
  matlab: {
    variants: [{}, { version: '7.3' }],
    covariance: true,
    seconds: true,
    edges: true,
    space3: true,
    unit: true,
  },
  csv: { variants: [{}, { layout: 'wide' }], covariance: true, seconds: true, space3: true },
  trc: { markers: sampleMarkers },
  'opensim-storage': { numbers: sampleNumbers },
  boris: {},
  'boris-project': { file: sampleBorisProject },
  bento: { file: sampleAnnot },
  c3d: { file: () => c3dFile({ points: sampleMarkers(), analog: true }) },
};

const source: Source = { name: 'sample', provenance: { step: 'import' } };
const full = process.env.MAREY_FULL === '1';
const mutations = full ? 10_000 : 150;

async function roundTrip<T>(
  codec: Codec<T>,
  value: T,
  options: WriteOptions,
  read: ReadOptions = {},
): Promise<T> {
  return codec.read!(await codec.write!(value, options), source, read);
}

function arraysOf(track: PoseTrack): Record<string, unknown> {
  const { positions } = track;
  return {
    positions: positions.contiguous(),
    confidence: positions.confidence?.contiguous(),
    individuals: positions.dimensions[positions.axis('individual')].labels,
    keypoints: track.skeleton.keypoints,
  };
}

describe.each(fileFormats.map((format) => [format.name, format] as const))(
  '%s',
  (name, format: FileFormat) => {
    const keeps = expectations[name] ?? {};
    const variants = keeps.variants ?? [{}];
    const timed = keeps.timed ? ({ clock: 'seconds' } as const) : {};

    it('has its expectations stated', () => {
      expect(Object.keys(expectations)).toContain(name);
      expect(format.extensions.length).toBeGreaterThan(0);
      expect(contents.some((content) => format[content]?.read)).toBe(true);
    });

    it.each(variants)('is the first to recognize what it wrote %o', async (options) => {
      for (const { content, bytes } of await samples(format, options, keeps)) {
        const head = headOf(`sample${format.extensions[0]}`, bytes);
        const recognizing: string[] = [];
        for (const other of fileFormats) if (await other.sniff(head)) recognizing.push(other.name);
        expect(recognizing[0], content).toBe(name);
      }
    });

    it.each(variants)('writes the same bytes twice %o', async (options) => {
      const [first, second] = [await samples(format, options, keeps), await samples(format, options, keeps)];
      first.forEach(({ bytes }, i) => expect(bytes).toEqual(second[i].bytes));
    });

    if (format.pose?.write && keeps.markers) {
      it('gives markers back to the bit, and refuses other tracks', async () => {
        const track = keeps.markers!();
        const back = await roundTrip(format.pose!, track, {});
        expect(arraysOf(back)).toEqual(arraysOf(track));
        expect(back.positions.time).toEqual(track.positions.time);
        expect(back.positions.unit).toBe(track.positions.unit);
        for (const other of [sampleTrack(), sampleTrack({ space: 3, individuals: ['a', 'b'] })]) {
          expect(() => format.pose!.write!(other, {})).toThrow(MareyError);
        }
      });
    } else if (format.pose?.write) {
      it.each(variants)('gives a track back to the bit %o', async (options) => {
        for (const individuals of [['individual'], ['mouse a', 'mouse b', 'mouse c']]) {
          for (const confidence of [true, false]) {
            const track = sampleTrack({ individuals, confidence, ...timed });
            const back = await roundTrip(format.pose!, track, options);
            expect(arraysOf(back)).toEqual(arraysOf(track));
            expect(timesOf(back.positions.time!)).toEqual(timesOf(track.positions.time!));
            expect(back.positions.time!.clock).toBe(keeps.timed ? 'master' : 'frames');
            expect(back.positions.unit).toBe('px');
            if (keeps.edges) expect(back.skeleton.edges).toEqual(track.skeleton.edges);
          }
        }
      });

      it.each(variants)(
        'gives covariances, seconds and space back, where it keeps them %o',
        async (options) => {
          if (keeps.covariance) {
            const track = sampleTrack({ covariance: true, ...timed });
            const back = await roundTrip(format.pose!, track, options);
            expect(back.positions.covariance!.contiguous()).toEqual(track.positions.covariance!.contiguous());
          }
          if (keeps.seconds) {
            for (const clock of ['seconds', 'irregular'] as const) {
              const track = sampleTrack({ clock });
              const back = await roundTrip(format.pose!, track, options);
              expect(back.positions.time).toEqual(track.positions.time);
            }
          }
          const spatial = sampleTrack({ space: 3, ...timed });
          if (keeps.space3) {
            const back = await roundTrip(format.pose!, spatial, options);
            expect(back.positions.contiguous()).toEqual(spatial.positions.contiguous());
            expect(back.positions.unit).toBe(keeps.unit ? 'mm' : 'au');
          } else {
            await expect((async () => format.pose!.write!(spatial, options))()).rejects.toThrow(
              /three dimensions|the plane/,
            );
          }
        },
      );

      it('puts frames on seconds when the rate is given, or refuses tracks without seconds', async () => {
        if (keeps.timed) {
          expect(() => format.pose!.write!(sampleTrack(), {})).toThrow(/seconds/);
          return;
        }
        const back = await roundTrip(format.pose!, sampleTrack(), {}, { framesPerSecond: 25 });
        expect(back.positions.time).toMatchObject({ kind: 'regular', rate: 25, clock: 'master' });
      });
    }

    if (format.labels?.write) {
      it('gives labels back to the bit', async () => {
        for (const individuals of [['individual'], ['mouse a', 'mouse b']]) {
          const labels = sampleLabels(individuals);
          const back = await roundTrip(format.labels!, labels, {});
          expect(back.skeleton.keypoints).toEqual(labels.skeleton.keypoints);
          expect(back.individuals).toEqual(labels.individuals);
          expect(back.frames).toEqual(expectedFrames(labels, keeps));
          if (keeps.edges) expect(back.skeleton.edges).toEqual(labels.skeleton.edges);
        }
      });

      it('refuses labels of nothing', async () => {
        const labels = { ...sampleLabels(), frames: [] };
        await expect(roundTrip(format.labels!, labels, {})).rejects.toThrow(MareyError);
      });
    }

    if (format.table?.write) {
      it('gives a table back to the bit', async () => {
        const value = keeps.numbers?.() ?? sampleTable();
        const back = await roundTrip(format.table!, value, {});
        expect(back.columns).toEqual(value.columns);
        if (keeps.numbers) expect(() => format.table!.write!(sampleTable(), {})).toThrow(MareyError);
      });
    }

    if (format.events?.write) {
      it('gives points and bouts back to the bit', async () => {
        const back = await roundTrip(format.events!, sampleEvents(), {});
        expect([...back]).toEqual([...sampleEvents()]);
      });
    }

    if (format.session?.write) {
      it('gives a session back to the bit', async () => {
        const session = sampleSession();
        const back = await roundTrip(format.session!, session, {});
        expect(plain(back)).toEqual(plain(session));
      });
    }

    if (format.arrays?.write) {
      it.each(variants)('gives arrays back to the bit %o', async (options) => {
        const back = await roundTrip(format.arrays!, someArrays(keeps), options);
        expect(back).toEqual(someArrays(keeps));
      });
    }

    it.each(variants)(
      `answers ${mutations} damaged files with content or a clear error %o`,
      { timeout: 7_200_000 },
      async (options) => {
        const outcome = { same: 0, other: 0, error: 0, givenUp: 0 };
        const cases = await samples(format, options, keeps);
        const random = new Random(`${name} ${JSON.stringify(options)}`);
        for (let i = 0; i < mutations; i++) {
          const { content, bytes, fingerprint: content0 } = cases[i % cases.length];
          const damaged = mutate(bytes, random);
          const codec = format[content]!;
          try {
            const value = (await codec.read!(damaged, source, { timeLimitSeconds: 5 })) as never;
            const read = sizeOf[content](value);
            // Damage may change numbers and drop rows; it must not conjure up an array out of all proportion.
            expect(read, `${content}, mutation ${i}`).toBeLessThan(64 * damaged.length + 1_000_000);
            outcome[fingerprint(value) === content0 ? 'same' : 'other']++;
          } catch (error) {
            if (!(error instanceof MareyError))
              throw new Error(`mutation ${i} of ${name} (${content}) broke it`, { cause: error });
            expect(error.message.length).toBeGreaterThan(10);
            // A library that hangs is ended by its time limit, and the caller told so.
            outcome[/took too long/.test(error.message) ? 'givenUp' : 'error']++;
          }
        }
        if (full) console.log(`${name} ${JSON.stringify(options)}: ${JSON.stringify(outcome)}`);
        // Damage is noticed at all.
        expect(outcome.error).toBeGreaterThan(0);
      },
    );
  },
);

const sizeOf: { readonly [C in Content]: (value: never) => number } = {
  pose: (track: PoseTrack) => track.positions.size,
  labels: (labels: LabelSet) =>
    labels.frames.reduce((n, f) => n + f.instances.length * labels.skeleton.keypoints.length, 0),
  table: (value: Table) => value.rows * value.columns.length,
  events: (events: Events) => events.count,
  spikes: (spikes: Spikes) => spikes.count,
  session: ({ recording, poses }: Session) =>
    [...recording.signals, ...poses.map((p) => p.positions)].reduce((n, s) => n + s.size, 0) +
    recording.spikes.reduce((n, s) => n + s.count, 0) +
    recording.events.reduce((n, e) => n + e.count, 0),
  arrays: (arrays: NamedArrays) => Object.values(arrays).reduce((n, a) => n + a.values.length, 0),
};

interface Sample {
  readonly content: Content;
  readonly bytes: Uint8Array;
  /** Of what the undamaged file reads as. */
  readonly fingerprint: string;
}

/** A value without where it came from and without how its numbers lie in memory. */
function plain(value: unknown): unknown {
  if (value instanceof Signal) return plain({ ...value, values: value.contiguous(), strides: 0, offset: 0 });
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  const fields = Object.entries(value).filter(([key, inner]) => key !== 'provenance' && inner !== undefined);
  return Object.fromEntries(
    // What covariances and confidences are called follows from what they are of.
    fields.map(([key, inner]) => [
      key,
      key === 'covariance' || key === 'confidence' ? unnamed(plain(inner)) : plain(inner),
    ]),
  );
}

const unnamed = (value: unknown): unknown => ({ ...(value as object), name: '' });

/** Everything in a value but where it came from; numbers to the bit. */
function fingerprint(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'provenance') return undefined;
    if (ArrayBuffer.isView(inner))
      return Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString('base64');
    return inner;
  });
}

async function samples(format: FileFormat, options: WriteOptions, keeps: Expectations): Promise<Sample[]> {
  const out: Sample[] = [];
  const add = async <T>(content: Content, codec: Codec<T> | undefined, value: T): Promise<void> => {
    if (!codec?.write) return;
    const bytes = await codec.write(value, options);
    out.push({ content, bytes, fingerprint: fingerprint(await codec.read!(bytes, source, {})) });
  };
  if (keeps.file) {
    const bytes = keeps.file();
    for (const content of contents) {
      if (!format[content]) continue;
      out.push({ content, bytes, fingerprint: fingerprint(await format[content].read!(bytes, source, {})) });
    }
    return out;
  }
  const timed = keeps.timed ? ({ clock: 'seconds' } as const) : {};
  await add(
    'pose',
    format.pose,
    keeps.markers?.() ?? sampleTrack({ individuals: ['mouse a', 'mouse b'], ...timed }),
  );
  await add('labels', format.labels, sampleLabels());
  await add('table', format.table, keeps.numbers?.() ?? sampleTable());
  await add('arrays', format.arrays, someArrays(keeps));
  await add('events', format.events, sampleEvents());
  await add('session', format.session, sampleSession());
  return out;
}

function someArrays(keeps: Expectations): NamedArrays {
  const arrays = sampleArrays();
  return keeps.single ? { array: arrays.heat } : arrays;
}

function expectedFrames(labels: LabelSet, keeps: Expectations): unknown {
  return labels.frames.map((frame) => ({
    ...frame,
    picture: keeps.picturesAsVideos ? { video: frame.picture.image, frame: 0 } : frame.picture,
    ...(keeps.picturesAsVideos && { recording: expect.any(String) }),
    instances: frame.instances.map((instance) => ({
      ...instance,
      points: instance.points.map((p) => {
        if (p === null || keeps.occlusion) return p;
        // SLEAP calls an occluded point not visible and does not count it; DeepLabCut knows no difference.
        return p.visibility === 'occluded' && keeps.picturesAsVideos ? null : { ...p, visibility: 'visible' };
      }),
    })),
  }));
}
