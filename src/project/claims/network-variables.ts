import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { channelsOf, principal, responses, type NetworkPlan, type Variables } from '../../inquire/index.ts';
import { nodeEngine } from '../../learn/engine/node.ts';
import type { Engine } from '../../learn/index.ts';
import { linearInterpolator, matrix, type Matrix } from '../../math/index.ts';
import {
  armCalled,
  continuousActivity,
  readPerception,
  type Arm,
  type PerceptionNetwork,
} from '../../model/perception/index.ts';
import { column, series, type Series } from '../../relate/series.ts';
import { InputError } from '../../signal/error.ts';
import { sha256OfFile } from '../digest.ts';
import { diskError, isMissing } from '../disk.ts';

/**
 * What layers of networks of proprioception do while an arm moves as the data say: variables of the same samples, a channel a principal component of its units (Marin Vargas et al. 2024, Cell 187:1745). Angles are taken at the middles of
 * bins and joined by straight lines at the network's steps, and so is what comes back; over a missing angle, and from one stretch to the next, nothing is carried.
 * Throws `InputError` for a file that is no network, angles that are not those of its arm, and a name that is taken.
 */
export async function networkVariables(
  networks: Readonly<Record<string, NetworkPlan>>,
  variables: Variables,
  bin: number,
  folder: string,
): Promise<{
  readonly variables: Variables;
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
}> {
  // Sums of several threads may differ in the last bit, and a claim gives the same bytes each time.
  const engine = await nodeEngine({ threads: 1 });
  const made = new Map<string, Series>();
  const inputs: { path: string; sha256: string }[] = [];
  for (const [name, plan] of Object.entries(networks)) {
    const where = `data, networks, "${name}"`;
    if (variables.has(name)) {
      throw new InputError('a network has the name of a variable', { where, fix: 'Give it another.' });
    }
    const path = resolve(folder, plan.file);
    const bytes = await readFile(path).catch((cause: unknown) => {
      if (!isMissing(cause)) throw diskError(cause, path);
      throw new InputError('a network of the claim is not there', {
        where: path,
        fix: 'Correct "file"; paths start from the folder of the claim.',
      });
    });
    const network = readPerception(bytes, path);
    using arm = await armCalled(network.arm);
    const angles = channelsOf(plan, variables, where);
    if (angles.names.length !== arm.joints.length) {
      throw new InputError('these are not the angles of the network’s arm', {
        where,
        expected: `${arm.joints.length} channels, rad: ${arm.joints.join(', ')}`,
        got: angles.names.join(', '),
      });
    }
    made.set(name, await layerVariable(name, { network, arm, plan, engine }, angles, bin));
    inputs.push({ path: plan.file, sha256: await sha256OfFile(path) });
  }
  return { variables: made, inputs };
}

interface Listener {
  readonly network: PerceptionNetwork;
  readonly arm: Arm;
  readonly plan: NetworkPlan;
  readonly engine: Engine;
}

async function layerVariable(
  name: string,
  { network, arm, plan: { layer, components }, engine }: Listener,
  angles: Series,
  bin: number,
): Promise<Series> {
  const { stepSeconds } = network;
  const J = arm.joints.length;
  const rows = angles.values.rows;
  let out = matrix(rows, 0);
  for (const [start, end] of unbroken(angles)) {
    const times = Float64Array.from({ length: end - start }, (_, r) => r * bin);
    const total = Math.floor(times[times.length - 1] / stepSeconds + 1e-9) + 1;
    const postures = new Float64Array(total * J);
    for (let j = 0; j < J; j++) {
      const angle = linearInterpolator(times, column(angles.values, j).subarray(start, end));
      for (let t = 0; t < total; t++)
        postures[t * J + j] = angle(Math.min(t * stepSeconds, times[times.length - 1]));
    }
    const told = await continuousActivity(network, arm, postures, layer, engine);
    if (out.columns === 0)
      out = { ...matrix(rows, told.units), data: new Float64Array(rows * told.units).fill(NaN) };
    const period = told.stride * stepSeconds;
    for (let r = start; r < end; r++) {
      const at = Math.min(told.times - 1, times[r - start] / period);
      const [before, share] = [Math.floor(at), at - Math.floor(at)];
      const after = Math.min(told.times - 1, before + 1);
      for (let u = 0; u < told.units; u++) {
        const [a, b] = [told.values[before * told.units + u], told.values[after * told.units + u]];
        out.data[r * told.units + u] = a + share * (b - a);
      }
    }
  }
  if (out.columns === 0)
    throw new InputError('every angle is missing', { where: `data, networks, "${name}"` });
  const scores = componentsOf(out, components);
  const names = Array.from({ length: scores.columns }, (_, k) => `${name} ${k + 1}`);
  return series(scores, names, angles.stretches);
}

/** The first principal components of the rows that are there; NaN in the others. */
function componentsOf(units: Matrix, count: number): Matrix {
  const known = Array.from({ length: units.rows }, (_, r) => r).filter(
    (r) => !Number.isNaN(units.data[r * units.columns]),
  );
  const values = known.flatMap((r) => [...units.data.subarray(r * units.columns, (r + 1) * units.columns)]);
  const { scores } = principal(
    responses(values, { conditions: 1, times: known.length, units: units.columns }),
    count,
  );
  const out = matrix(units.rows, scores.units);
  out.data.fill(NaN);
  known.forEach((r, i) =>
    out.data.set(scores.values.subarray(i * scores.units, (i + 1) * scores.units), r * scores.units),
  );
  return out;
}

/** Runs of samples of one stretch without a missing value, [start, end). */
function unbroken({ values: { rows, columns, data }, stretches }: Series): [start: number, end: number][] {
  const runs: [number, number][] = [];
  for (let r = 0; r < rows; r++) {
    if (data.subarray(r * columns, (r + 1) * columns).some(Number.isNaN)) continue;
    const last = runs.at(-1);
    if (last && last[1] === r && stretches[r] === stretches[r - 1]) last[1] = r + 1;
    else runs.push([r, r + 1]);
  }
  return runs;
}
