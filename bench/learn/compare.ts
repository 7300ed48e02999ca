/**
 * How fast are a forward pass and a training step (forward, backward, Adam), against PyTorch on the same machine? First the two
 * must agree on the outputs, the losses and the gradients of the same weights. Rounds are interleaved, so that a busy machine
 * slows both; the table gives ratios ours / PyTorch of the fastest and of the median run. With one thread the processor's time
 * is taken, in which the machine's other work does not count; with more the clock's, as threads that wait for each other use
 * the processor. By hand:
 *
 *     npx tsx bench/learn/compare.ts [--threads 1,2] [--rounds 8] [--seconds 0.4] [--only pose,mobile] [--python python3]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { checkAgreement } from './agreement.ts';
import { drawInputs, drawWeights, prepare } from './ours.ts';
import { Peer } from './peer.ts';
import { workloadOf, workloads } from './workloads.ts';
import type { Workload } from './workloads.ts';

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '0.4' },
    only: { type: 'string', default: Object.keys(workloads).join() },
    python: { type: 'string', default: 'python3' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);

type Kind = 'forward' | 'step';
const kinds: readonly Kind[] = ['forward', 'step'];

interface Times {
  readonly ours: number[];
  readonly peer: number[];
}

/** Weights and inputs (`input/name`) as one file of float32 and a list of names and shapes. */
function writeValues(folder: string, workload: Workload): void {
  const inputs = Object.entries(drawInputs(workload)).map(
    ([name, value]) => [`input/${name}`, value] as const,
  );
  const entries = [...Object.entries(drawWeights(workload)), ...inputs];
  const names = entries.map(([name, { shape }]) => [name, shape]);
  const bytes = entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(join(folder, 'values.json'), JSON.stringify(names));
  writeFileSync(join(folder, 'values.bin'), Buffer.concat(bytes));
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of each run, at least two. */
async function timed(work: () => Promise<unknown>, threads: number): Promise<number[]> {
  const clock = threads === 1 ? processorMilliseconds : () => performance.now();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < 2 || performance.now() - start < 1000 * seconds) {
    const before = clock();
    await work();
    times.push(clock() - before);
  }
  return times;
}

async function measure(name: string, threads: number): Promise<Record<Kind, Times>> {
  const workload = workloadOf(name);
  const folder = mkdtempSync(join(tmpdir(), 'bench-learn-'));
  const peer = new Peer(options.python, threads);
  try {
    writeValues(folder, workload);
    await peer.ask({ load: name, folder });
    const ours = await prepare(workload, await nodeEngine(), threads);
    await checkAgreement(name, ours, peer, folder);
    const times: Record<Kind, Times> = { forward: { ours: [], peer: [] }, step: { ours: [], peer: [] } };
    for (let round = 0; round < rounds; round++) {
      for (const kind of kinds) {
        times[kind].ours.push(...(await timed(ours[kind], threads)));
        times[kind].peer.push(...(await peer.ask<number[]>({ time: kind, seconds })));
      }
    }
    await ours.dispose();
    return times;
  } finally {
    peer.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const minimum = (values: readonly number[]): number => Math.min(...values);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function cells({ ours, peer }: Times): string {
  const ratio = (of: (values: readonly number[]) => number): string => (of(ours) / of(peer)).toFixed(2);
  return `${ratio(minimum)} | ${ratio(median)} | ${minimum(ours).toFixed(2)} / ${minimum(peer).toFixed(2)}`;
}

console.log(`${cpus()[0].model}, ${cpus().length} cores; load before: ${loadavg()[0].toFixed(1)}\n`);
console.log('| work | threads | forward: min | median | ms | step: min | median | ms | load |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const name of options.only.split(',')) {
  for (const threads of options.threads.split(',').map(Number)) {
    const { forward, step } = await measure(name, threads);
    const load = loadavg()[0].toFixed(1);
    console.log(`| ${workloads[name].title} | ${threads} | ${cells(forward)} | ${cells(step)} | ${load} |`);
  }
}
