import type { GammaDrive } from './stimulus.ts';

/** Intrafusal fibers (Mileusnic, Brown, Lan and Loeb 2006, table 1); lengths in optimal lengths, tensions in force units (FU). */
interface IntrafusalFiber {
  /** Passive damping, and what fusimotor activation adds; FU/(optimal length/s)^0.3. */
  readonly b0: number;
  readonly b1: number;
  /** Active tension, FU. */
  readonly gamma: number;
  /** Stretch of the sensory region to firing rate, pulses/s/optimal length. */
  readonly primaryGain: number;
}

const bag1: IntrafusalFiber = { b0: 0.0605, b1: 0.2592, gamma: 0.0289, primaryGain: 20000 };
const bag2: IntrafusalFiber = { b0: 0.0822, b1: -0.046, gamma: 0.0636, primaryGain: 10000 };
const chain: IntrafusalFiber = { b0: 0.0822, b1: -0.069, gamma: 0.0954, primaryGain: 10000 };
const secondaryGain = 7250;

/** Stiffness of sensory and polar region, FU/optimal length. */
const KSR = 10.4649;
const KPR = 0.15;
/** Rest lengths of both, and their lengths at which afferents start to fire, optimal lengths. */
const L0SR = 0.04;
const L0PR = 0.76;
const LNSR = 0.0423;
const LNPR = 0.89;
/** Length of the polar region at and below which movement meets no resistance, optimal lengths. */
const R = 0.46;
/** Damping of shortening relative to that of lengthening. */
const shortening = 0.42;
/** Time constants of fusimotor activation, s; that of the chain fiber is fast enough to be none. */
const tauBag1 = 0.149;
const tauBag2 = 0.205;
/** Half-activating frequencies, pulses/s. */
const frequencyBag = 60;
const frequencyChain = 90;
/** Where the secondary ending sits. */
const X = 0.7;
const Lsecondary = 0.04;
/** What the lesser of the two generators adds to the primary's rate. */
const occlusion = 0.156;

const fraction = (frequency: number, half: number): number =>
  (frequency * frequency) / (frequency * frequency + half * half);

/**
 * How fast the polar region stretches in a step of h seconds in which the fiber goes to `length`. Its force-velocity relation is B sgn(w) |w|^0.3 (Lp - R).
 * With the tenth root p = |w|^0.1 the balance of tensions without the intrafusal mass,
 *
 *     KSR (length - L0SR - Lp) = C B sgn(w) |w|^0.3 (Lp - R)+ + KPR (Lp - L0PR) + G,   Lp = before + w h
 *
 * is a polynomial, f(p) = elastic p^10 + damping p^3 (Lp - R)+ - target = 0, rising and convex: Newton's method comes down to the root from any
 * point beyond it. `guess` is the last step's root. Returns p with the sign of w.
 */
function polarStretch(
  length: number,
  before: number,
  h: number,
  B: number,
  G: number,
  guess: number,
): number {
  const pull = KSR * (length - L0SR - before) - KPR * (before - L0PR) - G;
  if (pull === 0) return 0;
  const sign = pull < 0 ? -1 : 1;
  const damping = (pull < 0 ? shortening : 1) * B;
  const target = Math.abs(pull);
  const elastic = (KSR + KPR) * h;
  const lever = before - R;
  let p = guess * sign;
  if (!(p > 0)) p = lever > 0 ? Math.cbrt(target / (damping * lever)) : Infinity;
  for (let i = 0; i < 50; i++) {
    let p2 = p * p;
    let p9 = p2 * p2 * p2 * p2 * p;
    if (!(elastic * p9 * p <= 2 * target)) {
      // Far beyond: without damping the root would be here.
      p = (target / elastic) ** 0.1;
      p2 = p * p;
      p9 = p2 * p2 * p2 * p2 * p;
    }
    const w = sign * p9 * p;
    const arm = lever + h * w;
    const damped = arm > 0 ? damping : 0;
    const f = elastic * p9 * p + damped * p2 * p * arm - target;
    const slope = 10 * p9 * (elastic + sign * h * damped * p2 * p) + 3 * damped * p2 * arm;
    const change = f / slope;
    p -= change;
    // Converges quadratically: the next change would be below 1e-12.
    if (Math.abs(change) <= 1e-6 * p) break;
  }
  return sign * p;
}

/**
 * Muscle spindles, one a channel: the model of Mileusnic, Brown, Lan and Loeb (2006, J Neurophysiol 96) with three intrafusal fibers, each a sensory
 * region (a spring) in series with a polar one (spring, damper and, under fusimotor drive, tension). The mass of the fibers (0.0002), there only
 * to make the model explicit, is left out and the balance of tensions is solved at the end of each step: within 0.5 % up to steps of 5 ms,
 * where an explicit step would need 0.1 ms and give a false baseline beyond.
 */
