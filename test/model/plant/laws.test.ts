import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, UsageError } from '../../../src/signal/error.ts';
import {
  channel,
  checkPlant,
  curlField,
  elasticField,
  exactActivation,
  forcedPointMass,
  fourMusclePointMass,
  handForce,
  jointTorque,
  Rollout,
  sixMuscleArm,
  softLimitEnergy,
  torqueArm,
  viscousField,
  type Activation,
  type Load,
  type Plant,
} from '../../../src/model/plant/index.ts';
import { muscles } from './plants.ts';

const seed = 7;
const unit = fc.double({ min: 0, max: 1, noNaN: true });

const stepped = (activation: Activation, u: number, a: number, seconds: number): number => {
  const next = new Float64Array(1);
  activation.update(Float64Array.of(u), Float64Array.of(a), next, seconds);
  return next[0];
};

describe('exact activation', () => {
  const activation = exactActivation();

  test('two steps are one step of their sum', () => {
    fc.assert(
      fc.property(
        unit,
        unit,
        fc.double({ min: 1e-4, max: 0.1, noNaN: true }),
        unit,
        (u, a, seconds, part) => {
          const twice = stepped(
            activation,
            u,
            stepped(activation, u, a, part * seconds),
            (1 - part) * seconds,
          );
          expect(twice).toBeCloseTo(stepped(activation, u, a, seconds), 11);
        },
      ),
      { seed },
    );
  });

  test('goes towards the excitation and never beyond it, and more excitation is more activation', () => {
    fc.assert(
      fc.property(unit, unit, unit, fc.double({ min: 1e-4, max: 1, noNaN: true }), (u, more, a, seconds) => {
        const next = stepped(activation, u, a, seconds);
        expect(next).toBeGreaterThanOrEqual(Math.min(a, u) - 1e-15);
        expect(next).toBeLessThanOrEqual(Math.max(a, u) + 1e-15);
        const high = Math.max(u, more);
        expect(stepped(activation, high, a, seconds)).toBeGreaterThanOrEqual(next - 1e-14);
      }),
      { seed },
    );
  });

  test('is where many small Euler steps of the equation arrive', () => {
    for (const [u, a] of [
      [1, 0],
      [0.3, 0.9],
      [0.5, 0.5],
    ]) {
      let x = a;
      const n = 200_000;
      for (let i = 0; i < n; i++) {
        const slow = 0.5 + 1.5 * x;
        x += ((0.02 / n) * (u - x)) / (u > x ? 0.015 * slow : 0.05 / slow);
      }
      expect(stepped(activation, u, a, 0.02)).toBeCloseTo(x, 5);
    }
  });
});

test('muscles pull, more with more activation, and give nothing beyond their fastest shortening', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...muscles.filter((m) => m.name !== 'de-groote')),
      unit,
      unit,
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.double({ min: -15, max: 15, noNaN: true }),
      (muscle, a, more, l, v) => {
        const of = (x: number): number => {
          const force = new Float64Array(1);
          const activation = Math.max(x, muscle.minimumActivation);
          muscle.force(Float64Array.of(activation), Float64Array.of(l), Float64Array.of(v), force);
          return force[0];
        };
        expect(of(a)).toBeGreaterThanOrEqual(0);
        expect(of(Math.max(a, more))).toBeGreaterThanOrEqual(of(a) - 1e-12);
      },
    ),
    { seed },
  );
});

describe('a body at rest stays there', () => {
  test.each(muscles.map((muscle) => ({ name: muscle.name, muscle })))(
    'the point mass at the middle of its $name muscles',
    ({ muscle }) => {
      const rollout = new Rollout(fourMusclePointMass({ muscle }), { steps: 50 });
      rollout.start([0, 0]);
      rollout.simulate(new Float64Array(rollout.inputs.length));
      expect(rollout.motionAt(50).every((x) => Math.abs(x) < 1e-12)).toBe(true);
    },
  );

  test.each([torqueArm(), forcedPointMass()])('$name without a command', (plant) => {
    const rollout = new Rollout(plant, { steps: 50 });
    rollout.start([0.3, 0.5]);
    rollout.simulate(new Float64Array(rollout.inputs.length));
    expect([...rollout.motionAt(50)]).toEqual([0.3, 0.5, 0, 0]);
  });
});

/** The worst relative change of a quantity over half a second of free movement, with steps of `stepSeconds`. */
function drift(
  plant: (stepSeconds: number) => Plant,
  of: (rollout: Rollout, k: number) => number,
  stepSeconds: number,
  loads: readonly Load[] = [],
): number {
  const steps = Math.round(0.5 / stepSeconds);
  const rollout = new Rollout(plant(stepSeconds), { steps, loads });
  rollout.start([0.4, 1.1], [1.5, -2]);
  rollout.simulate(new Float64Array(rollout.inputs.length));
  const first = of(rollout, 0);
  let worst = 0;
  for (let k = 1; k <= steps; k++) worst = Math.max(worst, Math.abs(of(rollout, k) / first - 1));
  return worst;
}

