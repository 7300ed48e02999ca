import { Clock } from './clock.ts';
import { chunk, chunksOf, join, signature, type Chunk } from './container.ts';
import { InputError } from './error.ts';
import { Events } from './events.ts';
import type { LabeledFrame, LabeledInstance, LabeledPoint, LabelSet, PictureReference } from './labels.ts';
import type { PoseTrack } from './pose.ts';
import type { Json } from './provenance.ts';
import { Recording, type Source, type Subject } from './recording.ts';
import { RecordReader, RecordWriter, type Fields } from './record.ts';
import { Signal, type Dimension } from './signal.ts';
import type { Skeleton } from './skeleton.ts';
import { Spikes } from './spikes.ts';
import { irregularTime, regularTime, type TimeAxis } from './time.ts';

/** What can be stored, by the name under which it is. */
export interface Storable {
  readonly Signal: Signal;
  readonly Events: Events;
  readonly Spikes: Spikes;
  readonly Clock: Clock;
  readonly Recording: Recording;
  readonly LabelSet: LabelSet;
  readonly PoseTrack: PoseTrack;
}
export type StorableKind = keyof Storable;

/**
 * A value as bytes, exactly: `deserialize` gives it back to the last bit, NaN payloads and negative zeros included. A view is
 * stored as what it shows. The format is described in `container.ts` and `record.ts`.
 */
export function serialize<K extends StorableKind>(kind: K, value: Storable[K]): Uint8Array {
  const writer = new RecordWriter();
  const chunks = [...writer.chunks('HEAD', 0, kind, codecs[kind].write(value, writer))];
  return join([signature, ...chunks, chunk('TAIL', chunks.length, new Uint8Array(0))]);
}

/**
 * The value in `bytes`. Throws `InputError` naming the byte or field where they are damaged, cut off, of another kind or of
 * another version.
 *
 * @param where what to call the bytes in messages: a file's path.
 */
export function deserialize<K extends StorableKind>(
  kind: K,
  bytes: Uint8Array,
  where = 'bytes',
): Storable[K] {
  const chunks = [...chunksOf(bytes, where)];
  const reader = readRecord(chunks, where);
  if (reader.kind !== kind) {
    throw new InputError('the file holds something else', { where, expected: kind, got: reader.kind });
  }
  return codecs[kind].read(reader.value, reader);
}

/** What kind of value `bytes` hold. */
export function storedKind(bytes: Uint8Array, where = 'bytes'): string {
  return readRecord([...chunksOf(bytes, where)], where).kind;
}

function readRecord(chunks: readonly Chunk[], where: string): RecordReader {
  const [head, ...data] = chunks;
  if (head?.type !== 'HEAD') throw new InputError('the container holds no record', { where });
  const record = RecordReader.open(head, where);
  if (record.arrays !== data.length) {
    throw new InputError('arrays are missing or too many', {
      where,
      expected: `${record.arrays} arrays`,
      got: `${data.length}`,
    });
  }
  return record.read(data);
}

interface Codec<T> {
  write(value: T, w: RecordWriter): Json;
  read(f: Fields, r: RecordReader): T;
}

export function writeTime(time: TimeAxis, w: RecordWriter): Json {
  return time.kind === 'regular'
    ? w.plain(time)
    : { kind: time.kind, clock: time.clock, times: w.array(time.times) };
}

export function readTime(f: Fields, r: RecordReader): TimeAxis {
  const clock = f.text('clock');
  return r.build('time axis', () =>
    f.text('kind') === 'regular'
      ? regularTime(f.number('count'), f.number('rate'), f.number('startSeconds'), clock)
      : irregularTime(f.float64('times'), clock),
  );
}

export function readDimension(f: Fields): Dimension {
  const dimension = { name: f.text('name'), size: f.number('size') };
  return f.record['labels'] === undefined ? dimension : { ...dimension, labels: f.texts('labels') };
}

