/** Every body with every muscle under every option: what each must do, and its derivatives against central differences. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { InputError } from '../../../src/signal/error.ts';
import { Adjoint, Rollout } from '../../../src/model/plant/index.ts';
import { plantCases, type PlantCase } from './plants.ts';

const batch = 2;
const steps = 9;

/** A rollout from a moving start under random excitations, some of them out of range. */
function driven({ name, plant, loads }: PlantCase) {
  const random = new Random(name);
  const rollout = new Rollout(plant, { batch, steps, loads });
  const arm = plant.skeleton.positionUnit === 'rad';
  const [low] = plant.actuators.activation.range;
  const draw = (n: number, f: () => number): Float64Array => Float64Array.from({ length: n }, f);
  const positions = draw(2 * batch, () => random.uniform(-0.25, 0.25));
  if (arm)
    for (let b = 0; b < batch; b++)
      positions.set([random.uniform(0.65, 0.9), random.uniform(1.05, 1.45)], 2 * b);
  const velocities = draw(2 * batch, () => random.uniform(0.3, 2) * (random.uniform() < 0.5 ? -1 : 1));
  const inputs = draw(rollout.inputs.length, () => random.uniform(low - 0.05, 0.6));
  return { random, rollout, positions, velocities, inputs, draw };
}

/** A loss that weighs every state, endpoint and fiber of every step, and its derivatives by `Adjoint` and from its definition. */
function weighed(planned: PlantCase) {
  const { random, rollout, positions, velocities, inputs, draw } = driven(planned);
  const normals = (n: number): Float64Array => draw(n, () => random.normal());
  const count = planned.plant.actuators.names.length;
  const weights = {
    motion: normals(rollout.motion.length),
    activation: normals(rollout.activation.length),
    force: normals(rollout.force.length).map((w) => w / 100),
    endpoint: normals(rollout.motion.length),
    length: normals(rollout.activation.length),
    velocity: normals(rollout.activation.length),
  };
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const part = (a: Float64Array, k: number, size: number): Float64Array =>
    a.subarray(k * batch * size, (k + 1) * batch * size);
  const loss = (p: Float64Array, v: Float64Array, u: Float64Array): number => {
    rollout.start(p, v);
    rollout.simulate(u);
    let sum =
      dot(weights.motion, rollout.motion) +
      dot(weights.activation, rollout.activation) +
      dot(weights.force, rollout.force);
    for (let k = 0; k <= steps; k++) {
      const fibers = rollout.fibersAt(k);
      sum += dot(part(weights.endpoint, k, 4), rollout.endpointAt(k));
      sum += dot(part(weights.length, k, count), fibers.length);
      sum += dot(part(weights.velocity, k, count), fibers.velocity);
    }
    return sum;
  };
  loss(positions, velocities, inputs);
  const adjoint = new Adjoint(rollout);
  adjoint.motion.set(weights.motion);
  adjoint.activation.set(weights.activation);
  adjoint.force.set(weights.force);
  for (let k = 0; k <= steps; k++) {
    adjoint.addEndpoint(k, part(weights.endpoint, k, 4));
    adjoint.addFibers(k, part(weights.length, k, count), part(weights.velocity, k, count));
  }
  adjoint.run();
  const start = adjoint.motionAt(0);
  const gradient = Float64Array.of(
    ...draw(2 * batch, () => 0).map((_, i) => start[4 * (i >> 1) + (i & 1)]),
    ...draw(2 * batch, () => 0).map((_, i) => start[4 * (i >> 1) + 2 + (i & 1)]),
    ...adjoint.inputs,
  );
  const at = Float64Array.of(...positions, ...velocities, ...inputs);
  const n = 2 * batch;
  const lossAt = (x: Float64Array): number => loss(x.slice(0, n), x.slice(n, 2 * n), x.slice(2 * n));
  return { random, gradient, at, lossAt };
}

/** The derivative along a direction by central differences of fourth order. */
function centralDifference(
  f: (x: Float64Array) => number,
  at: Float64Array,
  direction: Float64Array,
  h: number,
) {
  const along = (s: number): number => f(at.map((x, i) => x + s * direction[i]));
  return (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h);
}

