import { describe, expect, test } from 'vitest';
import { matrix, Random } from '../../../src/math/index.ts';
import {
  controlledReaches,
  follow,
  ilqg,
  lqg,
  postureAt,
  reachProblem,
  type LinearProblem,
  type LinearReach,
} from '../../../src/model/circuit/index.ts';
import { curlField, forcedPointMass, sixMuscleArm, torqueArm } from '../../../src/model/plant/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const reach: LinearReach = {
  plant: forcedPointMass({ motorSeconds: 0.04, maximal: [40, 40] }),
  from: [0, 0],
  to: [0.1, 0.05],
  steps: 30,
  holdSteps: 5,
  signalNoise: 0.3,
  sensorNoise: [0.002, 0.02],
};

const one = (x: number) => matrix(1, 1, [x]);

describe('lqg', () => {
  test('a scalar problem without sensor noise is Riccati by hand', () => {
    const problem: LinearProblem = {
      a: one(1.1),
      b: one(0.5),
      h: one(1),
      c: [],
      d: [],
      processNoise: one(0),
      sensorNoise: one(1e-12),
      stateCosts: [1, 1, 1, 1].map(one),
      controlCost: one(0.2),
      start: Float64Array.of(2),
      startCovariance: one(0),
    };
    let s = 1;
    const gains: number[] = [];
    for (let t = 2; t >= 0; t--) {
      gains[t] = (0.5 * s * 1.1) / (0.2 + 0.25 * s);
      s = 1 + 1.1 * s * (1.1 - 0.5 * gains[t]);
    }
    const solved = lqg(problem);
    solved.gains.forEach((g, t) => expect(g.data[0]).toBeCloseTo(gains[t], 9));
    expect(solved.cost).toBeCloseTo(4 * s, 9);
  });

  test.each<[string, Partial<LinearReach>]>([
    ['signal-dependent noise', {}],
    ['delayed feedback', { delaySteps: 2 }],
    ['sensors with noise in proportion to what they sense', { sensorSignalNoise: 0.3 }],
  ])("its cost is what the body's reaches cost: %s", (_name, options) => {
    const problem = { ...reach, ...options };
    const controller = lqg(reachProblem(problem));
    const { costs } = controlledReaches(problem, controller, { trials: 2000, seed: 1 });
    const mean = costs.reduce((sum, c) => sum + c, 0) / costs.length;
    expect(Math.abs(mean / controller.cost - 1)).toBeLessThan(0.02);
  });

  test('every pass lowers the cost, and knowing of the noise is worth it', () => {
    const problem = reachProblem({ ...reach, signalNoise: 1, sensorSignalNoise: 0.5 });
    const { costs, iterations } = lqg(problem);
    expect(iterations).toBeGreaterThan(2);
    for (let i = 1; i < costs.length; i++) expect(costs[i]).toBeLessThanOrEqual(costs[i - 1] * (1 + 1e-9));
    const noisy = { ...reach, signalNoise: 1 };
    const aware = lqg(reachProblem(noisy));
    const unaware = lqg(reachProblem({ ...reach, signalNoise: 0 }));
    const run = (c: typeof aware): number =>
      controlledReaches(noisy, c, { trials: 400, seed: 2 }).costs.reduce((sum, x) => sum + x, 0);
    expect(run(aware)).toBeLessThan(run(unaware));
  });

  test('arrives, and refuses what is out of reach, does not rest or does not fit', () => {
    const { motion } = controlledReaches(reach, lqg(reachProblem(reach)), { trials: 50 });
    const end = motion.subarray(-200);
    const mean = [0, 1].map((i) => end.filter((_, k) => k % 4 === i).reduce((s, x) => s + x, 0) / 50);
    expect(Math.hypot(mean[0] - 0.1, mean[1] - 0.05)).toBeLessThan(0.01);
    expect(() => reachProblem({ ...reach, to: [2, 0] })).toThrow(InputError);
    expect(() =>
      reachProblem({ ...reach, plant: torqueArm({ gravity: 9.81 }), from: [0, 0.4], to: [0.1, 0.4] }),
    ).toThrow(UsageError);
    expect(() => lqg({ ...reachProblem(reach), controlCost: one(1) })).toThrow(UsageError);
  });
});

