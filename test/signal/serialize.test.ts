import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Clock,
  derived,
  deserialize,
  Events,
  InputError,
  irregularTime,
  poseTrack,
  Recording,
  regularTime,
  serialize,
  Signal,
  skeleton,
  Spikes,
  storedKind,
  type LabelSet,
  type Provenance,
  type Storable,
  type StorableKind,
  type Values,
} from '../../src/signal/index.ts';
import { chunk, chunksOf, join, signature } from '../../src/signal/container.ts';

const provenance: Provenance = derived('track', [{ step: 'import', source: 'a.mp4', sha256: 'ff' }], {
  q: 0.1,
  $odd: [1, null, { $: 'x' }],
});
const bits = (v: Values): number[] => [...new Uint8Array(v.slice().buffer)];
/** Any float, as bits: NaN payloads, infinities, subnormals, both zeros. */
const anyBits = fc.array(fc.nat(255), { minLength: 24, maxLength: 24 });

const values: { [K in StorableKind]: () => Storable[K] } = {
  Signal: () =>
    new Signal({
      name: 'speed "π" \ud800',
      dimensions: [
        { name: 'time', size: 3 },
        { name: 'keypoint', size: 1, labels: ['nose'] },
      ],
      values: Float64Array.of(-0, NaN, Infinity),
      unit: 'px/s',
      time: irregularTime(Float64Array.of(-0, 0.1, 5)),
      provenance,
    }),
  Events: () =>
    new Events(
      [
        { startSeconds: 1, endSeconds: 2, label: 'x', source: 's' },
        { startSeconds: 0.1, label: 'y', source: 't' },
      ],
      { name: 'e', clock: 'camera', provenance },
    ),
  Spikes: () =>
    Spikes.from(
      [
        ['u1', [0, 1, 1, 2.5]],
        ['u2', []],
        ['u3', [-1, 0.3]],
      ],
      { name: 'p', provenance },
    ),
  Clock: () =>
    new Clock({
      name: 'camera',
      device: Float64Array.of(0, 1, 1),
      master: Float64Array.of(5, 6, 9),
      breaks: [2],
      residuals: Float64Array.of(1e-5, -0),
      warnings: ['w'],
      provenance,
    }),
  LabelSet: (): LabelSet => ({
    skeleton: skeleton(['leftEar', 'rightEar'], [['leftEar', 'rightEar']]),
    individuals: ['individual'],
    frames: [
      {
        picture: { image: 'img/1.png', video: 'v.mp4', frame: 3 },
        recording: 'r1',
        instances: [
          { individual: 'individual', points: [{ x: 0.1 + 0.2, y: -0, visibility: 'occluded' }, null] },
        ],
      },
    ],
    root: '/data',
    notes: ['note'],
    provenance,
  }),
  PoseTrack: () =>
    poseTrack({
      skeleton: skeleton(['a', 'b'], [['a', 'b']], []),
      positions: Float32Array.of(1, 2, NaN, NaN, -0, 6, 7, 8),
      confidence: Float32Array.of(0.5, NaN, 1, 0),
      covariance: new Float32Array(12),
      time: regularTime(2, 29.97, 0.1),
      provenance,
    }),
  Recording: () =>
    new Recording({
      name: 'r',
      subject: { id: 'm1', weightKg: 0.025 },
      startedAt: '2024-05-01T10:00:00Z',
      sources: [{ name: 'top', kind: 'video', clock: 'camera' }],
      clocks: [values.Clock()],
      signals: [values.Signal(), values.PoseTrack().positions],
      events: [values.Events()],
      spikes: [values.Spikes()],
      notes: { weather: NaN, deep: { $x: [-0] } },
      provenance,
    }),
};
const kinds = Object.keys(values) as StorableKind[];