describe.each(plantCases)('$name', (planned) => {
  test('derivatives are those of central differences', () => {
    const { random, gradient, at, lossAt } = weighed(planned);
    const scale = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    expect(scale).toBeGreaterThan(0);
    const direction = at.map(() => random.normal());
    const along = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    const numeric = centralDifference(lossAt, at, direction, 2e-5);
    expect(Math.abs(along - numeric) / Math.max(scale, Math.abs(numeric))).toBeLessThan(1e-6);
    // Each of the start's eight values, and some excitations.
    const chosen = [
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      ...Array.from({ length: 6 }, () => 8 + random.integer(at.length - 8)),
    ];
    for (const i of chosen) {
      const one = centralDifference(
        lossAt,
        at,
        at.map((_, j) => (i === j ? 1 : 0)),
        2e-5,
      );
      expect(Math.abs(gradient[i] - one) / scale, `derivative ${i}: ${gradient[i]} and ${one}`).toBeLessThan(
        1e-6,
      );
    }
  });

  test('the same twice, trials do not touch each other, nothing passed in is changed', () => {
    const { rollout, positions, velocities, inputs } = driven(planned);
    const before = [positions, velocities, inputs].map((a) => a.slice());
    rollout.start(positions, velocities);
    rollout.simulate(inputs);
    expect([positions, velocities, inputs]).toEqual(before);
    const first = rollout.motion.slice();
    rollout.start(positions, velocities);
    rollout.simulate(inputs);
    expect(rollout.motion).toEqual(first);
    const count = planned.plant.actuators.names.length;
    const other = inputs.map((u, i) => (Math.floor(i / count) % batch === 1 ? u + 0.1 : u));
    rollout.simulate(other);
    for (let k = 0; k <= steps; k++) {
      expect(rollout.motionAt(k).subarray(0, 4)).toEqual(first.subarray(8 * k, 8 * k + 4));
    }
  });

  test('activation keeps its range, muscles pull, hard limits hold', () => {
    const { rollout, positions, velocities, inputs } = driven(planned);
    rollout.start(positions, velocities);
    rollout.simulate(inputs);
    const { actuators, limits } = planned.plant;
    const [low, high] = actuators.activation.range;
    expect(rollout.activation.every((a) => a >= low && a <= high)).toBe(true);
    // The De Groote muscle's smooth curves reach below zero outside its range; a motor pushes.
    if (!['motor', 'de-groote'].includes(actuators.muscle.name)) {
      expect(rollout.force.every((f) => f >= 0)).toBe(true);
    }
    if (limits?.kind === 'hard') {
      for (let i = 0; i < rollout.motion.length; i += 4) {
        for (const j of [0, 1]) {
          expect(rollout.motion[i + j]).toBeGreaterThanOrEqual(limits.low[j]);
          expect(rollout.motion[i + j]).toBeLessThanOrEqual(limits.high[j]);
        }
      }
    }
  });

  test('moment arms are the derivatives of length, velocities the derivatives in time', () => {
    const { rollout, positions, velocities } = driven(planned);
    rollout.start(positions, velocities);
    const { paths } = planned.plant.actuators;
    const motion = rollout.motionAt(0).slice();
    const h = 1e-6;
    const lengths = (change: (s: number) => number): Float64Array => {
      const length = new Float64Array(batch * paths.count);
      paths.geometry(
        motion.map((x, s) => x + change(s)),
        length,
        new Float64Array(length.length),
      );
      return length;
    };
    const arms = new Float64Array(2 * batch * paths.count);
    paths.momentArms(motion, arms);
    for (const j of [0, 1]) {
      const up = lengths((s) => (s % 4 === j ? h : 0));
      const down = lengths((s) => (s % 4 === j ? -h : 0));
      up.forEach((l, i) => expect((l - down[i]) / (2 * h)).toBeCloseTo(arms[2 * i + j], 8));
    }
    const velocity = new Float64Array(batch * paths.count);
    paths.geometry(motion, new Float64Array(velocity.length), velocity);
    const later = lengths((s) => (s % 4 < 2 ? h * motion[s + 2] : 0));
    const earlier = lengths((s) => (s % 4 < 2 ? -h * motion[s + 2] : 0));
    velocity.forEach((v, i) => expect((later[i] - earlier[i]) / (2 * h)).toBeCloseTo(v, 7));
  });

  test('a NaN excitation and shapes that do not fit say where', () => {
    const { rollout, positions, velocities, inputs } = driven(planned);
    rollout.start(positions, velocities);
    const { names } = planned.plant.actuators;
    const bad = inputs.slice();
    bad[(4 * batch + 1) * names.length + 1] = NaN;
    expect(() => rollout.simulate(bad)).toThrow(InputError);
    expect(() => rollout.simulate(bad)).toThrow(new RegExp(`step 4, trial 1, ${names[1]}`));
    expect(() => rollout.simulate(inputs.subarray(1))).toThrow(/9 steps x 2 trials/);
    expect(() => rollout.start([0, 0, 0])).toThrow(/2 values, or 2 for each of 2 trials/);
    expect(() => rollout.start([NaN, 0])).toThrow(InputError);
  });
});
