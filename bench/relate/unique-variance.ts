/**
 * Unique variance of ten variables with 500 regressors, 100,000 samples and 1,000 neurons: the time it takes, and how far planted
 * values are from those found. By hand:
 *
 *     npx tsx bench/relate/unique-variance.ts [--samples 100000] [--neurons 1000] [--regressors 500]
 *
 * The peer is the definition itself, every model fitted anew: it is held against it in the tests, where it agrees to 1e-9.
 */
import { loadavg, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { matrix } from '../../src/math/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { series, uniqueVariance } from '../../src/relate/index.ts';

const { values: options } = parseArgs({
  options: {
    samples: { type: 'string', default: '100000' },
    neurons: { type: 'string', default: '1000' },
    regressors: { type: 'string', default: '500' },
  },
});
const [samples, neurons, regressors] = [options.samples, options.neurons, options.regressors].map(Number);
const count = 10;
const width = Math.floor(regressors / count);
const correlation = 0.6;
const random = new Random('unique variance');

const x = matrix(samples, count * width);
const latents = matrix(samples, count);
for (let t = 0; t < samples; t++) {
  const row = t * count * width;
  for (let c = 0; c < count * width; c++) {
    const fresh = random.normal();
    const isSecond = c >= width && c < 2 * width;
    x.data[row + c] = isSecond
      ? correlation * x.data[row + c - width] + Math.sqrt(1 - correlation ** 2) * fresh
      : fresh;
    latents.data[t * count + Math.floor(c / width)] += x.data[row + c] / Math.sqrt(width);
  }
}
const weights = matrix(neurons, count);
for (let i = 0; i < weights.data.length; i++) weights.data[i] = random.uniform(0, 0.6);
const y = matrix(samples, neurons);
for (let t = 0; t < samples; t++) {
  for (let k = 0; k < neurons; k++) {
    let sum = random.normal();
    for (let v = 0; v < count; v++) sum += weights.data[k * count + v] * latents.data[t * count + v];
    y.data[t * neurons + k] = sum;
  }
}
const names = Array.from(
  { length: count * width },
  (_, c) => `variable ${1 + Math.floor(c / width)}, ${c % width}`,
);
const variables = Object.fromEntries(
  Array.from({ length: count }, (_, v) => [`variable ${v + 1}`, names.slice(v * width, (v + 1) * width)]),
);
const engine = await nodeEngine();
const load = loadavg()[0].toFixed(1);
const cpu = process.cpuUsage();
const start = performance.now();
const result = await uniqueVariance(
  series(x, names),
  series(
    y,
    Array.from({ length: neurons }, (_, k) => `neuron ${k}`),
  ),
  { variables, engine },
);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);

let [worst, squares, covered] = [0, 0, 0];
for (let k = 0; k < neurons; k++) {
  const a = weights.data.subarray(k * count, (k + 1) * count);
  const total = 1 + a.reduce((s, v) => s + v * v, 0) + 2 * correlation * a[0] * a[1];
  result.variables.forEach(({ unique, low, high }, v) => {
    const truth = (a[v] ** 2 * (v < 2 ? 1 - correlation ** 2 : 1)) / total;
    const error = Math.abs(unique[k] - truth);
    worst = Math.max(worst, error);
    squares += error * error;
    if (low[k] <= truth && truth <= high[k]) covered++;
  });
}
console.log(
  [
    `${count * width} regressors x ${samples} samples x ${neurons} neurons, ${count} variables, 10 folds, on ${engine.name}`,
    `${seconds.toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s; ${cpus().length} cores, load before ${load})`,
    `unique shares: largest error ${worst.toFixed(4)}, root mean square ${Math.sqrt(squares / neurons / count).toFixed(4)}, in the 95 % interval ${((100 * covered) / neurons / count).toFixed(1)} %`,
    `penalties ${result.penalties.join(', ')}; ${result.notes.join('; ') || 'nothing to note'}`,
  ].join('\n'),
);
