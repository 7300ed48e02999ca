/** Every target with every operation: where it acts, where it does not, and that more of it does more. */
import { describe, expect, test } from 'vitest';
import {
  intervene,
  operations,
  targets,
  type Intervened,
  type Intervention,
  type OperationName,
} from '../../src/inquire/index.ts';
import { centerOut, networkFor, type NetworkOptions } from '../../src/model/circuit/index.ts';
import { UsageError } from '../../src/signal/error.ts';

const task = centerOut({ seconds: 0.4, delaySeconds: [0.05, 0.05], moveSeconds: 0.2, targets: 4 });
const areas: NetworkOptions = {
  areas: [
    { name: 'PMd', units: 6, receives: ['task'], read: false },
    { name: 'M1', units: 6 },
  ],
  connections: [
    { from: 'PMd', to: 'PMd' },
    { from: 'M1', to: 'M1' },
    { from: 'PMd', to: 'M1', delaySteps: 2 },
    { from: 'M1', to: 'PMd', density: 0.5 },
  ],
};
const network = networkFor(task, { seed: 4, ...areas });
const gated = networkFor(task, { seed: 4, cell: 'gru', ...areas });
const touched = [1, 3];
const { batch, steps } = task.conditions();
const onset = 0.1;

/** Values of an array `steps x trial x wide`, of some trials. */
const of = (array: Float64Array, trials: readonly number[], toStep = steps): number[] => {
  const wide = array.length / (steps * batch);
  const values: number[] = [];
  for (let k = 0; k < toStep; k++) {
    for (const b of trials)
      values.push(...array.subarray((k * batch + b) * wide, (k * batch + b + 1) * wide));
  }
  return values;
};

const everything = ({ intact, changed }: Intervened, trials: readonly number[], toStep?: number) =>
  [intact, changed].map((r) =>
    [r.rates, r.commands, r.activation, r.inputs, r.behavior.values].map((a) => of(a, trials, toStep)),
  );

const doses: Readonly<Record<OperationName, readonly [number, number, number]>> = {
  lesion: [0.3, 0.6, 1],
  silence: [0.3, 0.6, 1],
  clamp: [0.3, 0.6, 1],
  stimulate: [0.1, 0.3, 0.9],
  scale: [0.3, 0.9, 2],
  delay: [0.02, 0.06, 0.1],
  noise: [0.1, 0.3, 0.9],
  drop: [0.3, 0.6, 1],
};

const cells = targets.flatMap((target) =>
  operations.map((operation) => ({ target: target.name, operation })),
);

describe.each(cells)('$operation.name of $target', ({ target, operation }) => {
  const at = (dose: number): Intervention => ({
    target,
    operation: operation.name,
    dose,
    value: 0.7,
    trials: touched,
    ...('lasting' in operation ? {} : { fromSeconds: onset }),
  });
  const runs = doses[operation.name].map((dose) => intervene(network, task, [at(dose)], { seed: 2 }));
  const strongest = runs.at(-1)!;

  test('leaves other trials, and the time before, identical to the bit', () => {
    const [intact, changed] = everything(strongest, [0, 2]);
    expect(changed).toEqual(intact);
    if ('lasting' in operation) return;
    const [before, still] = everything(strongest, touched, Math.round(onset / task.stepSeconds));
    expect(still).toEqual(before);
  });

  test('changes the trials it names', () => {
    const [intact, changed] = everything(strongest, touched);
    expect(changed).not.toEqual(intact);
  });

  test('a dose of 0 changes nothing, more of it changes more', () => {
    const none = intervene(network, task, [at(0)], { seed: 2 });
    expect(none.changed.behavior.values).toEqual(none.intact.behavior.values);
    expect(none.delivered[0].every((d) => d === 0)).toBe(true);
    const first = strongest.delivered[0].findIndex((d) => d > 0);
    expect(first).toBeGreaterThanOrEqual(0);
    const delivered = [0, ...runs.map((r) => r.delivered[0][first])];
    for (let i = 1; i < delivered.length; i++) {
      expect(
        delivered[i],
        `doses ${doses[operation.name].join(', ')}: ${delivered.join(', ')}`,
      ).toBeGreaterThanOrEqual(delivered[i - 1]);
    }
  });

  test('is the same when run again, and works on gated units', () => {
    const again = intervene(network, task, [at(doses[operation.name][2])], { seed: 2 });
    expect(again.changed.rates).toEqual(strongest.changed.rates);
    const other = intervene(gated, task, [at(doses[operation.name][2])], { seed: 2 });
    expect(everything(other, [0, 2])[1]).toEqual(everything(other, [0, 2])[0]);
    expect(everything(other, touched)[1]).not.toEqual(everything(other, touched)[0]);
  });
});

