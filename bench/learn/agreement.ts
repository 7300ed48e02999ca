/** Before two libraries are timed they must compute the same: outputs, and the losses and gradient norms of the first steps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MachineError } from '../../src/signal/error.ts';
import type { Ours } from './ours.ts';
import type { Peer } from './peer.ts';

const tolerance = 1e-4;
/** Adam's first steps follow the sign of a gradient, so rounding grows from step to step. */
const stepTolerance = 1e-3;
const steps = 5;

/** |a - b| / |b|, Euclidean; infinite where the lengths differ. */
function difference(a: readonly Float32Array[], b: Float32Array): number {
  let [at, error, size] = [0, 0, 0];
  for (const part of a) {
    for (const value of part) {
      error += (value - b[at]) ** 2;
      size += b[at++] ** 2;
    }
  }
  return at === b.length ? Math.sqrt(error / size) : Infinity;
}

/** @throws MachineError where the two differ by more than the tolerances. */
export async function checkAgreement(name: string, ours: Ours, peer: Peer, folder: string): Promise<void> {
  const theirs = await peer.ask<{ losses: number[]; norms: number[] }>({ check: steps });
  const outputs = Object.entries(await ours.forward()).sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = readFileSync(join(folder, 'outputs.bin'));
  const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const results = [];
  for (let step = 0; step < steps; step++) results.push(await ours.step());
  const losses = results.map(({ loss }, i) => Math.abs(loss / theirs.losses[i] - 1));
  const checks = [
    {
      what: 'outputs',
      error: difference(
        outputs.map(([, { data }]) => data as Float32Array),
        expected,
      ),
      allowed: tolerance,
    },
    { what: 'first loss', error: losses[0], allowed: tolerance },
    {
      what: 'first gradient norm',
      error: Math.abs(results[0].gradientNorm / theirs.norms[0] - 1),
      allowed: tolerance,
    },
    { what: `losses of ${steps} steps`, error: Math.max(...losses), allowed: stepTolerance },
  ];
  const report = checks.map(({ what, error }) => `${what} ${error.toExponential(1)}`).join(', ');
  // Written so that NaN is refused too.
  if (!checks.every(({ error, allowed }) => error < allowed)) {
    throw new MachineError('The two libraries do not compute the same', {
      where: name,
      expected: `relative differences below ${tolerance}, below ${stepTolerance} after some steps`,
      got: report,
      fix: 'Compare workloads.ts with pytorch.py.',
    });
  }
  console.error(`${name}: relative differences: ${report}`);
}
