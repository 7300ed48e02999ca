import { UsageError } from '../signal/error.ts';

/** One second-order section: b0 + b1 z^-1 + b2 z^-2 over 1 + a1 z^-1 + a2 z^-2. */
export interface Section {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

type Complex = readonly [re: number, im: number];
const multiply = (p: Complex, q: Complex): Complex => [p[0] * q[0] - p[1] * q[1], p[0] * q[1] + p[1] * q[0]];
const divide = (p: Complex, q: Complex): Complex => {
  const n = q[0] ** 2 + q[1] ** 2;
  return [(p[0] * q[0] + p[1] * q[1]) / n, (p[1] * q[0] - p[0] * q[1]) / n];
};
const squareRoot = (p: Complex): Complex => {
  const m = Math.hypot(...p);
  return [Math.sqrt((m + p[0]) / 2), Math.sign(p[1] || 1) * Math.sqrt((m - p[0]) / 2)];
};

/** The filter as second-order sections (the last of one first-order section for an odd number of poles). */
export function butterworthSections(
  kind: 'lowpass' | 'highpass' | 'bandpass',
  order: number,
  cutoffsHz: readonly number[],
  rate: number,
): Section[] {
  const wanted = kind === 'bandpass' ? 2 : 1;
  const rising = cutoffsHz.every((f, i) => f > (i === 0 ? 0 : cutoffsHz[i - 1]) && f < rate / 2);
  if (cutoffsHz.length !== wanted || !rising || !Number.isInteger(order) || order < 1) {
    throw new UsageError(`butterworth: no such ${kind} filter`, {
      expected: `${wanted} cutoff${wanted > 1 ? 's, rising,' : ''} between 0 and ${rate / 2} Hz, order 1 or more`,
      got: `${cutoffsHz.join(' and ')} Hz, order ${order}`,
    });
  }
  const warp = (f: number): number => 4 * Math.tan((Math.PI * f) / rate);
  const edges = cutoffsHz.map(warp);
  const prototype = Array.from({ length: order }, (_, k): Complex => {
    const angle = (Math.PI * (2 * k + order + 1)) / (2 * order);
    return [Math.cos(angle), Math.sin(angle)];
  });
  const analog = prototype.flatMap((p): Complex[] => {
    if (kind === 'lowpass') return [[p[0] * edges[0], p[1] * edges[0]]];
    if (kind === 'highpass') return [divide([edges[0], 0], p)];
    const half: Complex = [(p[0] * (edges[1] - edges[0])) / 2, (p[1] * (edges[1] - edges[0])) / 2];
    const square = multiply(half, half);
    const root = squareRoot([square[0] - edges[0] * edges[1], square[1]]);
    return [
      [half[0] + root[0], half[1] + root[1]],
      [half[0] - root[0], half[1] - root[1]],
    ];
  });
  const poles = analog.map((p) => divide([4 + p[0], p[1]], [4 - p[0], -p[1]]));
  const unit =
    kind === 'lowpass'
      ? 0
      : kind === 'highpass'
        ? Math.PI
        : 2 * Math.atan(Math.sqrt(edges[0] * edges[1]) / 4);
  return pairPoles(poles).map((pair) => {
    const a: [number, number] =
      pair.length === 1 ? [-pair[0][0], 0] : [-(pair[0][0] + pair[1][0]), multiply(pair[0], pair[1])[0]];
    const sign = kind === 'lowpass' ? 1 : -1;
    const zeros: [number, number, number] =
      pair.length === 1 ? [1, sign, 0] : kind === 'bandpass' ? [1, 0, -1] : [1, 2 * sign, 1];
    const gain = 1 / magnitude({ b: zeros, a }, unit);
    return { b: [zeros[0] * gain, zeros[1] * gain, zeros[2] * gain], a };
  });
}

/** Complex poles with their conjugates, real ones two by two, a single one left over alone. */
function pairPoles(poles: readonly Complex[]): Complex[][] {
  const real = poles.filter((p) => Math.abs(p[1]) < 1e-12).sort((p, q) => p[0] - q[0]);
  const pairs: Complex[][] = poles.filter((p) => p[1] >= 1e-12).map((p) => [p, [p[0], -p[1]]]);
  for (let i = 0; i < real.length; i += 2) pairs.push(real.slice(i, i + 2));
  return pairs;
}

/** |H| of one section at an angular frequency in radians per sample. */
function magnitude({ b, a }: Section, angle: number): number {
  const at = (c: readonly number[]): number =>
    Math.hypot(
      c.reduce((sum, v, k) => sum + v * Math.cos(k * angle), 0),
      c.reduce((sum, v, k) => sum + v * Math.sin(k * angle), 0),
    );
  return at(b) / at([1, ...a]);
}

/** Samples by which a stretch is extended at each end: 3 (poles + 1). */
export function sectionPadding(sections: readonly Section[]): number {
  const poles = sections.reduce((n, s) => n + (s.a[1] === 0 ? 1 : 2), 0);
  return 3 * (poles + 1);
}

/** Forward and backward pass over values without gaps, longer than the padding. */
export function zeroPhase(values: Float64Array, sections: readonly Section[]): Float64Array {
  const n = values.length;
  const pad = sectionPadding(sections);
  const extended = new Float64Array(n + 2 * pad);
  extended.set(values, pad);
  for (let k = 1; k <= pad; k++) {
    extended[pad - k] = 2 * values[0] - values[k];
    extended[pad + n - 1 + k] = 2 * values[n - 1] - values[n - 1 - k];
  }
  runSections(extended, sections);
  extended.reverse();
  runSections(extended, sections);
  extended.reverse();
  return extended.slice(pad, pad + n);
}

/** Direct form II transposed, in place, starting in the steady state of the first value. */
function runSections(values: Float64Array, sections: readonly Section[]): void {
  for (const { b, a } of sections) {
    const gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1]);
    let z2 = (b[2] - a[1] * gain) * values[0];
    let z1 = (b[1] - a[0] * gain) * values[0] + z2;
    for (let i = 0; i < values.length; i++) {
      const x = values[i];
      const y = b[0] * x + z1;
      z1 = b[1] * x - a[0] * y + z2;
      z2 = b[2] * x - a[1] * y;
      values[i] = y;
    }
  }
}
