/**
 * Muscle synergies of treadmill walking (MIT, alesantuz/musclesyneRgies; 13 muscles, mean cycle of 200 points): Marey's ranks and R2
 * against the stored modules and primitives of ten people, and the envelope from raw EMG of one against the stored envelope.
 *
 *   npx tsx validation/synergies.ts [folder of emg-gait-synergies]
 *
 * R2 = 1 - |V - W H|^2 / |V - mean|^2. The stored factors are the reference: their rank, and the R2 of their product. Both at the
 * stored rank and at the rank that Marey chooses itself, five random starts a rank. Tolerance: R2 within 0.005 of the stored one, or
 * above it; mean rank within 0.5; envelopes correlated by 0.99.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { matrix, multiply, type Matrix } from '../src/math/matrix.ts';
import { pearson } from '../src/math/correlation.ts';
import { Random } from '../src/math/random.ts';
import {
  emgEnvelope,
  inCycles,
  normalizedToPeak,
  synergies,
  synergySimilarity,
  type Synergies,
} from '../src/relate/index.ts';
import { Events } from '../src/signal/events.ts';
import { Signal } from '../src/signal/signal.ts';
import { regularTime } from '../src/signal/time.ts';

interface Numbers {
  readonly header: readonly string[];
  readonly values: Matrix;
}

/** A CSV of numbers; its first column is left out where it holds names or times. */
function readNumbers(folder: string, name: string, first: 'keep' | 'drop'): Numbers {
  const [head, ...lines] = readFileSync(resolve(folder, 'csv', name), 'utf8')
    .trim()
    .split('\n');
  const rows = lines.map((l) =>
    l
      .split(',')
      .slice(first === 'drop' ? 1 : 0)
      .map(Number),
  );
  return {
    header: head.split(',').slice(first === 'drop' ? 1 : 0),
    values: matrix(rows.length, rows[0].length, Float64Array.from(rows.flat())),
  };
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(columns, rows);
  data.forEach((v, i) => {
    out.data[(i % columns) * rows + Math.floor(i / columns)] = v;
  });
  return out;
}

function r2Of(v: Matrix, fitted: Matrix): number {
  const mean = v.data.reduce((a, b) => a + b, 0) / v.data.length;
  let [e, t] = [0, 0];
  v.data.forEach((x, i) => {
    e += (x - fitted.data[i]) ** 2;
    t += (x - mean) ** 2;
  });
  return 1 - e / t;
}

export interface PersonResult {
  readonly name: string;
  readonly storedRank: number;
  readonly storedR2: number;
  /** At the stored rank. */
  readonly r2: number;
  readonly similarity: number;
  readonly chosen: Synergies;
}

export function measureSynergies(folder: string): PersonResult[] {
  return Array.from({ length: 10 }, (_, i) => {
    const name = `ID${String(i + 1).padStart(4, '0')}`;
    const v = readNumbers(folder, `${name}_TW_01_V.csv`, 'drop').values;
    const m = readNumbers(folder, `${name}_TW_01_M.csv`, 'drop').values;
    const p = transposed(readNumbers(folder, `${name}_TW_01_P.csv`, 'drop').values);
    const same = synergies(v, { rank: m.columns, random: new Random(`${name}/same`) });
    return {
      name,
      storedRank: m.columns,
      storedR2: r2Of(v, multiply(m, p)),
      r2: same.r2,
      similarity: synergySimilarity(same.modules, m),
      chosen: synergies(v, { random: new Random(name) }),
    };
  });
}

/** Correlation of our envelope with the stored one, a muscle, from the same raw signal. */
export function measureEnvelope(folder: string): number[] {
  const raw = readNumbers(folder, 'ID0012_TW_01_raw_emg_1000Hz.csv', 'keep');
  const muscles = raw.header.slice(1).map((h) => h.replaceAll('"', ''));
  const count = raw.values.rows;
  const values = Float64Array.from({ length: count * muscles.length }, (_, i) => {
    const [t, m] = [Math.floor(i / muscles.length), i % muscles.length];
    return raw.values.data[t * (muscles.length + 1) + 1 + m];
  });
  const signal = new Signal({
    name: 'emg',
    dimensions: [
      { name: 'time', size: count },
      { name: 'channel', size: muscles.length, labels: muscles },
    ],
    values,
    unit: 'uV',
    time: regularTime(count, 1000, raw.values.data[0]),
    provenance: { step: 'import', source: 'ID0012_TW_01_raw_emg_1000Hz.csv' },
  });
  const touchdowns = readNumbers(folder, 'ID0012_TW_01_cycles.csv', 'keep').values;
  const filtered = readNumbers(folder, 'ID0012_TW_01_filtered_norm_600pts.csv', 'drop');
  const [stored, cycles] = [filtered.values, filtered.values.rows / 200];
  // Stance and swing are brought to 100 points each, and the first cycle is left out, as with the stored ones.
  const parts = Array.from({ length: cycles }, (_, i) => {
    const k = i + 1;
    const [down, off, next] = [
      touchdowns.data[2 * k],
      touchdowns.data[2 * k + 1],
      touchdowns.data[2 * k + 2],
    ];
    return [
      { startSeconds: down, endSeconds: off, label: 'stance', source: 'stored' },
      { startSeconds: off, endSeconds: next, label: 'swing', source: 'stored' },
    ];
  }).flat();
  const events = new Events(parts, { name: 'phases', provenance: { step: 'import' } });
  const envelope = inCycles(emgEnvelope(signal), events, 100);
  const own = normalizedToPeak(envelope).contiguous();
  return filtered.header.map((h) => {
    const m = muscles.indexOf(h.replaceAll('"', ''));
    const c = filtered.header.indexOf(h);
    const [a, b] = [new Float64Array(stored.rows), new Float64Array(stored.rows)];
    for (let t = 0; t < stored.rows; t++) {
      a[t] = own[t * muscles.length + m];
      b[t] = stored.data[t * stored.columns + c];
    }
    return pearson(a, b);
  });
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2] ?? resolve(import.meta.dirname, '../../shared/data/emg-gait-synergies');
  const people = measureSynergies(folder);
  const n = (v: number): string => v.toFixed(4);
  console.log(
    'person   stored rank, R2   ours at that rank (modules alike)   our rank, R2, VAF [95 %]   split-half',
  );
  for (const { name, storedRank, storedR2, r2, similarity, chosen } of people) {
    const vaf = `${n(chosen.vaf.estimate)} [${n(chosen.vaf.low)}, ${n(chosen.vaf.high)}]`;
    console.log(
      `${name}   ${storedRank} ${n(storedR2)}   ${n(r2)} (${similarity.toFixed(2)})   ${chosen.rank} ${n(chosen.r2)} ${vaf}   ${chosen.splitHalf.toFixed(3)}`,
    );
  }
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const ranks = [mean(people.map((p) => p.storedRank)), mean(people.map((p) => p.chosen.rank))];
  console.log(`mean rank: stored ${ranks[0].toFixed(1)}, ours ${ranks[1].toFixed(1)}`);
  const below = people.filter((p) => p.r2 < p.storedR2 - 0.005);
  console.log(
    `R2 at the stored rank more than 0.005 below the stored one: ${below.length} of ${people.length}`,
  );
  const envelope = measureEnvelope(folder);
  console.log(
    `envelope of ID0012 against the stored one: least correlation of 13 muscles ${Math.min(...envelope).toFixed(4)}`,
  );
  if (below.length > 0 || Math.abs(ranks[0] - ranks[1]) > 0.5 || Math.min(...envelope) < 0.99)
    process.exitCode = 1;
}
