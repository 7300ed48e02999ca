/**
 * The six-muscle arm, forward and with its derivatives, on one core at batch 1024, beside the same plant in PyTorch (pytorch.py). By hand:
 *
 *     npx tsx bench/plant/plant.ts [--python /usr/bin/python3] [--rounds 5] [--steps 100] [--batch 1024]
 *
 * Both must agree on loss and gradient (in 64 bits, 1e-9; PyTorch is then timed in 32 bits, its usual) before anything is timed. Rounds are
 * interleaved; the processor's time of one thread counts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg, cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  Adjoint,
  deGrooteMuscle,
  eulerActivation,
  eulerSteps,
  fourMusclePointMass,
  hillMuscle,
  mujocoMuscle,
  reluMuscle,
  Rollout,
  sixMuscleArm,
  thelenMuscle,
  torqueArm,
  type Plant,
} from '../../src/model/plant/index.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: '/usr/bin/python3' },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '100' },
    batch: { type: 'string', default: '1024' },
  },
});
const rounds = Number(options.rounds);
const steps = Number(options.steps);
const batch = Number(options.batch);
const target = [0, 0.4];

function numbers(seed: number, n: number): Float64Array {
  let x = BigInt(seed);
  return Float64Array.from({ length: n }, () => {
    x = (1103515245n * x + 12345n) % 2147483648n;
    return Number(x) / 2147483648;
  });
}

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

interface Timed {
  readonly seconds: number;
  readonly loss: number;
  readonly gradient: number;
}

/** Loss: the squared distance of the hand from the target, summed over steps and trials. */
class Ours {
  readonly #rollout: Rollout;
  readonly #adjoint: Adjoint;
  readonly #inputs: Float64Array;
  readonly #positions: Float64Array;
  readonly #errors: Float64Array;

  constructor(plant: Plant) {
    this.#rollout = new Rollout(plant, { batch, steps });
    this.#adjoint = new Adjoint(this.#rollout);
    const arm = plant.skeleton.positionUnit === 'rad';
    this.#inputs = numbers(1, this.#rollout.inputs.length).map((x) => 0.02 + 0.3 * x);
    this.#positions = numbers(2, 2 * batch).map((x, i) => (arm ? [0.6, 1][i & 1] : -0.2) + 0.4 * x);
    this.#errors = new Float64Array(4 * batch);
  }

  run(kind: 'forward' | 'step'): Timed {
    const start = processorSeconds();
    const rollout = this.#rollout;
    const adjoint = this.#adjoint;
    const errors = this.#errors;
    rollout.start(this.#positions);
    rollout.simulate(this.#inputs);
    if (kind === 'step') adjoint.clear();
    let loss = 0;
    for (let k = 1; k <= steps; k++) {
      rollout.plant.skeleton.endpoint(rollout.motionAt(k), errors);
      for (let s = 0; s < errors.length; s += 4) {
        const x = errors[s] - target[0];
        const y = errors[s + 1] - target[1];
        loss += x * x + y * y;
        errors[s] = 2 * x;
        errors[s + 1] = 2 * y;
        errors[s + 2] = 0;
        errors[s + 3] = 0;
      }
      if (kind === 'step') adjoint.addEndpoint(k, errors);
    }
    if (kind === 'step') adjoint.run();
    const seconds = processorSeconds() - start;
    return { seconds, loss, gradient: Math.sqrt(adjoint.inputs.reduce((sum, g) => sum + g * g, 0)) };
  }
}

class Peer {
  readonly #child;
  readonly #lines;

  constructor(double: boolean, stepSeconds: number) {
    this.#child = spawn(options.python!, [new URL('pytorch.py', import.meta.url).pathname], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stdin.write(`${JSON.stringify({ batch, steps, stepSeconds, double })}\n`);
  }

  async run(kind: 'forward' | 'step'): Promise<Timed & { torch: string }> {
    this.#child.stdin.write(`${kind}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('PyTorch stopped: see above');
    return JSON.parse(value as string);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

const best = (times: readonly number[]): number => Math.min(...times);
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1];
const perSecond = (seconds: number): string => ((batch * steps) / seconds / 1e6).toFixed(2);

console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, Node ${process.version}`);
console.log(
  `batch ${batch}, ${steps} steps, ${rounds} rounds, load ${loadavg()[0].toFixed(1)} at the start\n`,
);

const plants: readonly (readonly [name: string, plant: Plant])[] = [
  ['arm, Hill, exact activation', sixMuscleArm()],
  ['arm, Hill, Euler steps', sixMuscleArm(eulerSteps)],
  ['arm, Thelen', sixMuscleArm({ muscle: thelenMuscle })],
  ['arm, MuJoCo', sixMuscleArm({ muscle: mujocoMuscle() })],
  ['arm, De Groote', sixMuscleArm({ muscle: deGrooteMuscle })],
  ['arm, ReLU', sixMuscleArm({ muscle: reluMuscle })],
  ['arm, motors', torqueArm()],
  ['point mass, four ReLU muscles', fourMusclePointMass()],
];
console.log('| plant | forward, M steps/s: best, median | forward and backward: best, median |');
console.log('| --- | --- | --- |');
for (const [name, plant] of plants) {
  const ours = new Ours(plant);
  for (let i = 0; i < 2; i++) ours.run('step');
  const forward: number[] = [];
  const step: number[] = [];
  for (let i = 0; i < rounds; i++) {
    forward.push(ours.run('forward').seconds);
    step.push(ours.run('step').seconds);
  }
  const row = [forward, step].map((times) => `${perSecond(best(times))}, ${perSecond(median(times))}`);
  console.log(`| ${name} | ${row.join(' | ')} |`);
}

// PyTorch's arm: Hill's muscle in its own unit of velocity, Euler activation, semi-implicit steps.
const plant = sixMuscleArm({ muscle: hillMuscle(), activation: eulerActivation({ minimum: 0.001 }) });
const ours = new Ours(plant);
const check = new Peer(true, plant.stepSeconds);
const wanted = await check.run('step');
const got = ours.run('step');
await check.close();
for (const key of ['loss', 'gradient'] as const) {
  const error = Math.abs(got[key] / wanted[key] - 1);
  console.log(
    `\n${key}: ours ${got[key]}, PyTorch ${wanted[key]}, relative difference ${error.toExponential(1)}`,
  );
  if (!(error < 1e-9)) throw new Error(`${key} differs: nothing to compare`);
}
const peer = new Peer(false, plant.stepSeconds);
console.log(`\n| beside PyTorch ${wanted.torch} (32 bits) | ours, ms: best, median | PyTorch | ratio |`);
console.log('| --- | --- | --- | --- |');
for (const kind of ['forward', 'step'] as const) {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let i = -1; i < rounds; i++) {
    const [a, b] = [ours.run(kind).seconds, (await peer.run(kind)).seconds];
    if (i < 0) continue;
    mine.push(a);
    theirs.push(b);
  }
  const ms = (times: readonly number[]): string =>
    `${(1e3 * best(times)).toFixed(0)}, ${(1e3 * median(times)).toFixed(0)}`;
  const ratio = `${(best(theirs) / best(mine)).toFixed(1)}, ${(median(theirs) / median(mine)).toFixed(1)}`;
  const name = kind === 'forward' ? 'forward' : 'forward and backward';
  console.log(`| ${name} | ${ms(mine)} | ${ms(theirs)} | ${ratio} |`);
}
await peer.close();
console.log(`\nload ${loadavg()[0].toFixed(1)} at the end`);
