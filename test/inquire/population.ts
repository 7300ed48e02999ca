import { matrix, multiply, Random, type Matrix } from '../../src/math/index.ts';
import { responses, type Responses } from '../../src/inquire/index.ts';

/** Smooth responses: each unit mixes a few slow latent time courses that differ between conditions. */
export function population(
  seed: string,
  shape = { conditions: 8, times: 12, units: 6 },
  latents = 3,
): Responses {
  const random = new Random(seed);
  const { conditions, times, units } = shape;
  const mixing = Float64Array.from({ length: latents * units }, () => random.normal());
  const values: number[] = [];
  for (let c = 0; c < conditions; c++) {
    const waves = Array.from({ length: latents }, () => [
      random.normal(0, 3),
      random.uniform(0.3, 1.2),
      random.uniform(0, 6),
    ]);
    for (let t = 0; t < times; t++) {
      for (let u = 0; u < units; u++) {
        let v = random.normal(0, 0.1);
        waves.forEach(([size, speed, phase], k) => {
          v += size * Math.sin(speed * t + phase) * mixing[k * units + u];
        });
        values.push(v);
      }
    }
  }
  return responses(values, { ...shape, stepSeconds: 0.02 });
}

/** The units of `r` mixed by `m` (units x units), times `scale`, plus a constant each. */
export function mixed(r: Responses, m: Matrix, scale = 1, shift = 0): Responses {
  const values = multiply(matrix(r.conditions * r.times, r.units, r.values), m).data;
  return { ...r, units: m.columns, values: values.map((v, i) => scale * v + shift * (1 + (i % m.columns))) };
}

export function randomMatrix(n: number, random: Random): Matrix {
  return matrix(
    n,
    n,
    Float64Array.from({ length: n * n }, () => random.normal()),
  );
}

/** Columns made orthonormal by Gram-Schmidt. */
export function randomRotation(n: number, random: Random): Matrix {
  const m = randomMatrix(n, random);
  for (let i = 0; i < n; i++) {
    const row = m.data.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < i; j++) {
      const other = m.data.subarray(j * n, (j + 1) * n);
      const along = row.reduce((s, v, k) => s + v * other[k], 0);
      row.forEach((v, k) => (row[k] = v - along * other[k]));
    }
    const length = Math.hypot(...row);
    row.forEach((v, k) => (row[k] = v / length));
  }
  return m;
}