export const signalCodec: Codec<Signal> = {
  write(s, w) {
    const optional = (key: string, value: Json | undefined): { [key: string]: Json } =>
      value === undefined ? {} : { [key]: value };
    return {
      name: s.name,
      dimensions: w.plain(s.dimensions),
      values: w.array(s.contiguous()),
      unit: s.unit,
      provenance: w.provenance(s.provenance),
      ...optional('time', s.time && writeTime(s.time, w)),
      ...optional('confidence', s.confidence && signalCodec.write(s.confidence, w)),
      ...optional('covariance', s.covariance && signalCodec.write(s.covariance, w)),
    };
  },
  read(f, r) {
    const [time, confidence, covariance] = [
      f.optionalObject('time'),
      f.optionalObject('confidence'),
      f.optionalObject('covariance'),
    ];
    return r.build('signal', () => {
      const dimensions = f.objects('dimensions').map(readDimension);
      const values = f.array('values');
      if (values.length !== dimensions.reduce((n, d) => n * d.size, 1)) {
        throw new InputError('the values do not fill the dimensions', { where: r.where });
      }
      return new Signal({
        name: f.text('name'),
        dimensions,
        values,
        unit: f.text('unit'),
        time: time && readTime(time, r),
        confidence: confidence && signalCodec.read(confidence, r),
        covariance: covariance && signalCodec.read(covariance, r),
        provenance: f.provenance(),
      });
    });
  },
};

const eventsCodec: Codec<Events> = {
  write: (e, w) => ({
    name: e.name,
    clock: e.clock,
    starts: w.array(e.starts),
    ends: w.array(e.ends),
    labels: e.labels,
    sources: e.sources,
    provenance: w.provenance(e.provenance),
  }),
  read(f, r) {
    const [starts, ends, labels, sources] = [
      f.float64('starts'),
      f.float64('ends'),
      f.texts('labels'),
      f.texts('sources'),
    ];
    if ([ends, labels, sources].some((list) => list.length !== starts.length)) {
      r.fail(
        'Events',
        'as many ends, labels and sources as starts',
        [starts, ends, labels, sources].map((a) => a.length),
      );
    }
    return r.build('events', () => {
      const list = labels.map((label, i) => ({
        startSeconds: starts[i],
        endSeconds: ends[i],
        label,
        source: sources[i],
      }));
      return new Events(list, { name: f.text('name'), clock: f.text('clock'), provenance: f.provenance() });
    });
  },
};

const spikesCodec: Codec<Spikes> = {
  write(s, w) {
    const packed = Spikes.from(
      s.units.map((unit, u) => [unit, s.unit(u)]),
      s,
    );
    return {
      name: s.name,
      clock: s.clock,
      units: s.units,
      times: w.array(packed.times),
      starts: w.array(packed.starts),
      ends: w.array(packed.ends),
      provenance: w.provenance(s.provenance),
    };
  },
  read: (f, r) =>
    r.build(
      'spikes',
      () =>
        new Spikes({
          name: f.text('name'),
          clock: f.text('clock'),
          units: f.texts('units'),
          times: f.float64('times'),
          starts: f.int32('starts'),
          ends: f.int32('ends'),
          provenance: f.provenance(),
        }),
    ),
};

const clockCodec: Codec<Clock> = {
  write: (c, w) => ({
    name: c.name,
    device: w.array(c.device),
    master: w.array(c.master),
    breaks: c.breaks,
    residuals: w.array(c.residuals),
    warnings: c.warnings,
    provenance: w.provenance(c.provenance),
  }),
  read: (f, r) =>
    r.build(
      'clock',
      () =>
        new Clock({
          name: f.text('name'),
          device: f.float64('device'),
          master: f.float64('master'),
          breaks: f.numbers('breaks'),
          residuals: f.float64('residuals'),
          warnings: f.texts('warnings'),
          provenance: f.provenance(),
        }),
    ),
};

