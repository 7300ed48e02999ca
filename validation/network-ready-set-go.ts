/**
 * Produced intervals beside those of the Bayes observer. See `card.ts`:
 *
 *     npx tsx validation/network-ready-set-go.ts [--seeds 5] [--from 0] [--write]
 */
import { mean, Random } from '../src/math/index.ts';
import { networkFor, producedIntervals, readySetGo, record, train } from '../src/model/circuit/index.ts';
import { card } from './card.ts';

const weber = 0.1;
const steps = 700;
const priors = {
  short: Array.from({ length: 8 }, (_, i) => 0.5 + 0.05 * i),
  long: Array.from({ length: 8 }, (_, i) => 0.85 + 0.05 * i),
};

/** The mean of the posterior after a noisy measurement m ~ N(s, (weber s)^2) (Bayes least squares). */
function leastSquaresEstimate(measured: number, prior: readonly number[]): number {
  const likelihoods = prior.map((s) => Math.exp(-0.5 * ((measured - s) / (weber * s)) ** 2) / s);
  const whole = likelihoods.reduce((a, b) => a + b, 0);
  return prior.reduce((sum, s, i) => sum + (s * likelihoods[i]) / whole, 0);
}

/** Slope of y over x by least squares. */
function slope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  return (
    x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / x.reduce((sum, v) => sum + (v - mx) ** 2, 0)
  );
}

/** Mean produced and Bayes intervals for each true one, over the same noisy measurements. */
async function measure(prior: readonly number[], seed: number) {
  const task = readySetGo({ intervals: prior, weber });
  const { network } = await train(networkFor(task, { units: 64, seed, seconds: 0.1 }), task, {
    steps,
    seed,
    // Judged at the end alone: the score is without noise in what is measured, where the best answer has no bias.
    every: steps,
    schedule: (f) => 2e-3 * Math.min(1, 20 * f) * (1 - 0.9 * f),
  });
  const trials = task.draw(new Random(`${seed}/test`), 60 * prior.length);
  const { behavior } = record(network, task, { trials });
  const made = producedIntervals(trials, behavior.values, task.stepSeconds);
  const { set, ready } = trials.events;
  const bayes = made.map((_, b) => leastSquaresEstimate((set[b] - ready[b]) * task.stepSeconds, prior));
  const per = (values: Float64Array): number[] =>
    prior.map((_, c) => mean(values.filter((_v, b) => trials.condition[b] === c)));
  return { made: per(made), bayes: per(bayes) };
}

const rms = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(mean(a.map((v, i) => (v - b[i]) ** 2)));

await card({
  name: 'network-ready-set-go',
  title: 'Intervals regress to the mean of the prior',
  finding:
    'People, monkeys and recurrent networks that reproduce a measured interval are biased towards the mean of those they were trained on, as the Bayes least-squares observer is; the bias grows with the length of the intervals, whose measurement is noisier, and the same interval is reproduced longer among longer ones.',
  source:
    'Jazayeri and Shadlen 2010, Nature Neuroscience 13:1020; Sohn, Narain, Meirhaeghe and Jazayeri 2019, Neuron 103:934',
  setting: `64 units a prior (0.5 to 0.85 s and 0.85 to 1.2 s, eight intervals each, Weber fraction ${weber}), ${steps} steps; mean produced interval of 60 noisy measurements of each interval, beside the observer's of the same measurements.`,
  criterion:
    "in both priors the slope of produced over true interval is within 0.15 of the observer's and below 1, the produced intervals are closer to the observer's than to the true ones, the slope is lower in the long prior, and 0.85 s is reproduced longer among the long intervals than among the short",
  async measure(seed) {
    const figures: Record<string, number> = {};
    let holds = true;
    const slopes: number[] = [];
    for (const [name, prior] of Object.entries(priors)) {
      const { made, bayes } = await measure(prior, seed);
      const [own, observer] = [slope(prior, made), slope(prior, bayes)];
      figures[`${name}: slope`] = own;
      figures[`${name}: observer's slope`] = observer;
      figures[`${name}: from the observer, ms`] = 1000 * rms(made, bayes);
      figures[`${name}: from the true interval, ms`] = 1000 * rms(made, prior);
      figures[`${name}: 0.85 s becomes, s`] = made[prior.indexOf(name === 'short' ? prior[7] : prior[0])];
      slopes.push(own);
      holds &&= own < 1 && Math.abs(own - observer) <= 0.15 && rms(made, bayes) < rms(made, prior);
    }
    holds &&= slopes[1] < slopes[0];
    holds &&= figures['short: 0.85 s becomes, s'] < figures['long: 0.85 s becomes, s'];
    return { figures, holds };
  },
});
