/**
 * A network of 128 units learns to reach: trained until the hand is within 5 mm, beside the same training in PyTorch (pytorch.py). By hand:
 *
 *     npx tsx bench/circuit/reach.ts [--python /usr/bin/python3] [--rounds 3] [--units 128] [--batch 32] [--seed 0]
 *
 * The same plant, first weights, batches, objective, clipping and Adam. Losses and gradient norms of the first training steps must agree in 64 bits (1e-6) before
 * anything is timed; PyTorch is then timed in 32 bits, its usual, ours in the 64 it has. One thread each, rounds interleaved, the processor's time counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { median, Random } from '../../src/math/index.ts';
import { centerOut, networkFor, train, type Block, type Trials } from '../../src/model/circuit/index.ts';
import { eulerActivation, hillMuscle, sixMuscleArm } from '../../src/model/plant/index.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: '/usr/bin/python3' },
    rounds: { type: 'string', default: '3' },
    units: { type: 'string', default: '128' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '0' },
  },
});
const rounds = Number(options.rounds);
const units = Number(options.units);
const batch = Number(options.batch);
const seed = Number(options.seed);
const most = 1000;
const every = 25;
const checked = 5;

const plant = sixMuscleArm({ muscle: hillMuscle(), activation: eulerActivation({ minimum: 0.001 }) });
const [distance, targets, moveSeconds] = [0.1, 8, 0.5];
const task = centerOut({ plant, distance, targets, moveSeconds });
const first = networkFor(task, { units, seed });

/** Where to and when, of each trial. */
function described({ condition, events }: Trials) {
  const to = Array.from(condition, (c) => {
    const angle = (2 * Math.PI * c) / targets;
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  });
  return { to, go: [...events.go] };
}

const rows = (block: Block): number[][] => {
  const values = first.at(block);
  return Array.from({ length: block.rows }, (_, i) => [
    ...values.subarray(i * block.columns, (i + 1) * block.columns),
  ]);
};

class Peer {
  readonly #child;
  readonly #lines;

  constructor(double: boolean) {
    this.#child = spawn(options.python!, [new URL('pytorch.py', import.meta.url).pathname], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    const { desired, start } = task.conditions();
    const setup = {
      double,
      stepSeconds: task.stepSeconds,
      steps: task.steps,
      goal: 5,
      every,
      moveSteps: Math.round(moveSeconds / task.stepSeconds),
      lateSteps: 5,
      leak: task.stepSeconds / 0.05,
      distance,
      center: [...desired.subarray(0, 2)],
      posture: [...start!.subarray(0, 2)],
      objective: task.objective,
      conditions: described(task.conditions()),
      batches: Array.from({ length: most }, (_, k) =>
        described(task.draw(new Random(`${seed}/batch/${k}`), batch)),
      ),
      weights: {
        recurrent: rows(first.recurrent[0]),
        input: rows(first.input),
        bias: rows(first.bias)[0],
        start: rows(first.start)[0],
        readout: rows(first.readout),
        readoutBias: rows(first.readoutBias)[0],
      },
    };
    this.#child.stdin.write(`${JSON.stringify(setup)}\n`);
  }

  async run(what: string): Promise<{
    seconds: number;
    losses: number[];
    steps: number;
    error: number;
    torch: string;
  }> {
    this.#child.stdin.write(`${what}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('PyTorch stopped: see above');
    return JSON.parse(value as string);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

async function ours(steps: number, until?: 'goal') {
  const losses: number[] = [];
  const before = process.cpuUsage();
  const trained = await train(first, task, {
    steps,
    batch,
    seed,
    every,
    until,
    schedule: (f) => 1e-3 * Math.min(1, (Math.round(f * steps) + 1) / 20),
    onProgress: ({ loss }) => losses.push(loss),
  });
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, losses, steps: trained.steps, error: trained.best.score.value };
}

console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`);
const check = new Peer(true);
const [mine, theirs] = [await ours(checked), await check.run(`steps ${checked}`)];
await check.close();
const apart = mine.losses.map((loss, k) => Math.abs(loss / theirs.losses[k] - 1));
console.log(`losses of ${checked} training steps differ by ${Math.max(...apart).toExponential(1)} at most`);
if (!(Math.max(...apart) < 1e-6)) throw new Error(`nothing to compare: ${mine.losses} and ${theirs.losses}`);

const peer = new Peer(false);
await ours(checked);
await peer.run(`steps ${checked}`);
const ratios: number[] = [];
const perStep: number[] = [];
console.log(
  `\n| round | ours, s | steps | error, mm | PyTorch ${theirs.torch}, s | steps | error, mm | ratio | a step |`,
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (let round = 1; round <= rounds; round++) {
  const [a, b] = [await ours(most, 'goal'), await peer.run('train')];
  ratios.push(b.seconds / a.seconds);
  perStep.push(b.seconds / b.steps / (a.seconds / a.steps));
  console.log(
    `| ${round} | ${a.seconds.toFixed(1)} | ${a.steps} | ${a.error.toFixed(2)} | ${b.seconds.toFixed(1)} | ${b.steps} | ${b.error.toFixed(2)} | ${ratios.at(-1)!.toFixed(1)} | ${perStep.at(-1)!.toFixed(1)} |`,
  );
}
await peer.close();
const range = (x: readonly number[]): string =>
  `${median(x).toFixed(1)} (${Math.min(...x).toFixed(1)} to ${Math.max(...x).toFixed(1)})`;
console.log(
  `\nratio to the goal: ${range(ratios)}; of a training step: ${range(perStep)}; load ${loadavg()[0].toFixed(1)}`,
);