/** Both integrators are of first order: half the step, half the error. */
function ofFirstOrder(errorWith: (stepSeconds: number) => number): void {
  const coarse = errorWith(1e-3);
  const fine = errorWith(2.5e-4);
  expect(coarse).toBeLessThan(0.1);
  expect(coarse).toBeGreaterThan(0);
  expect(fine / coarse).toBeLessThan(0.3);
}

describe('a free arm keeps its energy and angular momentum, up to the order of the integrator', () => {
  const energy = (r: Rollout, k: number): number => r.plant.skeleton.energy(r.motionAt(k))[0];
  const soft = { kind: 'soft', low: [0.2, 0.9], high: [0.7, 1.2], stiffness: [300, 200] } as const;

  for (const integrator of ['semi-implicit', 'explicit'] as const) {
    const arm = (options: Parameters<typeof torqueArm>[0]) => (stepSeconds: number) =>
      torqueArm({ limits: 'none', integrator, stepSeconds, ...options });

    test(`${integrator}: energy`, () => ofFirstOrder((h) => drift(arm({}), energy, h)));

    test(`${integrator}: energy under gravity, with a payload`, () =>
      ofFirstOrder((h) => drift(arm({ gravity: 9.81, payload: 1.3 }), energy, h)));

    test(`${integrator}: energy with that of soft limits`, () =>
      ofFirstOrder((h) =>
        drift(arm({ limits: soft }), (r, k) => energy(r, k) + softLimitEnergy(soft, r.motionAt(k))[0], h),
      ));

    test(`${integrator}: energy with that of a spring at the hand`, () =>
      ofFirstOrder((h) =>
        drift(
          arm({}),
          (r, k) => {
            const [x, y] = r.endpointAt(k);
            return energy(r, k) + 15 * ((x - 0.1) ** 2 + (y - 0.3) ** 2);
          },
          h,
          [elasticField(30, [0.1, 0.3])],
        ),
      ));

    test(`${integrator}: angular momentum about the shoulder`, () =>
      ofFirstOrder((h) => drift(arm({}), (r, k) => r.plant.skeleton.momentum(r.motionAt(k))[0], h)));
  }

  test('damping only takes energy', () => {
    const rollout = new Rollout(torqueArm({ limits: 'none', damping: [0.5, 0.4], stepSeconds: 1e-3 }), {
      steps: 300,
    });
    rollout.start([0.4, 1.1], [1.5, -2]);
    rollout.simulate(new Float64Array(rollout.inputs.length));
    for (let k = 0; k < 300; k++) expect(energy(rollout, k + 1)).toBeLessThan(energy(rollout, k));
  });

  test('a payload is a heavier forearm', () => {
    // A point mass at the hand, once as payload and once as part of a segment whose center and inertia take it in.
    const extra = 0.8;
    const mass = 1.43 + extra;
    const center = (1.43 * 0.165 + extra * 0.333) / mass;
    const inertia = 0.057 + 1.43 * (0.165 - center) ** 2 + extra * (0.333 - center) ** 2;
    const motion = Float64Array.of(0.7, 1.3, 2, -3);
    const acceleration = (plant: Plant): Float64Array => {
      const out = new Float64Array(2);
      plant.skeleton.accelerate(motion, Float64Array.of(1, -2), out);
      return out;
    };
    const held = acceleration(torqueArm({ payload: extra, gravity: 9.81 }));
    const part = acceleration(
      torqueArm({
        gravity: 9.81,
        segments: {
          mass: [1.82, mass],
          length: [0.309, 0.333],
          center: [0.135, center],
          inertia: [0.051, inertia],
        },
      }),
    );
    held.forEach((a, j) => expect(a).toBeCloseTo(part[j], 12));
  });
});