export class MileusnicSpindles {
  readonly #substeps: number;
  readonly #h: number;
  readonly #channels: number;
  /** Three fibers a channel: the polar region's length and the root of its velocity in the last step. */
  readonly #polar: Float64Array;
  readonly #root: Float64Array;
  /** Last length; NaN before the first and in a gap. */
  readonly #length: Float64Array;
  readonly #bag1: Float64Array;
  readonly #bag2: Float64Array;
  /** Rates after the last step, pulses/s. */
  readonly primary: Float64Array;
  readonly secondary: Float64Array;

  /** Steps longer than 5 ms are divided; between two samples the length runs straight. */
  constructor(channels: number, stepSeconds: number) {
    this.#channels = channels;
    this.#substeps = Math.max(1, Math.ceil(stepSeconds / 0.005 - 1e-9));
    this.#h = stepSeconds / this.#substeps;
    this.#polar = new Float64Array(3 * channels);
    this.#root = new Float64Array(3 * channels);
    this.#length = new Float64Array(channels).fill(NaN);
    this.#bag1 = new Float64Array(channels);
    this.#bag2 = new Float64Array(channels);
    this.primary = new Float64Array(channels);
    this.secondary = new Float64Array(channels);
  }

  /**
   * Advances by one step to `length` (`channel`, optimal lengths) and writes `primary` and `secondary`. Gamma drive is in pulses/s, one number or one a
   * channel from `offset` on. A channel whose length is missing gives NaN, and the next one found is where it rested.
   */
  step(length: Float64Array, gamma: GammaDrive = {}, offset = 0): void {
    const { dynamic: gd = 0, static: gs = 0 } = gamma;
    const h = this.#h;
    const keep1 = Math.exp(-h / tauBag1);
    const keep2 = Math.exp(-h / tauBag2);
    for (let c = 0; c < this.#channels; c++) {
      const to = length[offset + c];
      if (Number.isNaN(to)) {
        this.#length[c] = NaN;
        this.primary[c] = NaN;
        this.secondary[c] = NaN;
        continue;
      }
      const dynamic = typeof gd === 'number' ? gd : gd[offset + c];
      const steady = typeof gs === 'number' ? gs : gs[offset + c];
      const aim1 = fraction(dynamic, frequencyBag);
      const aim2 = fraction(steady, frequencyBag);
      const f3 = fraction(steady, frequencyChain);
      const from = this.#length[c];
      this.#length[c] = to;
      if (Number.isNaN(from)) {
        this.#bag1[c] = aim1;
        this.#bag2[c] = aim2;
        this.#rest(3 * c, to, bag1.gamma * aim1);
        this.#rest(3 * c + 1, to, bag2.gamma * aim2);
        this.#rest(3 * c + 2, to, chain.gamma * f3);
      } else {
        for (let n = 1; n <= this.#substeps; n++) {
          const at = from + ((to - from) * n) / this.#substeps;
          const f1 = (this.#bag1[c] = aim1 + (this.#bag1[c] - aim1) * keep1);
          const f2 = (this.#bag2[c] = aim2 + (this.#bag2[c] - aim2) * keep2);
          this.#stretch(3 * c, at, bag1.b0 + bag1.b1 * f1, bag1.gamma * f1);
          this.#stretch(3 * c + 1, at, bag2.b0 + bag2.b1 * f2, bag2.gamma * f2);
          this.#stretch(3 * c + 2, at, chain.b0 + chain.b1 * f3, chain.gamma * f3);
        }
      }
      this.#fire(c, to);
    }
  }

  /** The balance of tensions without movement. */
  #rest(fiber: number, length: number, G: number): void {
    this.#polar[fiber] = (KSR * (length - L0SR) + KPR * L0PR - G) / (KSR + KPR);
    this.#root[fiber] = 0;
  }

  #stretch(fiber: number, length: number, B: number, G: number): void {
    const p = polarStretch(length, this.#polar[fiber], this.#h, B, G, this.#root[fiber]);
    this.#root[fiber] = p;
    const p5 = p * p * p * p * p;
    this.#polar[fiber] += Math.sign(p) * p5 * p5 * this.#h;
  }

  #fire(c: number, length: number): void {
    const fiber = 3 * c;
    const sensory = (n: number): number => length - this.#polar[fiber + n] - L0SR - (LNSR - L0SR);
    const polar = (n: number): number => this.#polar[fiber + n] - LNPR;
    const rectified = (x: number): number => (x > 0 ? x : 0);
    const fromBag1 = bag1.primaryGain * rectified(sensory(0));
    const fromStatic = bag2.primaryGain * rectified(sensory(1)) + chain.primaryGain * rectified(sensory(2));
    this.primary[c] = Math.max(fromBag1, fromStatic) + occlusion * Math.min(fromBag1, fromStatic);
    let secondary = 0;
    for (const n of [1, 2]) {
      const stretch = X * (Lsecondary / L0SR) * sensory(n) + (1 - X) * (Lsecondary / L0PR) * polar(n);
      secondary += secondaryGain * rectified(stretch);
    }
    this.secondary[c] = secondary;
  }
}
