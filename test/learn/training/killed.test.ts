/** A process that is killed at random moments of its training, and started again, ends with the weights of one that was not. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';

const script = fileURLToPath(new URL('./killed.mjs', import.meta.url));
const steps = 60;

interface Run {
  readonly reached: number;
  readonly weights: string | undefined;
}

/** Runs the training, and kills it `delay` milliseconds after the step `killAt` has been acknowledged. */
function train(folder: string, killAt = Infinity, delay = 0): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, folder, String(steps)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split('\n').some((line) => Number(line) >= killAt))
        setTimeout(() => child.kill('SIGKILL'), delay);
    });
    child.on('error', reject);
    child.on('close', () => {
      const lines = text.trim().split('\n');
      const reached = Math.max(0, ...lines.map(Number).filter(Number.isFinite));
      resolve({ reached, weights: lines.find((line) => line.startsWith('weights')) });
    });
  });
}

test('a killed run, resumed, ends with the same weights', async () => {
  const random = new Random('kills');
  const [whole, broken] = await Promise.all([1, 2].map((n) => mkdtemp(join(tmpdir(), `learn-${n}-`))));
  try {
    const truth = await train(whole);
    expect(truth.weights).toBeDefined();
    let last: Run = { reached: 0, weights: undefined };
    for (let kill = 0; kill < 4; kill++) {
      const next = await train(broken, last.reached + 1 + random.integer(12), random.integer(4));
      // What was acknowledged is never lost.
      expect(next.reached).toBeGreaterThanOrEqual(last.reached);
      last = next;
    }
    expect(await train(broken)).toEqual({ reached: steps, weights: truth.weights });
  } finally {
    await Promise.all([whole, broken].map((folder) => rm(folder, { recursive: true })));
  }
});
