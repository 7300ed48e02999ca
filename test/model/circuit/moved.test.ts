import { describe, expect, it } from 'vitest';
import {
  centerOut,
  Loop,
  networkFor,
  ratesWhileMoved,
  readySetGo,
} from '../../../src/model/circuit/index.ts';
import { InputError } from '../../../src/signal/error.ts';

const late = { delaySeconds: 0.05 };
const task = centerOut({
  targets: 4,
  seconds: 3,
  senses: [
    { of: 'muscle length', ...late },
    { of: 'muscle velocity', ...late },
    { of: 'endpoint position', ...late },
  ],
});
const network = networkFor(task, { units: 24, seed: 3 });
const { units } = network;

/** What it did in a trial of its own, and the movement that this was. */
function own(trial: number) {
  const trials = task.conditions();
  const loop = new Loop(network, task, trials.batch, { gradient: false });
  loop.run(trials);
  const positions = new Float64Array(2 * task.steps);
  const inputs = new Float64Array(3 * task.steps);
  const rates = new Float64Array(units * task.steps);
  for (let k = 0; k < task.steps; k++) {
    positions.set(loop.rollout!.motionAt(k).subarray(4 * trial, 4 * trial + 2), 2 * k);
    inputs.set(
      trials.inputs.subarray(3 * (k * trials.batch + trial), 3 * (k * trials.batch + trial) + 3),
      3 * k,
    );
    rates.set(loop.at('rate', k + 1).subarray(trial * units, (trial + 1) * units), units * k);
  }
  return { positions, inputs, rates };
}

const furthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

describe('a controller whose body is moved', () => {
  it('does what it did where the movement is its own', () => {
    const { positions, inputs, rates } = own(1);
    const again = ratesWhileMoved(network, task, { positions, inputs });
    // Velocities come from differences, and the start is forgotten rather than known.
    const settled = units * 100;
    const spread = furthest(rates.subarray(settled), new Float64Array(rates.length - settled));
    expect(furthest(again.subarray(settled), rates.subarray(settled))).toBeLessThan(0.05 * spread);
    const bent = positions.map((q, i) => q + 0.2 * (1 + Math.sin(i / 40)));
    const other = ratesWhileMoved(network, task, { positions: bent, inputs });
    expect(furthest(other.subarray(settled), rates.subarray(settled))).toBeGreaterThan(0.1 * spread);
  });

  it('answers a long movement as its pieces', () => {
    const { positions, inputs } = own(2);
    const twice = <T extends Float64Array>(a: T): Float64Array =>
      Float64Array.from({ length: 8 * a.length }, (_, i) => a[i % a.length]);
    const [many, told] = [twice(positions), twice(inputs)];
    const whole = ratesWhileMoved(network, task, { positions: many, inputs: told });
    expect(whole.length).toBe(8 * units * task.steps);
    const last = 900;
    const part = ratesWhileMoved(network, task, {
      positions: many.slice(-2 * last),
      inputs: told.slice(-3 * last),
    });
    const settled = units * 150;
    expect(
      furthest(whole.subarray(whole.length - units * last + settled), part.subarray(settled)),
    ).toBeLessThan(0.01);
  });

  it('is refused without a body, and in a posture that is none', () => {
    const { positions, inputs } = own(0);
    const timing = readySetGo();
    const bodiless = networkFor(timing, { units: 8 });
    expect(() => ratesWhileMoved(bodiless, timing, { positions, inputs })).toThrow(/no body/);
    const degrees = positions.map((v) => (v * 180) / Math.PI);
    expect(() => ratesWhileMoved(network, task, { positions: degrees, inputs })).toThrow(InputError);
    const missing = positions.with(7, NaN);
    expect(() => ratesWhileMoved(network, task, { positions: missing, inputs })).toThrow(/time 4, elbow/);
  });
});
