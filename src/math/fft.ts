import { UsageError } from '../signal/error.ts';

/**
 * The discrete Fourier transform of any length: radix-2 for powers of two (Cooley & Tukey 1965), Bluestein's chirp (1970)
 * for all others. A plan holds the tables for one length.
 *
 *   forward: X[k] = sum_n x[n] exp(-2 pi i k n / N);  inverse: divided by N, so that inverse(forward(x)) = x.
 *
 * One NaN makes the whole transform NaN.
 */
export class Fft {
  readonly length: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #chirp: { readonly plan: Fft; readonly re: Float64Array; readonly im: Float64Array } | undefined;

  constructor(length: number) {
    if (!Number.isInteger(length) || length < 1) {
      throw new UsageError('a Fourier transform needs a length', {
        expected: 'a whole number from 1',
        got: `${length}`,
      });
    }
    this.length = length;
    const isPowerOfTwo = (length & (length - 1)) === 0;
    const period = isPowerOfTwo ? length : 2 * length;
    const entries = isPowerOfTwo ? length >> 1 : length;
    this.#cos = new Float64Array(entries);
    this.#sin = new Float64Array(entries);
    for (let k = 0; k < entries; k++) {
      // Bluestein's phases are pi n^2 / N; n^2 is reduced modulo 2N while it is still a whole number.
      const step = isPowerOfTwo ? k : (k * k) % (2 * length);
      this.#cos[k] = Math.cos((2 * Math.PI * step) / period);
      this.#sin[k] = Math.sin((2 * Math.PI * step) / period);
    }
    if (!isPowerOfTwo) {
      const plan = new Fft(fastLength(2 * length - 1));
      const re = new Float64Array(plan.length);
      const im = new Float64Array(plan.length);
      for (let k = 0; k < length; k++) {
        re[k] = re[(plan.length - k) % plan.length] = this.#cos[k];
        im[k] = im[(plan.length - k) % plan.length] = this.#sin[k];
      }
      plan.forward(re, im);
      this.#chirp = { plan, re, im };
    }
  }

  /** In place. */
  forward(re: Float64Array, im: Float64Array): void {
    if (re.length !== this.length || im.length !== this.length) {
      throw new UsageError('the plan is for another length', {
        expected: `${this.length} values`,
        got: `${re.length} and ${im.length}`,
      });
    }
    if (this.#chirp) this.#bluestein(re, im);
    else this.#radix2(re, im);
  }

  /** In place, divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void {
    // Swapping real and imaginary parts before and after turns the forward transform into the inverse.
    this.forward(im, re);
    for (let i = 0; i < this.length; i++) {
      re[i] /= this.length;
      im[i] /= this.length;
    }
  }

  #radix2(re: Float64Array, im: Float64Array): void {
    const n = this.length;
    for (let i = 1, j = 0; i < n; i++) {
      let bit = n >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [re[i], re[j]] = [re[j], re[i]];
        [im[i], im[j]] = [im[j], im[i]];
      }
    }
    for (let half = 1; half < n; half <<= 1) {
      const stride = n / (2 * half);
      for (let start = 0; start < n; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = this.#cos[k * stride];
          const s = this.#sin[k * stride];
          const a = start + k;
          const b = a + half;
          const tr = re[b] * c + im[b] * s;
          const ti = im[b] * c - re[b] * s;
          re[b] = re[a] - tr;
          im[b] = im[a] - ti;
          re[a] += tr;
          im[a] += ti;
        }
      }
    }
  }

  #bluestein(re: Float64Array, im: Float64Array): void {
    const { plan, re: br, im: bi } = this.#chirp!;
    const ar = new Float64Array(plan.length);
    const ai = new Float64Array(plan.length);
    for (let k = 0; k < this.length; k++) {
      ar[k] = re[k] * this.#cos[k] + im[k] * this.#sin[k];
      ai[k] = im[k] * this.#cos[k] - re[k] * this.#sin[k];
    }
    plan.forward(ar, ai);
    for (let k = 0; k < plan.length; k++) {
      const r = ar[k] * br[k] - ai[k] * bi[k];
      ai[k] = ar[k] * bi[k] + ai[k] * br[k];
      ar[k] = r;
    }
    plan.inverse(ar, ai);
    for (let k = 0; k < this.length; k++) {
      re[k] = ar[k] * this.#cos[k] + ai[k] * this.#sin[k];
      im[k] = ai[k] * this.#cos[k] - ar[k] * this.#sin[k];
    }
  }
}

/** The smallest power of two that is at least `n`: a length whose transform is quick. */
export function fastLength(n: number): number {
  let length = 1;
  while (length < n) length *= 2;
  return length;
}

/** The half of a real series' spectrum that determines it: entries 0 to floor(n / 2). */
export interface RealSpectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** The length of the series. */
  readonly length: number;
}

/** The spectrum of a real series. */
export function realFft(values: ArrayLike<number>): RealSpectrum {
  const length = values.length;
  const re = Float64Array.from(values);
  const im = new Float64Array(length);
  new Fft(length).forward(re, im);
  const half = (length >> 1) + 1;
  return { re: re.slice(0, half), im: im.slice(0, half), length };
}

/** The real series of a spectrum. */
export function inverseRealFft(spectrum: RealSpectrum): Float64Array {
  const { length } = spectrum;
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  for (let k = 0; k < spectrum.re.length; k++) {
    re[k] = spectrum.re[k];
    im[k] = spectrum.im[k];
    if (k > 0 && k < length - k) {
      re[length - k] = spectrum.re[k];
      im[length - k] = -spectrum.im[k];
    }
  }
  new Fft(length).inverse(re, im);
  return re;
}

/** The frequencies of a real spectrum's entries, in the unit of `rate` (Hz for samples per second). */
export function spectrumFrequencies(length: number, rate: number): Float64Array {
  return Float64Array.from({ length: (length >> 1) + 1 }, (_, k) => (k * rate) / length);
}
