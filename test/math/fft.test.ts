import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fft, inverseRealFft, Random, realFft, spectrumFrequencies } from '../../src/math/index.ts';
import { UsageError } from '../../src/signal/error.ts';

/** The definition, term by term. */
function direct(re: Float64Array, im: Float64Array): [Float64Array, Float64Array] {
  const n = re.length;
  const out: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const phase = (-2 * Math.PI * ((k * j) % n)) / n;
      out[0][k] += re[j] * Math.cos(phase) - im[j] * Math.sin(phase);
      out[1][k] += re[j] * Math.sin(phase) + im[j] * Math.cos(phase);
    }
  }
  return out;
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((m, v, i) => Math.max(m, Math.abs(v - b[i])), 0);

describe('Fft', () => {
  it('equals the definition at every length, and its inverse undoes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer(), (n, seed) => {
        const r = new Random(seed);
        const re = Float64Array.from({ length: n }, () => r.normal());
        const im = Float64Array.from({ length: n }, () => r.normal());
        const [er, ei] = direct(re, im);
        const [gr, gi] = [re.slice(), im.slice()];
        const plan = new Fft(n);
        plan.forward(gr, gi);
        expect(largest(gr, er)).toBeLessThan(1e-11);
        expect(largest(gi, ei)).toBeLessThan(1e-11);
        plan.inverse(gr, gi);
        expect(largest(gr, re)).toBeLessThan(1e-12);
        expect(largest(gi, im)).toBeLessThan(1e-12);
      }),
    );
  });
  it('keeps its precision at a large prime length', () => {
    const r = new Random(1);
    const x = Float64Array.from({ length: 10_007 }, () => r.normal());
    expect(largest(inverseRealFft(realFft(x)), x)).toBeLessThan(1e-11);
  });
  it('of a real series: half a spectrum, Parseval, and back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (x) => {
          const s = realFft(x);
          expect(largest(inverseRealFft(s), x)).toBeLessThan(1e-12 * 60);
          let energy = 0;
          for (let k = 0; k < s.re.length; k++) {
            const twice = k > 0 && k < x.length - k ? 2 : 1;
            energy += twice * (s.re[k] ** 2 + s.im[k] ** 2);
          }
          const expected = x.reduce((sum, v) => sum + v * v, 0);
          expect(Math.abs(energy / x.length - expected)).toBeLessThan(1e-9 * (1 + expected));
        },
      ),
    );
  });
  it('finds a tone at its frequency', () => {
    const rate = 100;
    const x = Float64Array.from({ length: 300 }, (_, i) => Math.sin((2 * Math.PI * 7 * i) / rate));
    const { re, im } = realFft(x);
    const power = Array.from(re, (v, k) => Math.hypot(v, im[k]));
    expect(spectrumFrequencies(300, rate)[power.indexOf(Math.max(...power))]).toBeCloseTo(7, 12);
  });
  it('refuses wrong lengths', () => {
    expect(() => new Fft(0)).toThrow(UsageError);
    expect(() => new Fft(4).forward(new Float64Array(3), new Float64Array(4))).toThrow(UsageError);
  });
});
