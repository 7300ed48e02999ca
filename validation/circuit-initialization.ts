/**
 * Do networks of any size learn to reach from any seed? By hand:
 *
 *     npx tsx validation/circuit-initialization.ts [--from 0] [--seeds 10] [--sizes 64,128,256] [--steps 1000]
 *
 * Aims: all seeds of the 128-unit network come below 5 mm of endpoint error, the median within 30 s of training; none diverges up to 512 units. Networks of other
 * sizes are trained from three seeds; 512 units (`--sizes 512`) take a quarter of an hour. Prints the processor's time, which waiting for other programs does not count in, and the wall's.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../src/math/index.ts';
import { centerOut, networkFor, train } from '../src/model/circuit/index.ts';

const { values: options } = parseArgs({
  options: {
    from: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '10' },
    sizes: { type: 'string', default: '64,128,256' },
    steps: { type: 'string', default: '1000' },
  },
});
const task = centerOut();
const processorSeconds = (): number => process.cpuUsage().user / 1e6;

console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`);
console.log(`| units | seed | ended | steps to 5 mm | error, mm | processor, s | wall, s |`);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const units of options.sizes.split(',').map(Number)) {
  const seconds: number[] = [];
  let reached = 0;
  let diverged = 0;
  const seeds = units === 128 ? Number(options.seeds) : Math.min(3, Number(options.seeds));
  for (let seed = Number(options.from); seed < Number(options.from) + seeds; seed++) {
    const start = processorSeconds();
    const {
      ended,
      steps,
      best,
      seconds: wall,
    } = await train(networkFor(task, { units, seed }), task, {
      steps: Number(options.steps),
      seed,
      until: 'goal',
    });
    const spent = processorSeconds() - start;
    seconds.push(spent);
    if (ended === 'goal') reached++;
    if (ended === 'diverged') diverged++;
    console.log(
      `| ${units} | ${seed} | ${ended} | ${steps} | ${best.score.value.toFixed(2)} | ${spent.toFixed(1)} | ${wall.toFixed(1)} |`,
    );
  }
  console.log(
    `${units} units: ${reached} of ${seeds} below 5 mm, ${diverged} diverged, median ${median(seconds).toFixed(1)} s of the processor, load ${loadavg()[0].toFixed(1)}`,
  );
}
