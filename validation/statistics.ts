/**
 * Do the tests keep the level that they promise? Each test is run on data simulated without its effect, and the share of false
 * positives at 0.05 is counted, beside what is often done instead on the same data; then with the effect, for its power.
 *
 *   npx tsx validation/statistics.ts [--simulations 1000] [--only correlation] [--seed 1]
 *
 * How it is judged: a rate comes with Wilson's 95 % interval. `yes` is printed where 0.05 lies in it; for tests that promise at most
 * 0.05, where it does not lie above. With 1,000 simulations the rate of a true test lies between 0.037 and 0.064 in 19 of 20 cases; where
 * it does not, ten times as many with other seeds decide (`again`: 0.046 to 0.054). Seeds are fixed, so that the table is the same each
 * time. Power is measured on a fifth of the simulations.
 *
 * Below it: how often 95 % intervals hold the truth, and what a minimum shift does to the null of circular shifts.
 */
import { parseArgs } from 'node:util';
import { bootstrap, mean, Random, wilsonInterval } from '../src/math/index.ts';
import { autoregressive, nestedTrials } from '../src/math/statistics/calibration/simulate.ts';
import {
  blockBootstrap,
  calibrate,
  correlationTest,
  hierarchicalBootstrap,
  statisticalTests,
  type Rate,
} from '../src/math/statistics/index.ts';

const { values } = parseArgs({
  options: {
    simulations: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});
const simulations = Number(values.simulations);
const chosen = new RegExp(values.only);
const shown = ({ rate, low, high }: Pick<Rate, 'rate' | 'low' | 'high'>): string =>
  `${rate.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
const share = (count: number, of: number): string => {
  const [low, high] = wilsonInterval(count, of);
  return shown({ rate: count / of, low, high });
};

console.log(
  '| test | scenario | false positives at 0.05 | keeps it | often done instead | its false positives | power at |',
);
console.log('|---|---|---|---|---|---|---|');
let failed = 0;
for (const test of statisticalTests) {
  if (!chosen.test(test.name)) continue;
  for (const scene of test.scenarios) {
    const first = calibrate(scene, { simulations, seed: values.seed });
    const again = first.holds
      ? undefined
      : calibrate(scene, {
          simulations: 10 * simulations,
          powerSimulations: 1,
          seed: `${values.seed}/again`,
        });
    const { falsePositives, power, naive } = first;
    const holds = (again ?? first).holds;
    if (!holds) failed++;
    console.log(
      `| ${test.name} | ${scene.name} | ${shown(falsePositives)}${again ? `, again: ${shown(again.falsePositives)}` : ''} | ${holds ? 'yes' : 'no'}${scene.conservative ? ' (at most)' : ''} | ${scene.naiveName ?? ''} | ${naive ? shown(naive) : ''} | ${power.rate.toFixed(2)} at ${scene.effect} (${scene.effectMeaning}) |`,
    );
  }
}
console.log(`\n${failed} outside, with ${simulations} simulations each.`);

/** How often an interval holds zero, the truth. */
function coverage(
  name: string,
  interval: (random: Random) => { readonly low: number; readonly high: number },
): void {
  if (!chosen.test('intervals')) return;
  const runs = Math.ceil(simulations / 2);
  let held = 0;
  for (let i = 0; i < runs; i++) {
    const { low, high } = interval(new Random(`${values.seed}/${name}/${i}`));
    if (low <= 0 && high >= 0) held++;
  }
  console.log(`| ${name} | ${share(held, runs)} |`);
}

const resamples = 400;
console.log('\n| 95 % interval of a mean | holds the truth |\n|---|---|');
for (const phi of [0, 0.5, 0.8, 0.95]) {
  coverage(`stationary bootstrap, 400 samples, phi ${phi}`, (random) =>
    blockBootstrap([autoregressive(random, 400, phi)], ([x]) => mean(x), { resamples, random }),
  );
}
coverage('single samples drawn, 400 samples, phi 0.8', (random) => {
  const x = autoregressive(random, 400, 0.8);
  return bootstrap(400, (at) => mean(Float64Array.from(at, (i) => x[i])), {
    resamples,
    method: 'percentile',
    random,
  });
});
for (const animals of [4, 6, 10, 20]) {
  for (const expanded of [true, false]) {
    coverage(`hierarchical bootstrap, ${animals} animals${expanded ? '' : ', not widened'}`, (random) => {
      const { value, animal } = nestedTrials(random, { animals, trials: 10, animalSd: 1 });
      return hierarchicalBootstrap([animal], (at) => mean(Float64Array.from(at, (i) => value[i])), {
        resamples,
        expanded,
        random,
      });
    });
  }
}

if (chosen.test('minimum-shift')) {
  console.log('\n| circular shift of unrelated series, phi 0.9 | false positives at 0.05 |\n|---|---|');
  for (const n of [256, 1024]) {
    for (const minimumShift of [1, 20]) {
      let rejected = 0;
      for (let i = 0; i < simulations; i++) {
        const random = new Random(`${values.seed}/shift/${i}`);
        const [x, y] = [autoregressive(random, n, 0.9), autoregressive(random, n, 0.9)];
        if (correlationTest(x, y, { permutations: 199, minimumShift, random }).p <= 0.05) rejected++;
      }
      console.log(`| ${n} samples, minimum shift ${minimumShift} | ${share(rejected, simulations)} |`);
    }
  }
}
