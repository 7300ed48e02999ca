/**
 * Motor units of a simulated array of 64 surface electrodes at 30 dB: how many are found with at least 90 % agreement, and the time. By hand:
 *
 *     npx tsx bench/relate/motor-units.ts [--seconds 20] [--units 30] [--delays 8] [--searches 80]
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { simulateEmgArray } from '../../src/lab/devices/emg-array.ts';
import { Random } from '../../src/math/random.ts';
import { motorUnits, rateOfAgreement } from '../../src/relate/index.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    units: { type: 'string', default: '30' },
    delays: { type: 'string', default: '8' },
    searches: { type: 'string', default: '80' },
  },
});
const [seconds, units, delays, searches] = [
  options.seconds,
  options.units,
  options.delays,
  options.searches,
].map(Number);
const { emg, units: truth } = simulateEmgArray({ random: new Random('bench'), seconds, units });
const load = loadavg()[0].toFixed(1);
const cpu = process.cpuUsage();
const start = performance.now();
const { spikes, silhouettes, notes } = motorUnits(emg, { delays, searches });
const elapsed = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
const good = new Set<string>();
spikes.units.forEach((unit, u) => {
  let best = { name: '', rate: 0 };
  for (const name of truth.units) {
    const { rate } = rateOfAgreement(truth.unit(name), spikes.unit(unit));
    if (rate > best.rate) best = { name, rate };
  }
  if (best.rate >= 0.9) good.add(best.name);
  console.log(
    `${unit}: ${best.name}, agreement ${best.rate.toFixed(3)}, silhouette ${silhouettes[u].toFixed(3)}`,
  );
});
console.log(
  [
    `64 electrodes, 30 dB, ${units} units, ${seconds} s; ${delays} delays, ${searches} searches`,
    `${good.size} units with 90 % agreement or more, of ${spikes.units.length} found; ${notes.join(' ')}`,
    `${elapsed.toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s; ${cpus().length} cores, load before ${load})`,
  ].join('\n'),
);