describe('ilqg', () => {
  const start = (plant: ReturnType<typeof sixMuscleArm>): Float64Array =>
    Float64Array.from([
      ...postureAt(plant, 0, 0.4, 'start'),
      0,
      0,
      ...plant.actuators.names.map(() => plant.actuators.activation.rest),
    ]);

  test('of a linear body it is the linear solution', () => {
    const plain: LinearReach = { ...reach, signalNoise: 0, position: 100, velocity: 1, effort: 1e-3 };
    const plan = ilqg({
      plant: plain.plant,
      start: new Float64Array(6),
      target: plain.to,
      steps: plain.steps,
      holdSteps: plain.holdSteps,
      position: 100,
      velocity: 1,
      effort: 1e-3,
    });
    // The estimator knows the start, so what is left of the linear cost is the controller's alone.
    const linear = lqg(reachProblem({ ...plain, sensorNoise: [1e-9, 1e-9] }));
    expect(plan.converged).toBe(true);
    expect(Math.abs(plan.cost / linear.cost - 1)).toBeLessThan(1e-4);
  });

  test('moves the muscle arm to its target, in a field too, and its cost never rises', () => {
    const plant = sixMuscleArm();
    for (const loads of [[], [curlField(10)]]) {
      const plan = ilqg({
        plant,
        loads,
        start: start(plant),
        target: [0.07, 0.45],
        steps: 40,
        holdSteps: 8,
        iterations: 20,
      });
      const place = new Float64Array(4);
      plant.skeleton.endpoint(plan.states.slice(-10, -6), place);
      expect(Math.hypot(place[0] - 0.07, place[1] - 0.45)).toBeLessThan(0.005);
      expect(plan.inputs.every((u) => u >= 0 && u <= 1)).toBe(true);
      for (let i = 1; i < plan.costs.length; i++)
        expect(plan.costs[i]).toBeLessThanOrEqual(plan.costs[i - 1]);
    }
  });

  test('knowing of noise in proportion to commands is worth it', () => {
    const plant = torqueArm();
    const noisy = {
      plant,
      start: start(plant),
      target: [0.07, 0.45] as const,
      steps: 40,
      signalNoise: 2,
      effort: 1e-5,
    };
    const mean = (signalNoise: number): number => {
      const costs = follow(noisy, ilqg({ ...noisy, signalNoise }), { trials: 300, seed: 3 });
      return costs.reduce((sum, c) => sum + c, 0) / costs.length;
    };
    expect(mean(2)).toBeLessThan(mean(0));
  });

  test('no small change of its commands is better', () => {
    const random = new Random(1);
    const plant = torqueArm();
    const control = { plant, start: start(plant), target: [0.07, 0.45] as const, steps: 30, holdSteps: 5 };
    const best = ilqg(control);
    for (let i = 0; i < 5; i++) {
      const inputs = best.inputs.map((u) => u + random.normal(0, 0.02));
      expect(ilqg({ ...control, inputs, iterations: 0 }).cost).toBeGreaterThan(best.cost);
    }
  });

  test('refuses a start that does not fit and a body whose force lags', () => {
    const plant = sixMuscleArm();
    expect(() => ilqg({ plant, start: new Float64Array(3), target: [0, 0.4], steps: 5 })).toThrow(InputError);
    const lagging = sixMuscleArm({ forceDelaySteps: 1 });
    expect(() => ilqg({ plant: lagging, start: start(lagging), target: [0, 0.4], steps: 5 })).toThrow(
      UsageError,
    );
  });
});
