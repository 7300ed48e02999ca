import { InputError, UsageError } from './error.ts';
import { Clock } from './clock.ts';
import type { Events } from './events.ts';
import type { Provenance } from './provenance.ts';

export interface ClockFitOptions {
  /** What signals on this clock call it. */
  readonly name: string;
  /**
   * The drift may change about this often: the spacing of the fitted clock's knots, seconds. Default 60. Each piece keeps
   * enough pairs to average their jitter; few pairs give one straight line.
   */
  readonly knotSeconds?: number;
  /** Largest believable drift, parts per million. Default 1000; quartz keeps within 100. */
  readonly maxDriftPpm?: number;
  /** Largest believable root mean square residual, seconds. Default 0.005. */
  readonly toleranceSeconds?: number;
  readonly provenance: Provenance;
}

/** A span between knots holds at least this many pairs, so that jitter averages out. */
const pairsInSpan = 10;

/**
 * A clock from times known to belong together: the least-squares continuous piecewise linear function, fitted again without
 * pairs that lie more than six robust standard deviations off.
 *
 * @param device @param master seconds, both strictly increasing, same length.
 * @param breaks positions of pairs before which the device lost time: each stretch is fitted on its own.
 * Throws `InputError` where drift or residuals are beyond belief: then the times do not belong together.
 */
export function clockFromPairs(
  device: ArrayLike<number>,
  master: ArrayLike<number>,
  options: ClockFitOptions & { readonly breaks?: readonly number[]; readonly warnings?: readonly string[] },
): Clock {
  const {
    name,
    knotSeconds = 60,
    maxDriftPpm = 1000,
    toleranceSeconds = 0.005,
    provenance,
    warnings,
  } = options;
  const where = `clock "${name}"`;
  if (device.length !== master.length) {
    throw new UsageError('a clock is fitted to pairs', {
      where,
      got: `${device.length} and ${master.length} times`,
    });
  }
  if (device.length === 0) throw new InputError('there is nothing to fit the clock to', { where });
  const starts = [0, ...(options.breaks ?? [])];
  const knots: { device: number; master: number }[] = [];
  const breaks: number[] = [];
  const residuals: number[] = [];
  starts.forEach((from, k) => {
    const to = starts[k + 1] ?? device.length;
    const stretch = fitStretch(device, master, from, to, knotSeconds);
    if (k > 0) breaks.push(knots.length);
    for (let i = 1; i < stretch.knots.length; i++) {
      const [a, b] = [stretch.knots[i - 1], stretch.knots[i]];
      const drift = ((b.master - a.master) / (b.device - a.device) - 1) * 1e6;
      if (!(Math.abs(drift) <= maxDriftPpm)) {
        throw new InputError('the clocks run at different speeds: these times do not belong together', {
          where: `${where}, device ${a.device} to ${b.device} s`,
          expected: `a drift of at most ${maxDriftPpm} parts per million`,
          got: `${drift.toFixed(0)}`,
          fix: 'Check the channel and its unit, or raise maxDriftPpm.',
        });
      }
    }
    knots.push(...stretch.knots);
    residuals.push(...stretch.residuals);
  });
  const clock = new Clock({
    name,
    device: Float64Array.from(knots, (k) => k.device),
    master: Float64Array.from(knots, (k) => k.master),
    breaks,
    residuals: Float64Array.from(residuals),
    warnings,
    provenance,
  });
  if (!(clock.residualSeconds <= toleranceSeconds)) {
    throw new InputError('no steady clock fits these times: they do not belong together', {
      where,
      expected: `residuals of at most ${toleranceSeconds} s (root mean square)`,
      got: `${clock.residualSeconds} s`,
    });
  }
  return clock;
}

interface Stretch {
  readonly knots: readonly { readonly device: number; readonly master: number }[];
  readonly residuals: readonly number[];
}

