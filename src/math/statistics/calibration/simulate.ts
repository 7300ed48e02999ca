import type { Random } from '../../random.ts';

/** A stationary first-order autoregressive series of unit variance: x_i = phi x_{i-1} + sqrt(1 - phi^2) noise. */
export function autoregressive(random: Random, n: number, phi: number): Float64Array {
  const x = new Float64Array(n);
  const noise = Math.sqrt(1 - phi * phi);
  x[0] = random.normal();
  for (let i = 1; i < n; i++) x[i] = phi * x[i - 1] + noise * random.normal();
  return x;
}

export function normals(random: Random, n: number, mean = 0, sd = 1): Float64Array {
  return Float64Array.from({ length: n }, () => random.normal(mean, sd));
}

/** a + weight b, sample by sample. */
export function plus(a: ArrayLike<number>, b: ArrayLike<number>, weight = 1): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => a[i] + weight * b[i]);
}

/** Angles of a von Mises distribution, rad, by rejection (Best & Fisher 1979); uniform at kappa 0. */
export function vonMises(random: Random, n: number, mean: number, kappa: number): Float64Array {
  if (kappa === 0) return Float64Array.from({ length: n }, () => random.uniform(-Math.PI, Math.PI));
  const tau = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * kappa);
  const r = (1 + rho * rho) / (2 * rho);
  return Float64Array.from({ length: n }, () => {
    for (;;) {
      const z = Math.cos(Math.PI * random.uniform());
      const f = (1 + r * z) / (r + z);
      const c = kappa * (r - f);
      const u = random.uniform();
      if (c * (2 - c) - u <= 0 && Math.log(c / u) + 1 - c < 0) continue;
      return mean + (random.uniform() < 0.5 ? -1 : 1) * Math.acos(Math.max(-1, Math.min(1, f)));
    }
  });
}

export interface Nested {
  readonly value: Float64Array;
  readonly animal: Int32Array;
  /** 0 or 1, of the animal. */
  readonly treated: Float64Array;
  /** From -1 to 1 over the trials of each animal. */
  readonly time: Float64Array;
}

/**
 * Trials of animals that differ: value = effect treated + a_animal + s_animal time + noise of unit variance. Half of the animals
 * are treated.
 */
export function nestedTrials(
  random: Random,
  options: {
    readonly animals: number;
    readonly trials: number;
    readonly animalSd: number;
    readonly slopeSd?: number;
    readonly effect?: number;
    readonly slope?: number;
  },
): Nested {
  const { animals, trials, animalSd, slopeSd = 0, effect = 0, slope = 0 } = options;
  const n = animals * trials;
  const own = normals(random, animals, 0, animalSd);
  const ownSlope = normals(random, animals, slope, slopeSd);
  const animal = Int32Array.from({ length: n }, (_, i) => Math.floor(i / trials));
  const treated = Float64Array.from(animal, (a) => (a < animals / 2 ? 0 : 1));
  const time = Float64Array.from({ length: n }, (_, i) =>
    trials > 1 ? (2 * (i % trials)) / (trials - 1) - 1 : 0,
  );
  const value = Float64Array.from(
    animal,
    (a, i) => effect * treated[i] + own[a] + ownSlope[a] * time[i] + random.normal(),
  );
  return { value, animal, treated, time };
}
