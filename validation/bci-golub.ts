/**
 * A brain-computer interface's decoder run again (BSD-3, mattgolub/bci_learning; monkey J, 2012-03-05; Golub et al. 2018): the
 * single-bin velocities that were stored for both mappings, from the spike counts of 86 units and the mapping's numbers.
 *
 *   npx tsx validation/bci-golub.ts [folder of bci-golub]
 *
 * Tolerance: 1e-6 mm/s.
 */
import { resolve } from 'node:path';
import { readMatlab } from '../src/formats/index.ts';
import { matrix, type Matrix } from '../src/math/matrix.ts';
import { transpose } from '../src/math/matrix.ts';
import { decoderOf, series } from '../src/relate/index.ts';

type Value = Awaited<ReturnType<typeof readMatlab>>[string];

function field(value: Value | undefined, ...path: readonly string[]): Value {
  const found = path.reduce<Value | undefined>(
    (v, name) => (v?.kind === 'struct' ? v.elements[0]?.[name] : undefined),
    value,
  );
  if (!found) throw new Error(`the file lacks ${path.join('.')}`);
  return found;
}

function numbers(value: Value): Matrix {
  if (value.kind !== 'numeric') throw new Error(`expected numbers, got ${value.kind}`);
  return matrix(value.shape[0], value.shape[1], Float64Array.from(value.values as ArrayLike<number>));
}

/** The largest error of each mapping over all directions, in the unit of the file (mm/s). */
export async function measureMappings(folder: string): Promise<Record<string, number>> {
  const variables = await readMatlab(resolve(folder, 'before_learning.mat'));
  const clouds = (name: string): Matrix[] => {
    const cell = field(variables.beforeLearning, 'clouds', name);
    if (cell.kind !== 'cell') throw new Error(`${name} is no cell array`);
    return cell.cells.map((c) => transpose(numbers(c)));
  };
  const spikes = clouds('spikes');
  const units = spikes[0].columns;
  const names = Array.from({ length: units }, (_, u) => `unit ${u + 1}`);
  const errors: Record<string, number> = {};
  for (const kind of ['intuitive', 'perturbed']) {
    const at = (name: string): Matrix => numbers(field(variables.expParams, `${kind}Mapping`, name));
    const decoder = decoderOf({ weights: at('M2'), offset: at('m0').data });
    const stored = clouds(`vraw_${kind}`);
    let worst = 0;
    for (const [k, counts] of spikes.entries()) {
      const velocity = await decoder.predict(series(counts, names));
      velocity.data.forEach((v, i) => {
        worst = Math.max(worst, Math.abs(v - stored[k].data[i]));
      });
    }
    errors[kind] = worst;
  }
  return errors;
}

if (process.argv[1] === import.meta.filename) {
  const errors = await measureMappings(
    process.argv[2] ?? resolve(import.meta.dirname, '../../shared/data/bci-golub'),
  );
  for (const [kind, worst] of Object.entries(errors)) {
    console.log(`${kind} mapping: largest error ${worst.toExponential(1)} mm/s`);
    if (!(worst < 1e-6)) process.exitCode = 1;
  }
}
