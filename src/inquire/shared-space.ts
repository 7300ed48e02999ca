import { multiply, procrustes } from '../math/index.ts';
import { compare, type CompareOptions, type Comparison } from './compare/compare.ts';
import { procrustesCosine } from './compare/procrustes.ts';
import {
  asMatrix,
  principal,
  sameConditions,
  unitMeans,
  type Principal,
  type Responses,
} from './responses.ts';

/** A population along its own principal components, and how others lie along them. */
export interface Space extends Principal {
  /** Of responses of the same units, less the means of the population that the space is of. */
  along(r: Responses): Responses;
}

/** The space of a population's first principal components, over conditions and times. */
export function spaceOf(r: Responses, axes: number): Space {
  const found = principal(r, axes);
  const means = unitMeans(r);
  return {
    ...found,
    along: (other) => {
      const values = other.values.map((v, i) => v - means[i % r.units]);
      const turned = multiply(asMatrix({ ...other, values }), found.axes);
      return { ...other, units: found.axes.columns, values: turned.data };
    },
  };
}

export interface SharedSpace {
  /** Fraction of each population's variance that its own axes hold, axis by axis. */
  readonly explained: readonly [Float64Array, Float64Array];
  /** The first along its own axes, and the second turned and scaled to lie upon it. */
  readonly scores: readonly [Responses, Responses];
  /** How alike both are along these axes (Procrustes), beside chance. */
  readonly comparison: Comparison;
}

/**
 * Two populations in one latent space: each along its own principal components (as many as both have, `axes` at most), then the second brought upon the
 * first by the orthogonal matrix and scale that fit best (Schönemann 1966). Any two populations can be turned to look somewhat alike: the comparison says how much of that
 * unrelated conditions give too. Throws as `compare` does.
 */
export function sharedSpace(
  a: Responses,
  b: Responses,
  { axes = 6, ...options }: CompareOptions & { readonly axes?: number },
): SharedSpace {
  sameConditions(a, b);
  const kept = Math.min(axes, a.units, b.units);
  const [first, second] = [principal(a, kept), principal(b, kept)];
  const dimensions = Math.min(first.scores.units, second.scores.units);
  const [x, y] = [first.scores, second.scores].map((r) => leading(r, dimensions));
  const { scale, rotation, translation } = procrustes(y.values, x.values, { dimensions, reflection: true });
  const values = new Float64Array(y.values.length);
  for (let row = 0; row < values.length; row += dimensions) {
    for (let i = 0; i < dimensions; i++) {
      let sum = translation[i];
      for (let j = 0; j < dimensions; j++)
        sum += scale * rotation.data[i * dimensions + j] * y.values[row + j];
      values[row + i] = sum;
    }
  }
  return {
    explained: [first.explained, second.explained],
    scores: [x, { ...y, values }],
    comparison: compare(x, y, procrustesCosine, options),
  };
}

function leading(r: Responses, units: number): Responses {
  if (r.units === units) return r;
  const values = Float64Array.from(
    { length: (r.values.length / r.units) * units },
    (_, i) => r.values[Math.floor(i / units) * r.units + (i % units)],
  );
  return { ...r, units, values };
}
