/**
 * Where does a training step's time go? Sums ONNX Runtime's own profile by operator, over the runs of one workload. By hand:
 *
 *     npx tsx bench/learn/profile.ts pose [--threads 1] [--steps 5] [--shapes]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as loaded from 'onnxruntime-node';
import { loadOrtSession } from '../../src/learn/engine/ort.ts';
import type { OrtModule } from '../../src/learn/engine/ort.ts';
import type { Engine } from '../../src/learn/index.ts';
import { drawInputs, trainer } from './ours.ts';
import { workloadOf } from './workloads.ts';

/** The part of a trace event that is used: a node's run is one event named `<node>_kernel_time`. */
interface TraceEvent {
  readonly name: string;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    steps: { type: 'string', default: '5' },
    shapes: { type: 'boolean', default: false },
  },
});
const workload = workloadOf(positionals[0]);
const threads = Number(options.threads);
const steps = Number(options.steps);
const folder = mkdtempSync(join(tmpdir(), 'marey-profile-'));
const ort = loaded as unknown as OrtModule;
const engine: Engine = {
  name: 'onnxruntime-node with a profile',
  load: (model, { state } = {}) =>
    loadOrtSession(ort, model, {
      state,
      preallocates: true,
      session: {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        enableProfiling: true,
        profileFilePrefix: join(folder, 'profile'),
      },
    }),
};

const training = await trainer(workload, engine, threads);
const feeds = drawInputs(workload);
for (let step = 0; step < steps; step++) await training.step(feeds, 1e-3);
await training.dispose();

const text = readFileSync(join(folder, readdirSync(folder)[0]), 'utf8');
rmSync(folder, { recursive: true });
const events = (JSON.parse(text) as TraceEvent[]).filter((event) => event.name.endsWith('_kernel_time'));
const totals = new Map<string, { milliseconds: number; count: number }>();
for (const { dur, args } of events) {
  const shapes = args?.input_type_shape?.map((input) => `[${Object.values(input)[0]}]`).join(' ');
  const key = options.shapes ? `${args?.op_name} ${shapes}` : `${args?.op_name}`;
  const total = totals.get(key) ?? { milliseconds: 0, count: 0 };
  totals.set(key, { milliseconds: total.milliseconds + dur / 1000 / steps, count: total.count + 1 / steps });
}
const sorted = [...totals].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
const all = sorted.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
for (const [key, { milliseconds, count }] of sorted.slice(0, 40)) {
  const share = ((100 * milliseconds) / all).toFixed(1).padStart(5);
  console.log(
    `${milliseconds.toFixed(2).padStart(9)} ms ${share} %  ${String(Math.round(count)).padStart(5)} x  ${key}`,
  );
}
console.log(`${all.toFixed(2).padStart(9)} ms in all`);
