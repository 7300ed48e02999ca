import { dense, meanSquaredError, reshape } from '../../../learn/index.ts';
import { mean, standardDeviation } from '../../../math/moments.ts';
import type { Movements } from '../handwriting.ts';
import type { PerceptionTask } from './task.ts';

/** Where is the hand at each step? Scored by the mean distance between said and true place, m. */
export const decoding: PerceptionTask = {
  name: 'decoding',
  title: 'where the hand is',
  head(scope, { summary, steps: features }, { steps, dimensions }) {
    if (features) return dense(scope, features, { units: dimensions });
    const all = dense(scope, summary, { units: steps * dimensions });
    return reshape(all, [all.shape[0], steps, dimensions]);
  },
  loss: (output, target) => meanSquaredError(output, target),
  standard({ path, arm: { dimensions } }) {
    const coordinates = Array.from({ length: dimensions }, (_, d) =>
      Float64Array.from({ length: path.length / dimensions }, (__, i) => path[i * dimensions + d]),
    );
    return { mean: coordinates.map(mean), deviation: coordinates.map(standardDeviation) };
  },
  target({ path, steps, arm: { dimensions } }, which, standard) {
    const size = steps * dimensions;
    return Float32Array.from({ length: which.length * size }, (_, k) => {
      const d = k % dimensions;
      return (
        (path[which[Math.floor(k / size)] * size + (k % size)] - standard.mean[d]) / standard.deviation[d]
      );
    });
  },
  score(outputs, movements, standard) {
    const { dimensions } = movements.arm;
    const said = Float64Array.from(
      outputs,
      (y, k) => y * standard.deviation[k % dimensions] + standard.mean[k % dimensions],
    );
    const errors = distances(movements, (k) => said[k]);
    const constant = distances(movements, (k) => standard.mean[k % dimensions]);
    const half = (1.96 * standardDeviation(errors)) / Math.sqrt(errors.length);
    const value = mean(errors);
    return {
      meaning: 'distance of the place said from the true one, m',
      value,
      interval: [value - half, value + half],
      chance: mean(constant),
      better: 'low',
    };
  },
};

/** Mean distance over a movement of places from its path, one a movement. @param said by index into the path. */
function distances({ path, count, steps, arm }: Movements, said: (k: number) => number): Float64Array {
  const { dimensions } = arm;
  const sums = new Float64Array(count);
  for (let point = 0; point < count * steps; point++) {
    let squares = 0;
    for (let k = point * dimensions; k < (point + 1) * dimensions; k++) squares += (said(k) - path[k]) ** 2;
    sums[Math.floor(point / steps)] += Math.sqrt(squares) / steps;
  }
  return sums;
}
