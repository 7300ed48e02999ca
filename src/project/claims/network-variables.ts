import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { channelsOf, principal, responses, type NetworkPlan, type Variables } from '../../inquire/index.ts';
import { nodeEngine } from '../../learn/engine/node.ts';
import type { Engine } from '../../learn/index.ts';
import { linearInterpolator, matrix, type Matrix } from '../../math/index.ts';
import {
  isNetworkFile,
  ratesWhileMoved,
  readNetwork,
  type TrainedNetwork,
} from '../../model/circuit/index.ts';
import {
  armCalled,
  continuousActivity,
  readPerception,
  type Arm,
  type PerceptionNetwork,
} from '../../model/perception/index.ts';
import { beside, column, series, type Series } from '../../relate/series.ts';
import { InputError } from '../../signal/error.ts';
import { sha256OfFile } from '../digest.ts';
import { diskError, isMissing } from '../disk.ts';

/**
 * What networks do while an arm moves as the data say: variables of the same samples, a channel a principal component of units. Of a network of proprioception it is one of its layers (Marin
 * Vargas et al. 2024, Cell 187:1745), of a controller its units while its body is moved. Angles are taken at the middles of bins and joined by straight lines at the network's steps, and
 * so is what comes back; over a missing angle, and from one stretch to the next, nothing is carried. Throws `InputError` for a file that is no network, angles that are not those of its
 * arm, inputs that a controller is not told, and a name that is taken.
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
    if (isNetworkFile(bytes)) {
      const listener = controller(readNetwork(bytes, path), plan, where);
      made.set(name, await unitsVariable(name, listener, variables, plan, bin));
    } else {
      const network = readPerception(bytes, path);
      using arm = await armCalled(network.arm);
      const listener = perceiver(network, arm, plan, engine, where);
      made.set(name, await unitsVariable(name, listener, variables, plan, bin));
    }
    inputs.push({ path: plan.file, sha256: await sha256OfFile(path) });
  }
  return { variables: made, inputs };
}

/** What units did: time k is step k x stride of what was given. */
interface UnitActivity {
  readonly stride: number;
  readonly times: number;
  readonly units: number;
  /** Time x unit. */
  readonly values: ArrayLike<number>;
}

/** A network that is given what happened and answers with what its units do. */
interface Listener {
  readonly stepSeconds: number;
  /** The variables that it needs side by side, angles first. */
  given(variables: Variables): Series;
  /** `told`: time x channel of `given`, at the network's steps. */
  activity(told: Float64Array): Promise<UnitActivity>;
}

function anglesOf(plan: NetworkPlan, variables: Variables, joints: readonly string[], where: string): Series {
  const angles = channelsOf(plan, variables, where);
  if (angles.names.length === joints.length) return angles;
  throw new InputError('these are not the angles of the network’s arm', {
    where,
    expected: `${joints.length} channels, rad: ${joints.join(', ')}`,
    got: angles.names.join(', '),
  });
}

function perceiver(
  network: PerceptionNetwork,
  arm: Arm,
  plan: NetworkPlan,
  engine: Engine,
  where: string,
): Listener {
  const { layer } = plan;
  if (layer === undefined || plan.inputs) {
    throw new InputError('a network of proprioception is read by its layers and told of angles alone', {
      where,
      expected: '"layer", and no "inputs"',
    });
  }
  return {
    stepSeconds: network.stepSeconds,
    given: (variables) => anglesOf(plan, variables, arm.joints, where),
    activity: (told) => continuousActivity(network, arm, told, layer, engine),
  };
}