describe('loads', () => {
  /** A mass of 1 kg that moves freely at 2 m/s along x. */
  const moved = (loads: readonly Load[], steps = 1, batch = 1): Rollout => {
    const rollout = new Rollout(forcedPointMass({ limits: 'none' }), { steps, loads, batch });
    rollout.start([0.1, 0.2], [2, 0]);
    rollout.simulate(new Float64Array(rollout.inputs.length));
    return rollout;
  };

  test('what each does in the first step of 10 ms', () => {
    const after = (load: Load): number[] => [...moved([load]).motionAt(1).subarray(2)];
    const near = (got: number[], want: number[]): void =>
      got.forEach((v, i) => expect(v).toBeCloseTo(want[i], 12));
    near(after(curlField(10)), [2, -0.2]);
    near(after(viscousField(10)), [1.8, 0]);
    near(after(elasticField(100, [0, 0])), [1.9, -0.2]);
    near(after(handForce([3, 4])), [2.03, 0.04]);
    near(after(jointTorque([3, 4])), [2.03, 0.04]);
    // A channel along x at y = 0: only the distance from it counts.
    near(after(channel({ from: [0, 0], to: [1, 0], stiffness: 50, damping: 3 })), [2, -0.1]);
    near(after(channel({ from: [5, 5], to: [6, 5], stiffness: 50, damping: 3 })), [2, 2.4]);
    near(after(channel({ from: [0, 0], to: [0, 1], stiffness: 50, damping: 3 })), [1.89, 0]);
  });

  test('a curl field does no work', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), unit, unit, (b, q, v) => {
        const rollout = new Rollout(torqueArm(), { steps: 1, loads: [curlField(b)] });
        rollout.start([q, 1 + q], [4 * v - 2, 3 * q]);
        const force = rollout.loads.endpointForce(0, rollout.motionAt(0));
        const [, , vx, vy] = rollout.endpointAt(0);
        expect(force[0] * vx + force[1] * vy).toBeCloseTo(0, 9);
      }),
      { seed },
    );
  });

  test('a pulse acts in its steps and trials alone', () => {
    const window = { fromSeconds: 0.03, toSeconds: 0.06, trials: [1] };
    const rollout = moved([jointTorque([0, 1], window), handForce([0, 1], window)], 10, 2);
    const sideways = (k: number, trial: number): number => rollout.motionAt(k)[4 * trial + 3];
    expect([3, 4, 5, 6, 10].map((k) => Math.round(1000 * sideways(k, 1)))).toEqual([0, 20, 40, 60, 60]);
    for (let k = 0; k <= 10; k++) expect(sideways(k, 0)).toBe(0);
  });

  test('loads that cannot be say so', () => {
    expect(() => moved([handForce([NaN, 0])])).toThrow(UsageError);
    expect(() => moved([handForce([1, 0], { trials: [1] })])).toThrow(/trials 0 to 0/);
    expect(() => channel({ from: [1, 1], to: [1, 1] })).toThrow(/two different points/);
  });
});

describe('reach', () => {
  test('the arm is where it is told to be', () => {
    const { skeleton } = sixMuscleArm();
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.03, max: 0.64, noNaN: true }),
        (angle, distance) => {
          const place = [distance * Math.cos(angle), distance * Math.sin(angle)] as const;
          const endpoint = new Float64Array(4);
          skeleton.endpoint(Float64Array.of(...skeleton.positionsAt(...place), 0, 0), endpoint);
          expect(endpoint[0]).toBeCloseTo(place[0], 9);
          expect(endpoint[1]).toBeCloseTo(place[1], 9);
        },
      ),
      { seed },
    );
  });

  test('a target out of reach says how far the arm reaches', () => {
    const { skeleton } = sixMuscleArm();
    expect(() => skeleton.positionsAt(0.5, 0.5)).toThrow(InputError);
    expect(() => skeleton.positionsAt(0.5, 0.5)).toThrow(/0\.024 to 0\.642 m/);
    expect(() => skeleton.positionsAt(0.01, 0)).toThrow(/out of reach/);
    expect(() => skeleton.positionsAt(NaN, 0)).toThrow(/out of reach/);
    expect(() => forcedPointMass().skeleton.positionsAt(NaN, 0)).toThrow(/not a place/);
  });
});

describe('what does not fit', () => {
  test('a state that is no longer finite: which step, trial and joint', () => {
    const rollout = new Rollout(torqueArm({ limits: 'none' }), {
      steps: 500,
      batch: 2,
      loads: [elasticField(1e9, [0, 0], { trials: [1] })],
    });
    rollout.start([0.4, 1.1]);
    const run = (): void => rollout.simulate(new Float64Array(rollout.inputs.length));
    expect(run).toThrow(InputError);
    expect(run).toThrow(
      /step \d+, trial 1: the (position|velocity) of the (shoulder|elbow) is no longer finite/,
    );
  });

  test('starts outside the limits, wrong counts, wrong parts', () => {
    const rollout = new Rollout(sixMuscleArm(), { steps: 1 });
    expect(() => rollout.start([-0.1, 1])).toThrow(/shoulder/);
    expect(() => rollout.start([0.1, 1], [0, 0], [0.1])).toThrow(/6 muscles/);
    expect(() => new Rollout(sixMuscleArm(), { steps: 0 })).toThrow(UsageError);
    expect(() => new Rollout(sixMuscleArm(), { steps: 1, batch: 1.5 })).toThrow(/batch/);
    expect(() => sixMuscleArm({ stepSeconds: 0 })).toThrow(/step/);
    expect(() => sixMuscleArm({ limits: { kind: 'soft', low: [0, 0], high: [1, 1] } })).toThrow(/stiffness/);
    expect(() => sixMuscleArm({ limits: { kind: 'hard', low: [1, 0], high: [1, 1] } })).toThrow(/empty/);
    const plant = sixMuscleArm();
    const actuators = { ...plant.actuators, maximalForce: [1, 2] };
    expect(() => checkPlant({ ...plant, actuators })).toThrow(/maximalForce does not fit/);
    expect(() => exactActivation({ activationSeconds: 0 })).toThrow(/seconds above 0/);
  });
});
