import type { Random } from '../../../math/random.ts';
import { UsageError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';

export interface FlipFlopOptions {
  /** Default 3. */
  readonly bits?: number;
  /** Default 0.02. */
  readonly stepSeconds?: number;
  /** Default 2. */
  readonly seconds?: number;
  /** Mean pause between pulses to one bit, s. Default 0.5. */
  readonly pauseSeconds?: number;
}

interface Pulse {
  readonly bit: number;
  readonly sign: 1 | -1;
  readonly step: number;
}

/**
 * Bits that are set by brief pulses, each to an input of its own, and held until the next one (Sussillo and Barak 2013, Neural Computation 25:626, with three). Each trial begins with
 * a pulse to every bit. Conditions are what is set first; then each bit is turned over in its turn. Scored by the fraction of wrong signs, leaving the first
 * 0.2 s after a pulse to the bit out; good is 0.01 or less.
 */
export function flipFlop(options: FlipFlopOptions = {}): Task {
  const { bits = 3, stepSeconds: h = 0.02, seconds = 2, pauseSeconds = 0.5 } = options;
  const name = 'flip-flop';
  const steps = Math.round(seconds / h);
  const pulseSteps = Math.max(1, Math.round(0.06 / h));
  const grace = Math.round(0.2 / h);
  const first = 2;
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 8 && steps > first + 2 * grace && pauseSeconds > 0)) {
    throw new UsageError('these are no bits to hold', {
      where: `task "${name}"`,
      expected: `1 to 8 bits, ${((first + 2 * grace + 1) * h).toFixed(2)} s or more, a pause above 0`,
      got: `${bits} bits, ${seconds} s, ${pauseSeconds} s`,
    });
  }
  const patterns = 2 ** bits;
  const signOf = (pattern: number, bit: number): 1 | -1 => ((pattern >> bit) & 1 ? 1 : -1);
  const conditionNames = Array.from({ length: patterns }, (_, p) =>
    Array.from({ length: bits }, (_b, b) => (signOf(p, b) > 0 ? '+' : '-')).join(''),
  );
  const trialsOf = (
    planned: readonly { readonly pattern: number; readonly later: readonly Pulse[] }[],
  ): Trials => {
    const batch = planned.length;
    const inputs = new Float64Array(steps * batch * bits);
    const desired = new Float64Array(steps * batch * bits);
    const importance = new Float64Array(steps * batch);
    planned.forEach(({ pattern, later }, b) => {
      const held = Array.from({ length: bits }, (_, bit) => signOf(pattern, bit));
      const pulses = [...held.map((sign, bit): Pulse => ({ bit, sign, step: first })), ...later];
      for (let k = 0; k < steps; k++) {
        const at = (k * batch + b) * bits;
        for (const { bit, sign, step } of pulses) {
          if (step === k) held[bit] = sign;
          if (k >= step && k < step + pulseSteps) inputs[at + bit] = sign;
        }
        desired.set(held, at);
        importance[k * batch + b] = k >= first + pulseSteps ? 1 : 0;
      }
    });
    return {
      batch,
      steps,
      inputs,
      desired,
      importance,
      condition: Int32Array.from(planned, (p) => p.pattern),
      conditionNames,
      events: { set: new Int32Array(batch).fill(first) },
    };
  };
  const drawLater = (random: Random): readonly Pulse[] => {
    const later: Pulse[] = [];
    for (let bit = 0; bit < bits; bit++) {
      for (let step = first + 2 * pulseSteps; step < steps; step++) {
        if (random.uniform() >= h / pauseSeconds) continue;
        later.push({ bit, sign: random.uniform() < 0.5 ? 1 : -1, step });
        step += 2 * pulseSteps;
      }
    }
    return later;
  };
  return {
    name,
    source: 'Sussillo and Barak 2013',
    stepSeconds: h,
    steps,
    inputNames: Array.from({ length: bits }, (_, bit) => `pulse ${bit + 1}`),
    outputNames: Array.from({ length: bits }, (_, bit) => `bit ${bit + 1}`),
    objective: { output: 10, 'hidden rate': 1e-4, 'weight decay': 1e-4 },
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, () => ({
          pattern: random.integer(patterns),
          later: drawLater(random),
        })),
      ),
    conditions: () =>
      trialsOf(
        Array.from({ length: patterns }, (_, pattern) => ({
          pattern,
          later: Array.from({ length: bits }, (_b, bit) => ({
            bit,
            sign: signOf(pattern, bit) > 0 ? (-1 as const) : (1 as const),
            step: first + Math.round(((bit + 1) * (steps - first)) / (bits + 1)),
          })),
        })),
      ),
    score({ batch, inputs, desired }, { values }) {
      let [wrong, many] = [0, 0];
      for (let b = 0; b < batch; b++) {
        for (let bit = 0; bit < bits; bit++) {
          let quiet = -Infinity;
          for (let k = 0; k < steps; k++) {
            const at = (k * batch + b) * bits + bit;
            if (inputs[at] !== 0) quiet = k + grace;
            if (!(k > quiet) || quiet === -Infinity) continue;
            many++;
            if (!(values[at] * desired[at] > 0)) wrong++;
          }
        }
      }
      return { name: 'wrong bits', value: wrong / many, unit: '1', goal: 0.01 };
    },
  };
}
