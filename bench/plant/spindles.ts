/**
 * How many trials a second the spindles of a whole limb take on one core. A trial is 320 samples at 66.7 Hz (4.8 s, the length of a movement in data sets of
 * drawn characters) of all muscles, with static and dynamic gamma drive: for Mileusnic's model three steps of 5 ms a sample, three intrafusal
 * fibers each. By hand:
 *
 *     npx tsx bench/plant/spindles.ts [--muscles 60] [--rounds 5]
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import {
  mileusnicSpindle,
  plainSpindle,
  powerLawSpindle,
  sense,
  tendonOrgan,
} from '../../src/model/senses/index.ts';

const { values: options } = parseArgs({
  options: { muscles: { type: 'string', default: '60' }, rounds: { type: 'string', default: '5' } },
});
const channels = Number(options.muscles);
const rounds = Number(options.rounds);
const steps = 320;
const stepSeconds = 0.015;
const trialsARound = 10;

/** Each muscle swings with its own three frequencies below 3 Hz, as in drawing: up to about 0.6 optimal lengths/s. */
const length = Float64Array.from({ length: steps * channels }, (_, i) => {
  const t = Math.floor(i / channels) * stepSeconds;
  const m = i % channels;
  return (
    1 +
    0.06 *
      [0.4, 1.1, 2.3].reduce((sum, f, n) => sum + Math.sin(2 * Math.PI * f * t + m * (n + 1)) / (n + 1), 0)
  );
});
const force = length.map((l) => 100 * Math.abs(l - 1));
const stimulus = { stepSeconds, channels, values: { length, force } };
const gamma = { dynamic: 70, static: 50 };

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, Node ${process.version}`);
console.log(
  `${channels} muscles, ${rounds} rounds of ${trialsARound} trials, load ${loadavg()[0].toFixed(1)}\n`,
);
console.log('| receptor | trials/s: best, median | samples of one muscle/s, M |');
console.log('| --- | --- | --- |');
for (const receptor of [mileusnicSpindle, powerLawSpindle(), plainSpindle, tendonOrgan]) {
  const perTrial: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const start = processorSeconds();
    for (let i = 0; i < trialsARound; i++) {
      sense(receptor, stimulus, { gamma: receptor.gamma ? gamma : undefined, delaySeconds: 0.03 });
    }
    if (round >= 0) perTrial.push((processorSeconds() - start) / trialsARound);
  }
  const sorted = perTrial.toSorted((a, b) => a - b);
  const [best, median] = [sorted[0], sorted[sorted.length >> 1]].map((s) => 1 / s);
  const samples = ((best * steps * channels) / 1e6).toFixed(2);
  console.log(`| ${receptor.name} | ${best.toFixed(1)}, ${median.toFixed(1)} | ${samples} |`);
}