const recordingCodec: Codec<Recording> = {
  write: (x, w) => ({
    name: x.name,
    subject: w.plain(x.subject),
    ...(x.startedAt === undefined ? {} : { startedAt: x.startedAt }),
    sources: w.plain(x.sources),
    clocks: x.clocks.map((c) => clockCodec.write(c, w)),
    signals: x.signals.map((s) => signalCodec.write(s, w)),
    events: x.events.map((e) => eventsCodec.write(e, w)),
    spikes: x.spikes.map((s) => spikesCodec.write(s, w)),
    notes: w.plain(x.notes),
    provenance: w.provenance(x.provenance),
  }),
  read(f, r) {
    f.object('subject').text('id');
    for (const source of f.objects('sources')) source.text('name');
    return r.build(
      'recording',
      () =>
        new Recording({
          name: f.text('name'),
          subject: f.plain('subject') as unknown as Subject,
          startedAt: f.optionalText('startedAt'),
          sources: f.plain('sources') as unknown as readonly Source[],
          clocks: f.objects('clocks').map((c) => clockCodec.read(c, r)),
          signals: f.objects('signals').map((s) => signalCodec.read(s, r)),
          events: f.objects('events').map((e) => eventsCodec.read(e, r)),
          spikes: f.objects('spikes').map((s) => spikesCodec.read(s, r)),
          notes: f.plain('notes') as { readonly [key: string]: Json },
          provenance: f.provenance(),
        }),
    );
  },
};

function readSkeleton(f: Fields, r: RecordReader): Skeleton {
  const keypoints = f.texts('keypoints');
  const pairs = (key: string): [number, number][] =>
    f.list(key).map((pair) => {
      const valid =
        Array.isArray(pair) && pair.length === 2 && pair.every((k) => Number.isInteger(k) && k in keypoints);
      return valid
        ? (pair as [number, number])
        : r.fail(`skeleton.${key}`, 'pairs of positions of keypoints', pair);
    });
  return { keypoints, edges: pairs('edges'), symmetries: pairs('symmetries') };
}

const poseTrackCodec: Codec<PoseTrack> = {
  write: (t, w) => ({ skeleton: w.plain(t.skeleton), positions: signalCodec.write(t.positions, w) }),
  read: (f, r) => ({
    skeleton: readSkeleton(f.object('skeleton'), r),
    positions: signalCodec.read(f.object('positions'), r),
  }),
};

const labelSetCodec: Codec<LabelSet> = {
  write: ({ provenance, ...rest }, w) => ({
    ...(w.plain(rest) as { readonly [key: string]: Json }),
    provenance: w.provenance(provenance),
  }),
  read(f, r) {
    const skeleton = readSkeleton(f.object('skeleton'), r);
    const point = (value: unknown): LabeledPoint | null => {
      const p = r.plain(value) as LabeledPoint | null;
      if (p === null) return p;
      const valid =
        typeof p.x === 'number' && typeof p.y === 'number' && ['visible', 'occluded'].includes(p.visibility);
      return valid ? p : r.fail('point', 'x, y and visibility, or null', value);
    };
    const instance = (g: Fields): LabeledInstance => {
      const points = g.list('points').map(point);
      if (points.length !== skeleton.keypoints.length)
        r.fail('points', `${skeleton.keypoints.length} points`, points);
      return { individual: g.text('individual'), points };
    };
    const frame = (g: Fields): LabeledFrame => {
      g.object('picture');
      return {
        picture: g.plain('picture') as PictureReference,
        recording: g.text('recording'),
        instances: g.objects('instances').map(instance),
      };
    };
    return {
      skeleton,
      individuals: f.texts('individuals'),
      frames: f.objects('frames').map(frame),
      root: f.text('root'),
      notes: f.texts('notes'),
      provenance: f.provenance(),
    };
  },
};

const codecs: { readonly [K in StorableKind]: Codec<Storable[K]> } = {
  Signal: signalCodec,
  Events: eventsCodec,
  Spikes: spikesCodec,
  Clock: clockCodec,
  Recording: recordingCodec,
  LabelSet: labelSetCodec,
  PoseTrack: poseTrackCodec,
};

/** Whether `kind` can be stored. */
export function isStorable(kind: string): kind is StorableKind {
  return Object.hasOwn(codecs, kind);
}