describe('intervene', () => {
  const rates = (r: Intervened, unit: number): number[] =>
    of(r.changed.rates, touched).filter((_, i) => i % network.units === unit);

  test('acts on the parts that are named', () => {
    const silenced = intervene(network, task, [
      { target: 'modules', select: ['PMd'], operation: 'silence', trials: touched },
    ]);
    expect(rates(silenced, 3).every((x) => x === 0)).toBe(true);
    expect(rates(silenced, 8).some((x) => x !== 0)).toBe(true);
    const clamped = intervene(network, task, [
      { target: 'units', select: [8], operation: 'clamp', value: 0.25, trials: touched },
    ]);
    expect(rates(clamped, 8).every((x) => x === 0.25)).toBe(true);
    const weak = intervene(network, task, [{ target: 'plant', select: ['biceps'], operation: 'silence' }]);
    const biceps = task.body!.plant.actuators.names.indexOf('biceps');
    expect(weak.changed.commands.every((u, i) => i % 6 !== biceps || u === 0)).toBe(true);
    expect(weak.changed.commands.some((u) => u > 0)).toBe(true);
  });

  test('cutting every connection from an area is silencing it for the other', () => {
    const cut = intervene(network, task, [
      { target: 'connections', select: ['PMd > M1'], operation: 'lesion' },
    ]);
    const silent = intervene(network, task, [{ target: 'modules', select: ['PMd'], operation: 'silence' }]);
    const m1 = (r: Intervened): number[] => Array.from(r.changed.rates).filter((_, i) => i % 12 >= 6);
    const [a, b] = [m1(cut), m1(silent)];
    expect(a.every((x, i) => Math.abs(x - b[i]) < 1e-9)).toBe(true);
  });

  test('several act one after the other', () => {
    const both = intervene(network, task, [
      { target: 'units', select: [8], operation: 'clamp', value: 0.5 },
      { target: 'units', select: [8], operation: 'stimulate', dose: 0.25 },
    ]);
    expect(rates(both, 8).every((x) => x === 0.75)).toBe(true);
  });

  test.each<[string, Intervention, RegExp]>([
    ['a unit', { target: 'units', select: [99], operation: 'silence' }, /no "99"/],
    ['an area', { target: 'modules', select: ['V1'], operation: 'silence' }, /PMd, M1/],
    ['a connection', { target: 'connections', select: ['M1 > V1'], operation: 'lesion' }, /PMd > M1/],
    ['a trial', { target: 'units', operation: 'silence', trials: [4] }, /0 to 3/],
    ['a time', { target: 'units', operation: 'silence', fromSeconds: 2 }, /times/],
    ['times of a lesion', { target: 'units', operation: 'lesion', fromSeconds: 0.1 }, /silence has times/],
    ['a dose', { target: 'units', operation: 'drop', dose: 1.5 }, /0 to 1/],
    ['an operation', { target: 'units', operation: 'freeze' as 'drop' }, /lesion, silence/],
  ])('refuses %s that is not there', (_what, wrong, message) => {
    expect(() => intervene(network, task, [wrong])).toThrow(UsageError);
    expect(() => intervene(network, task, [wrong])).toThrow(message);
  });
});