function controller({ network, task }: TrainedNetwork, plan: NetworkPlan, where: string): Listener {
  const { inputs = {}, layer } = plan;
  const area = network.areas.find(({ name }) => name === layer);
  if (layer !== undefined && !area) {
    throw new InputError(`the controller has no area "${layer}"`, {
      where,
      expected: network.areas.map(({ name }) => name).join(', '),
    });
  }
  const known = task.inputNames;
  if (known.some((name) => !(name in inputs)) || Object.keys(inputs).some((name) => !known.includes(name))) {
    throw new InputError('the controller must be told what it was trained to be told', {
      where: `${where}, inputs`,
      expected: known.join(', '),
      got: Object.keys(inputs).join(', ') || 'none',
      fix: 'Give each a number or one channel of a variable.',
    });
  }
  const { first, units } = area ?? { first: 0, units: network.units };
  const joints = task.body?.plant.skeleton.coordinates ?? [];
  const constants = known.map((name) => inputs[name]).filter((given) => typeof given === 'number');
  return {
    stepSeconds: task.stepSeconds,
    given: (variables) =>
      known.reduce(
        (side, name) => {
          const given = inputs[name];
          if (typeof given === 'number') return side;
          const chosen = channelsOf(given, variables, `${where}, inputs, "${name}"`);
          if (chosen.names.length === 1) return beside(side, chosen);
          throw new InputError('an input is one channel', {
            where: `${where}, inputs, "${name}"`,
            got: chosen.names.join(', '),
            fix: 'Choose one with "channels".',
          });
        },
        anglesOf(plan, variables, joints, where),
      ),
    async activity(told) {
      const width = 2 + known.length - constants.length;
      const times = told.length / width;
      const positions = new Float64Array(2 * times);
      const all = new Float64Array(known.length * times);
      for (let t = 0; t < times; t++) {
        positions.set(told.subarray(t * width, t * width + 2), 2 * t);
        let at = t * width + 2;
        known.forEach((name, i) => {
          const given = inputs[name];
          all[t * known.length + i] = typeof given === 'number' ? given : told[at++];
        });
      }
      const rates = ratesWhileMoved(network, task, { positions, inputs: all });
      const values = new Float64Array(times * units);
      for (let t = 0; t < times; t++) {
        const from = t * network.units + first;
        values.set(rates.subarray(from, from + units), t * units);
      }
      return { stride: 1, times, units, values };
    },
  };
}

async function unitsVariable(
  name: string,
  listener: Listener,
  variables: Variables,
  { components }: NetworkPlan,
  bin: number,
): Promise<Series> {
  const { stepSeconds } = listener;
  const given = listener.given(variables);
  const { rows, columns } = given.values;
  let out = matrix(rows, 0);
  for (const [start, end] of unbroken(given)) {
    const times = Float64Array.from({ length: end - start }, (_, r) => r * bin);
    const total = Math.floor(times[times.length - 1] / stepSeconds + 1e-9) + 1;
    const told = new Float64Array(total * columns);
    for (let c = 0; c < columns; c++) {
      const value = linearInterpolator(times, column(given.values, c).subarray(start, end));
      for (let t = 0; t < total; t++)
        told[t * columns + c] = value(Math.min(t * stepSeconds, times[times.length - 1]));
    }
    const done = await listener.activity(told);
    if (out.columns === 0)
      out = { ...matrix(rows, done.units), data: new Float64Array(rows * done.units).fill(NaN) };
    const period = done.stride * stepSeconds;
    for (let r = start; r < end; r++) {
      const at = Math.min(done.times - 1, times[r - start] / period);
      const [before, share] = [Math.floor(at), at - Math.floor(at)];
      const after = Math.min(done.times - 1, before + 1);
      for (let u = 0; u < done.units; u++) {
        const [a, b] = [done.values[before * done.units + u], done.values[after * done.units + u]];
        out.data[r * done.units + u] = a + share * (b - a);
      }
    }
  }
  if (out.columns === 0)
    throw new InputError('every angle is missing', { where: `data, networks, "${name}"` });
  const scores = componentsOf(out, components);
  const names = Array.from({ length: scores.columns }, (_, k) => `${name} ${k + 1}`);
  return series(scores, names, given.stretches);
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