describe.each(kinds)('%s', (kind) => {
  const value = values[kind]();
  const bytes = serialize(kind, value);

  it('comes back equal, and to the same bytes', () => {
    const back = deserialize(kind, bytes);
    expect(back).toEqual(value);
    expect(serialize(kind, back)).toEqual(bytes);
    expect(storedKind(bytes)).toBe(kind);
    // Bytes that start anywhere in a larger buffer are read as well.
    expect(deserialize(kind, Uint8Array.of(1, 2, 3, ...bytes).subarray(3))).toEqual(value);
  });

  it('changed anywhere, cut, doubled or mixed ends in a clear InputError, never in other content', () => {
    const fails = (changed: Uint8Array): void => {
      let error: unknown;
      try {
        deserialize(kind, changed, 'file.marey');
      } catch (e) {
        error = e;
      }
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toMatch(/^file\.marey, byte \d+: ./);
    };
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(bytes.length - 1),
        (at, flip, to) => {
          fails(bytes.map((b, i) => (i === at ? b ^ flip : b)));
          fails(bytes.slice(0, at));
          if (at !== to) fails(join([bytes.subarray(0, Math.max(at, to)), bytes.subarray(Math.min(at, to))]));
          const hole = join([bytes.subarray(0, Math.min(at, to)), bytes.subarray(Math.max(at, to))]);
          if (hole.length !== bytes.length) fails(hole);
        },
      ),
      { numRuns: 150 },
    );
    fails(join([bytes, bytes]));
  });

  it('with a damaged record under good checksums still ends in an error of ours or a value', () => {
    const chunks = [...chunksOf(bytes, 'x')];
    const text = new TextDecoder().decode(chunks[0].payload);
    const fields = [...text.matchAll(/[^[\]{}:,]+/g)].map((m) => [m.index, m[0].length] as const);
    const replacements = ['null', '-1', '1e999', '"x"', '[]', '{}', '99', 'true'];
    fc.assert(
      fc.property(fc.nat(fields.length - 1), fc.nat(replacements.length - 1), (f, r) => {
        const [at, length] = fields[f];
        const changed = new TextEncoder().encode(
          text.slice(0, at) + replacements[r] + text.slice(at + length),
        );
        const rebuilt = join([
          signature,
          chunk('HEAD', 0, changed),
          ...chunks.slice(1).map((c, i) => chunk('DATA', i + 1, c.payload)),
          chunk('TAIL', chunks.length, new Uint8Array(0)),
        ]);
        try {
          deserialize(kind, rebuilt, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('exactness', () => {
  it('keeps every bit of every number format, and of views', () => {
    const types = { Float64Array, Float32Array, Int32Array, Int16Array, Uint16Array, Uint8Array };
    fc.assert(
      fc.property(anyBits, fc.constantFrom(...Object.values(types)), fc.boolean(), (raw, Type, strided) => {
        const data = new Type(Uint8Array.from(raw).buffer);
        const n = data.length;
        const dimensions = [
          { name: 'a', size: n },
          { name: 'b', size: 1 },
        ];
        const whole = new Signal({
          name: 's',
          dimensions,
          values: data,
          strides: [1, 1],
          unit: '1',
          provenance,
        });
        const s = strided
          ? new Signal({ ...whole, strides: [-1, 1], offset: n - 1, dimensions })
          : whole.slice('a', 1, n);
        const back = deserialize('Signal', serialize('Signal', s));
        expect(back.values.constructor).toBe(Type);
        expect(bits(back.values)).toEqual(bits(s.contiguous()));
        if (!strided) expect(bits(back.values)).toEqual(bits(data.slice(1)));
      }),
    );
  });
  it('stores a shared provenance once: a chain of steps that use a value twice stays small', () => {
    let p: Provenance = { step: 'import', source: 'a.mp4' };
    for (let i = 0; i < 40; i++) p = { step: 'mix', inputs: [p, p] };
    const s = new Signal({ name: 's', dimensions: [], values: Float64Array.of(1), unit: '1', provenance: p });
    const bytes = serialize('Signal', s);
    expect(bytes.length).toBeLessThan(4000);
    const back = deserialize('Signal', bytes).provenance;
    expect(back.inputs![0]).toBe(back.inputs![1]);
  });
  it('takes hostile keys as data', () => {
    const options = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "$": "NaN", "$$": 3}') as {
      [key: string]: number;
    };
    const s = new Signal({
      name: 's',
      dimensions: [],
      values: Float64Array.of(1),
      unit: '1',
      provenance: { step: 'x', options },
    });
    const back = deserialize('Signal', serialize('Signal', s)).provenance.options!;
    expect(JSON.stringify(back)).toBe(JSON.stringify(options));
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });
  it('an empty signal comes back empty', () => {
    const s = new Signal({
      name: 's',
      dimensions: [{ name: 'time', size: 0 }],
      values: new Float32Array(0),
      unit: '1',
      time: regularTime(0, 1),
      provenance,
    });
    expect(deserialize('Signal', serialize('Signal', s))).toEqual(s);
  });
});

describe('files that are not what was asked for', () => {
  const bytes = serialize('Clock', values.Clock());
  it('say what they are', () => {
    expect(() => deserialize('Signal', bytes, 'a.marey')).toThrow(
      'a.marey: the file holds something else. Expected Signal. Got Clock.',
    );
    expect(() => deserialize('Signal', new TextEncoder().encode('x,y\n1,2\n'), 'a.csv')).toThrow(
      /a\.csv, byte 0: this is not a Marey container/,
    );
    expect(() => deserialize('Signal', new Uint8Array(0), 'a')).toThrow(/ends within its signature/);
  });
  it('of a newer version are named so', () => {
    const [head, ...data] = chunksOf(bytes, 'x');
    const text = new TextDecoder().decode(head.payload).replace('"version":1', '"version":2');
    const newer = join([
      signature,
      chunk('HEAD', 0, new TextEncoder().encode(text)),
      ...data.map((c, i) => chunk('DATA', i + 1, c.payload)),
      chunk('TAIL', data.length + 1, new Uint8Array(0)),
    ]);
    expect(() => deserialize('Clock', newer, 'x')).toThrow(
      /another version of Marey. Expected format version 1. Got 2/,
    );
  });
});
