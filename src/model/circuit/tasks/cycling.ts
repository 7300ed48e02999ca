import { UsageError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';
import { reachObjective, ring, workspace, type ReachOptions } from './reach.ts';

export interface CyclingOptions extends Pick<ReachOptions, 'plant' | 'senses' | 'center' | 'seconds'> {
  /** Radius of the circle, m. Default 0.05. */
  readonly radius?: number;
  /** Cycles a second; each is done in both directions. Default 0.75 and 1.25. */
  readonly speeds?: readonly number[];
  /** Go, s: the least and the greatest. Default 0.2 and 0.4. */
  readonly goSeconds?: readonly [least: number, greatest: number];
}

/**
 * Cycling (Russo, Bittner, Perkins, Seely, London, Lara, Miri, Marshall, Kohn, Jessell, Abbott, Cunningham and Churchland 2018): the hand goes around a circle, forwards or
 * backwards, at a speed that it is told, from the circle's right end, after go. Where the hand should be is not told. The speed rises over the first 0.2 s. Scored by
 * the mean distance from where the hand should be after go; good is below 10 mm.
 */
export function cycling(options: CyclingOptions = {}): Task {
  const { radius = 0.05, speeds = [0.75, 1.25], goSeconds = [0.2, 0.4] } = options;
  const name = 'cycling';
  // The hand starts on the circle, whose middle is the workspace's center moved to the left by its radius.
  const circle = ring(16, radius).map(([x, y]) => [x - radius, y] as const);
  const space = workspace(name, { seconds: 2, ...options }, circle);
  const { plant, senses, steps, center, posture } = space;
  const h = plant.stepSeconds;
  const fastest = Math.max(...speeds);
  if (!(speeds.length > 0 && speeds.every((s) => s > 0 && Number.isFinite(s)))) {
    throw new UsageError('a speed of cycling is none', {
      where: `task "${name}"`,
      expected: 'cycles a second, above 0',
      got: speeds.join(', '),
    });
  }
  const signed = speeds.flatMap((s) => [s, -s]);
  const conditionNames = signed.map((s) => `${Math.abs(s)} Hz ${s > 0 ? 'counterclockwise' : 'clockwise'}`);
  const riseSeconds = 0.2;
  const trialsOf = (drawn: readonly { readonly go: number; readonly condition: number }[]): Trials => {
    const batch = drawn.length;
    const inputs = new Float64Array(steps * batch * 2);
    const desired = new Float64Array(steps * batch * 2);
    const importance = new Float64Array(steps * batch).fill(1);
    drawn.forEach(({ go, condition }, b) => {
      const speed = signed[condition];
      for (let k = 0; k < steps; k++) {
        const at = k * batch + b;
        inputs[2 * at] = speed / fastest;
        inputs[2 * at + 1] = k >= go ? 1 : 0;
        const t = Math.max(0, (k + 1 - go) * h);
        const cycles = speed * (t < riseSeconds ? (t * t) / (2 * riseSeconds) : t - riseSeconds / 2);
        desired[2 * at] = center[0] + radius * (Math.cos(2 * Math.PI * cycles) - 1);
        desired[2 * at + 1] = center[1] + radius * Math.sin(2 * Math.PI * cycles);
      }
    });
    return {
      batch,
      steps,
      inputs,
      desired,
      importance,
      start: Float64Array.from({ length: 2 * batch }, (_, i) => posture[i & 1]),
      condition: Int32Array.from(drawn, (d) => d.condition),
      conditionNames,
      events: { go: Int32Array.from(drawn, (d) => d.go) },
    };
  };
  return {
    name,
    source: 'Russo et al. 2018',
    stepSeconds: h,
    steps,
    inputNames: ['speed', 'go'],
    body: { plant, senses },
    objective: { ...reachObjective, rest: 0 },
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, () => ({
          condition: random.integer(signed.length),
          go: Math.round(random.uniform(...goSeconds) / h),
        })),
      ),
    conditions: () =>
      trialsOf(
        signed.map((_, condition) => ({ condition, go: Math.round((goSeconds[0] + goSeconds[1]) / 2 / h) })),
      ),
    score({ batch, desired, events }, { values }) {
      let sum = 0;
      let many = 0;
      for (let b = 0; b < batch; b++) {
        for (let k = events.go[b]; k < steps; k++) {
          const at = k * batch + b;
          sum += Math.hypot(values[4 * at] - desired[2 * at], values[4 * at + 1] - desired[2 * at + 1]);
          many++;
        }
      }
      return { name: 'distance from the path', value: (1000 * sum) / many, unit: 'mm', goal: 10 };
    },
  };
}