function fitStretch(
  device: ArrayLike<number>,
  master: ArrayLike<number>,
  from: number,
  to: number,
  knotSeconds: number,
): Stretch {
  let used = Array.from({ length: to - from }, (_, i) => from + i);
  for (let round = 0; ; round++) {
    const stretch = fitSpans(device, master, used, knotSeconds);
    const spread = stretch.residuals.map(Math.abs).sort((a, b) => a - b);
    const limit = Math.max(6 * 1.4826 * spread[spread.length >> 1], 1e-6);
    const kept = used.filter((_, i) => Math.abs(stretch.residuals[i]) <= limit);
    if (round === 4 || kept.length === used.length || kept.length < 2) return stretch;
    used = kept;
  }
}

function fitSpans(
  device: ArrayLike<number>,
  master: ArrayLike<number>,
  used: readonly number[],
  knotSeconds: number,
): Stretch {
  const first = device[used[0]];
  if (used.length === 1) return { knots: [{ device: first, master: master[used[0]] }], residuals: [0] };
  const last = device[used[used.length - 1]];
  const spans = Math.max(1, Math.floor((last - first) / knotSeconds));
  const edges = [first];
  let held = 0;
  used.forEach((p, i) => {
    held++;
    const enough = held >= pairsInSpan && used.length - 1 - i >= pairsInSpan;
    if (enough && device[p] - edges[edges.length - 1] >= (last - first) / spans) {
      edges.push(device[p]);
      held = 0;
    }
  });
  edges.push(last);
  // Normal equations of the hat functions: tridiagonal, for the offset master - device, which is small.
  const n = edges.length;
  const zero = master[used[0]] - first;
  const [diagonal, beside, right] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const share = (p: number, k: number): number => (device[p] - edges[k]) / (edges[k + 1] - edges[k]);
  const spanOf = (p: number, k: number): number => {
    while (k < n - 2 && device[p] > edges[k + 1]) k++;
    return k;
  };
  let k = 0;
  for (const p of used) {
    k = spanOf(p, k);
    const s = share(p, k);
    const offset = master[p] - device[p] - zero;
    diagonal[k] += (1 - s) ** 2;
    diagonal[k + 1] += s * s;
    beside[k] += s * (1 - s);
    right[k] += (1 - s) * offset;
    right[k + 1] += s * offset;
  }
  for (let i = 1; i < n; i++) {
    const factor = beside[i - 1] / diagonal[i - 1];
    diagonal[i] -= factor * beside[i - 1];
    right[i] -= factor * right[i - 1];
  }
  const offsets = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    offsets[i] = (right[i] - (i < n - 1 ? beside[i] * offsets[i + 1] : 0)) / diagonal[i];
  }
  k = 0;
  const residuals = used.map((p) => {
    k = spanOf(p, k);
    const s = share(p, k);
    return master[p] - device[p] - zero - (offsets[k] + s * (offsets[k + 1] - offsets[k]));
  });
  return { knots: edges.map((e, i) => ({ device: e, master: e + zero + offsets[i] })), residuals };
}

/**
 * A clock from events seen by both sides: labels that occur equally often on both are paired in order, by their starts.
 * Labels that do not are left out and named in the clock's warnings. Throws `InputError` where no label can be paired, or as
 * `clockFromPairs` does.
 */
export function clockFromEvents(device: Events, master: Events, options: ClockFitOptions): Clock {
  const labels = [...new Set([...device.vocabulary, ...master.vocabulary])];
  const warnings: string[] = [];
  const pairs: [number, number][] = [];
  for (const label of labels) {
    const [a, b] = [device.select({ label }).starts, master.select({ label }).starts];
    if (a.length !== b.length) {
      warnings.push(`"${label}" was left out: ${a.length} on the device, ${b.length} on the master clock`);
      continue;
    }
    a.forEach((t, i) => pairs.push([t, b[i]]));
  }
  if (pairs.length === 0) {
    throw new InputError('the two sides share no events', {
      where: `clock "${options.name}"`,
      expected: 'at least one label that occurs equally often on both',
      got: warnings.join('; ') || 'no events',
    });
  }
  pairs.sort((p, q) => p[0] - q[0]);
  const distinct = pairs.filter(([t], i) => i === 0 || t > pairs[i - 1][0]);
  return clockFromPairs(
    distinct.map((p) => p[0]),
    distinct.map((p) => p[1]),
    { ...options, warnings },
  );
}
