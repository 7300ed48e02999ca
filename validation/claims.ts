/**
 * Is a claim honest? Six hypotheses about simulated units: position, velocity, ... (`test/inquire/movement.ts`).
 *
 *   npx tsx validation/claims.ts [--experiments 500] [--seeds 10]
 *
 * Experiments without effect: activity that is related to none of them, autocorrelated as they are; the panel of six claims one (says that any predicts better
 * than chance) in at most 5 %. True generators: each hypothesis in turn makes the activity; it ranks first in at least 9 of 10 seeds.
 */
import { parseArgs } from 'node:util';
import { claim } from '../src/inquire/index.ts';
import { Random, wilsonInterval } from '../src/math/index.ts';
import { counts, sixHypotheses, unrelatedCounts } from '../test/inquire/movement.ts';

const { values } = parseArgs({
  options: {
    experiments: { type: 'string', default: '500' },
    seeds: { type: 'string', default: '10' },
  },
});

async function main(): Promise<void> {
  let holds = true;
  const start = performance.now();
  const experiments = Number(values.experiments);
  let claimed = 0;
  for (let seed = 0; seed < experiments; seed++) {
    const random = new Random(`without effect ${seed}`);
    const hypotheses = sixHypotheses(400, random);
    const { verdict } = await claim(unrelatedCounts(400, random, 5), hypotheses, {
      seed,
      recoveries: 1,
      resamples: 50,
    });
    if (verdict.kind !== 'none') claimed++;
  }
  const [low, high] = wilsonInterval(claimed, experiments);
  const share = claimed / experiments;
  holds &&= share <= 0.05;
  console.log(
    `without effect: one of six claimed in ${claimed} of ${experiments} (${(100 * share).toFixed(1)} %, 95 % ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %); at most 5 %: ${share <= 0.05 ? 'holds' : 'DOES NOT HOLD'}`,
  );
  const seeds = Number(values.seeds);
  for (const { name } of sixHypotheses(10, new Random('names'))) {
    let [first, decided] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const random = new Random(`truth ${name} ${seed}`);
      const hypotheses = sixHypotheses(2000, random);
      const truth = hypotheses.find((h) => h.name === name)!;
      const { ranking, verdict } = await claim(counts(truth, random, { units: 12 }), hypotheses, {
        seed,
        recoveries: 5,
        nullDraws: 119,
      });
      if (ranking[0].name === name) first++;
      if (verdict.kind === 'decided' && verdict.best === name) decided++;
    }
    const well = first >= 0.9 * seeds;
    holds &&= well;
    console.log(
      `made by ${name}: first in ${first} of ${seeds}, decided for it in ${decided}; at least 9 of 10: ${well ? 'holds' : 'DOES NOT HOLD'}`,
    );
  }
  console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
  process.exitCode = holds ? 0 : 1;
}

await main();
