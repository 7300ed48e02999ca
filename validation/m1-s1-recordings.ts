/**
 * Two published recordings in 50 ms bins, with a hand that reaches (MIT, KordingLab/spykesML): motor cortex (M1, Stevenson et al. 2011, CRCNS DREAM) and area 2 of
 * somatosensory cortex (S1, Miller lab), and the features that encoders of movement get.
 */
import { resolve } from 'node:path';
import { readMatlab } from '../src/formats/index.ts';
import { matrix, type Matrix } from '../src/math/matrix.ts';
import {
  column,
  contiguousFolds,
  series,
  seriesFrom,
  takeColumns,
  type Fold,
  type Series,
} from '../src/relate/index.ts';

const binSeconds = 0.05;
/** Samples in blocks of 5 s, for intervals. */
export const blockLength = 5 / binSeconds;

/** Where the recordings lie beside this repository. */
export const m1S1Folder = resolve(import.meta.dirname, '../../shared/data/m1-s1-reach');

export interface Area {
  readonly name: string;
  readonly counts: Series;
  readonly position: Series;
  readonly velocity: Series;
  readonly folds: readonly Fold[];
}

export async function loadM1(folder: string): Promise<Area> {
  const variables = await readMatlab(resolve(folder, 'm1.mat'));
  const at = (name: string): Matrix => transposed(numbersOf(variables[name]));
  const counts = named(at('spikes'), 'unit');
  const planar = (name: string): Series => takeColumns(named(at(name), name), [0, 1]);
  return {
    name: 'M1',
    counts,
    position: planar('handPos'),
    velocity: planar('handVel'),
    folds: contiguousFolds(counts.stretches, { count: 3 }),
  };
}

/** A joint is where the position moves 1.5 cm further than the velocity tells. */
export async function loadS1(folder: string): Promise<Area> {
  const variables = await readMatlab(resolve(folder, 's1.mat'));
  const [p, v] = ['pos', 'vel'].map((name) => numbersOf(variables[name]));
  const stretches = new Int32Array(p.rows);
  for (let i = 1; i < p.rows; i++) {
    const off = [0, 1].map((d) => {
      const [a, b] = [2 * (i - 1) + d, 2 * i + d];
      return Math.abs(p.data[b] - p.data[a] - ((v.data[a] + v.data[b]) / 2) * binSeconds);
    });
    stretches[i] = stretches[i - 1] + (Math.max(...off) > 1.5 ? 1 : 0);
  }
  const counts = named(numbersOf(variables.spikes), 'unit', stretches);
  return {
    name: 'S1',
    counts,
    position: named(p, 'position', stretches),
    velocity: named(v, 'velocity', stretches),
    folds: contiguousFolds(stretches, { count: 3 }),
  };
}

function numbersOf(value: Awaited<ReturnType<typeof readMatlab>>[string] | undefined): Matrix {
  if (value?.kind !== 'numeric') throw new Error('the file lacks an array');
  return matrix(value.shape[0], value.shape[1], Float64Array.from(value.values as ArrayLike<number>));
}

function transposed(m: Matrix): Matrix {
  const out = matrix(m.columns, m.rows);
  for (let i = 0; i < m.data.length; i++) {
    out.data[(i % m.columns) * m.rows + Math.floor(i / m.columns)] = m.data[i];
  }
  return out;
}

function named(values: Matrix, name: string, stretches?: Int32Array): Series {
  return series(
    values,
    Array.from({ length: values.columns }, (_, i) => `${name} ${i + 1}`),
    stretches,
  );
}

/** Bins of the movement around a moment, -0.2 to 0.2 s. */
export const around: readonly number[] = [-4, -2, 0, 2, 4];

/** Position, velocity, and what derives from them at the same moment: speed, directions, distance, acceleration. */
export function movement({ position, velocity }: Area): Series {
  const [px, py, vx, vy] = [position, velocity].flatMap((s) => [0, 1].map((c) => column(s.values, c)));
  const n = px.length;
  const change = (v: Float64Array): Float64Array =>
    v.map((_, i) => {
      const [a, b] = [Math.max(0, i - 1), Math.min(n - 1, i + 1)];
      return (v[b] - v[a]) / ((b - a) * binSeconds);
    });
  const angle = (x: Float64Array, y: Float64Array): Float64Array => x.map((v, i) => Math.atan2(y[i], v));
  const length = (x: Float64Array, y: Float64Array): Float64Array => x.map((v, i) => Math.hypot(v, y[i]));
  const [ax, ay] = [change(vx), change(vy)];
  const [heading, bearing] = [angle(vx, vy), angle(px, py)];
  return seriesFrom(
    {
      px,
      py,
      vx,
      vy,
      speed: length(vx, vy),
      'cos heading': heading.map(Math.cos),
      'sin heading': heading.map(Math.sin),
      ax,
      ay,
      distance: length(px, py),
      'cos bearing': bearing.map(Math.cos),
      'sin bearing': bearing.map(Math.sin),
    },
    position.stretches,
  );
}
