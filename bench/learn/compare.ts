/**
 * How fast are a forward pass and a training step (forward, backward, Adam), against PyTorch on the same machine? First the two
 * must agree on the outputs, the losses and the gradients of the same weights. Rounds are interleaved, so that a busy machine
 * slows both; the table gives ratios ours / PyTorch of the fastest and of the median run. With one thread the processor's time
 * is taken, in which the machine's other work does not count; with more the clock's, as threads that wait for each other use
 * the processor. PyTorch with more threads is sometimes slower than with one, so it is then timed with both, and the faster
 * counts. By hand:
 *
 *     npx tsx bench/learn/compare.ts [--threads 1,2] [--rounds 12] [--seconds 0.4] [--only pose,mobile] [--python python3]
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
    rounds: { type: 'string', default: '12' },
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
  /** By PyTorch's number of threads. */
  readonly peers: Readonly<Record<number, number[]>>;
}

/** Threads of a pool that has just worked go on looking for work for some milliseconds, on the other's cores. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

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
  const clock = threads === 1 ? 'processor' : 'wall';
  const peers = [...new Set([threads, 1])].map((count) => ({
    count,
    peer: new Peer(options.python, count),
  }));
  try {
    writeValues(folder, workload);
    for (const { peer } of peers) await peer.ask({ load: name, folder });
    const ours = await prepare(workload, await nodeEngine(), threads);
    await checkAgreement(name, ours, peers[0].peer, folder);
    const none = (): Times => ({
      ours: [],
      peers: Object.fromEntries(peers.map(({ count }) => [count, []])),
    });
    const times: Record<Kind, Times> = { forward: none(), step: none() };
    for (let round = 0; round < rounds; round++) {
      for (const kind of kinds) {
        await rest();
        times[kind].ours.push(...(await timed(ours[kind], threads)));
        for (const { count, peer } of peers) {
          await rest();
          times[kind].peers[count].push(...(await peer.ask<number[]>({ time: kind, seconds, clock })));
        }
      }
    }
    await ours.dispose();
    return times;
  } finally {
    for (const { peer } of peers) peer.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const minimum = (values: readonly number[]): number => Math.min(...values);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Each figure against the number of threads with which PyTorch did better in it. */
function cells({ ours, peers }: Times): string {
  const best = (of: (values: readonly number[]) => number): [threads: string, milliseconds: number] =>
    Object.entries(peers)
      .map(([threads, values]): [string, number] => [threads, of(values)])
      .toSorted(([, a], [, b]) => a - b)[0];
  const ratio = (of: (values: readonly number[]) => number): string => (of(ours) / best(of)[1]).toFixed(2);
  const [threads, fastest] = best(minimum);
  const by = Object.keys(peers).length > 1 ? ` (${threads})` : '';
  return `${ratio(minimum)} | ${ratio(median)} | ${minimum(ours).toFixed(2)} / ${fastest.toFixed(2)}${by}`;
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
