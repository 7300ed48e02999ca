/**
 * Physics steps a second and fitted frames a second of the bodies that come with Marey, beside native MuJoCo (Debian's libmujoco-dev 2.2.2) where
 * it is installed with a C compiler:
 *
 *   npx tsx bench/body/physics.ts
 *
 * Rounds are interleaved; times are processor time; the median of the rounds is shown with the machine's load.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../src/math/quantile.ts';
import { bodies, fitBody, loadPhysics } from '../../src/model/body/index.ts';
import { movement, trackOf } from '../../test/model/body/movement.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-body-'));

function buildNative(): string | undefined {
  const program = join(folder, 'native');
  try {
    execFileSync('cc', ['-O3', '-o', program, join(import.meta.dirname, 'native.c'), '-lmujoco'], {
      stdio: 'ignore',
    });
    return program;
  } catch {
    return undefined;
  }
}

function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

const native = buildNative();
if (!native)
  console.log('Native MuJoCo is not here (libmujoco-dev and a C compiler): its column stays empty.');
const physics = await loadPhysics();
console.log(`load ${loadavg()[0].toFixed(1)}, MuJoCo ${physics.version} as WebAssembly`);
for (const { name, mjcf } of bodies) {
  const xml = mjcf();
  const path = join(folder, `${name}.xml`);
  // The native release is older and does not know <size memory>.
  writeFileSync(path, xml.replace(/<size memory="[^"]*"\/>/, ''));
  using model = physics.compile(xml, { name });
  using simulation = model.simulate();
  const steps = name === 'planar-arm' ? 40_000 : 8000;
  const control = new Float64Array(model.sizes.nu).fill(0.1);
  const ours: number[] = [];
  const theirs: number[] = [];
  const run = (): void => {
    for (let i = 0; i < steps; i += 500) {
      simulation.reset();
      simulation.set('ctrl', control);
      simulation.step(500);
    }
  };
  run();
  for (let round = 0; round < 5; round++) {
    ours.push((1e6 * processorSeconds(run)) / steps);
    if (native) {
      try {
        theirs.push(
          Number(
            execFileSync(native, [path, String(steps)], {
              encoding: 'utf8',
              stdio: ['ignore', 'pipe', 'pipe'],
            }),
          ),
        );
      } catch (error) {
        console.log(
          `  native MuJoCo does not run ${name}: ${String((error as { stderr?: string }).stderr ?? error).trim()}`,
        );
        break;
      }
    }
  }
  const moved = movement(model, 200, 200, name);
  const track = trackOf(moved.keypoints, moved.places, { noise: name === 'quadruped' ? 0.0009 : 0.0064 });
  fitBody(model, [{ track }]);
  const fit = processorSeconds(() => fitBody(model, [{ track }]));
  const ratio = theirs.length
    ? `, native ${(1e6 / median(theirs)).toFixed(0)}/s, ratio of times ${(median(ours) / median(theirs)).toFixed(2)}`
    : '';
  console.log(
    `${name}: ${(1e6 / median(ours)).toFixed(0)} steps/s${ratio}; ${(200 / fit).toFixed(0)} fitted frames/s`,
  );
}
