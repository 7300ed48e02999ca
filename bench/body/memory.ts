/**
 * Does memory grow over many steps with all that is read? MuJoCo's own memory is filled up before, so that 0.2 MB of leak make it grow; JavaScript's is
 * collected before and after.
 *
 *     npx tsx bench/body/memory.ts [--steps 1000000]
 *
 * Exits with 1 where MuJoCo's memory has grown, or JavaScript's by more than 1 MB.
 */
import { setFlagsFromString } from 'node:v8';
import { parseArgs } from 'node:util';
import { runInNewContext } from 'node:vm';
import { quadruped } from '../../src/model/body/index.ts';
import { bodyWithLittleRoom } from '../../test/model/body/memory.ts';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '1000000' } } });
const steps = Number(values.steps);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const mega = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
const { physics, step } = await bodyWithLittleRoom(quadruped());
const measured = (): { heap: number; used: number; resident: number } => {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: physics.heapBytes, used: heapUsed + external, resident: rss };
};
step(2000, 1000);
const before = measured();
const start = performance.now();
for (let done = 0; done < steps; done += steps / 10) {
  step(steps / 10, 1000);
  const now = measured();
  console.log(
    `${done + steps / 10} steps, ${((performance.now() - start) / 1000).toFixed(0)} s: MuJoCo ${mega(now.heap - before.heap)} MB more, JavaScript ${mega(now.used - before.used)} MB more, resident ${mega(now.resident - before.resident)} MB more`,
  );
}
const after = measured();
const holds = after.heap === before.heap && after.used - before.used < 2 ** 20;
console.log(holds ? 'memory does not grow' : 'MEMORY GROWS');
process.exitCode = holds ? 0 : 1;
