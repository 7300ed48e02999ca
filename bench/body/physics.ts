/**
 * Physics steps a second of the bodies that come with Marey and of any MJCF, beside native MuJoCo, and fitted frames a second. By hand:
 *
 *     npx tsx bench/body/physics.ts [MODEL.xml ...] ["--cc=-lmujoco"] [--rounds 5] [--seconds 1]
 *
 * `--cc` is what the C compiler needs to find MuJoCo; by default Debian's libmujoco-dev. Rounds are interleaved; the
 * processor's time counts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../../src/math/quantile.ts';
import { bodies, fitBody, loadPhysics, type BodyModel } from '../../src/model/body/index.ts';
import { loadMjcf } from '../../src/model/body/node.ts';
import { movement, trackOf } from '../../test/model/body/movement.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cc: { type: 'string', default: '-lmujoco' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'bench-body-'));
const physics = await loadPhysics();
const native = buildNative();

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, MuJoCo ${physics.version} as WebAssembly`,
);
if (!native) console.log('Native MuJoCo or a C compiler is missing: its column stays empty.');

for (const { name, mjcf } of bodies) {
  const path = join(folder, `${name}.xml`);
  // MuJoCo before 3 does not know <size memory>.
  writeFileSync(path, mjcf().replace(/<size memory="[^"]*"\/>/, ''));
  using model = physics.compile(mjcf(), { name });
  compare(name, model, path);
  console.log(`  ${fittedFrames(name, model).toFixed(0)} fitted frames/s`);
}
for (const path of positionals) {
  using model = loadMjcf(physics, path);
  compare(basename(path, '.xml'), model, resolve(path));
}
console.log(`load at the end ${loadavg()[0].toFixed(1)}`);

function buildNative(): string | undefined {
  const program = join(folder, 'native');
  const source = join(import.meta.dirname, 'native.c');
  try {
    execFileSync('cc', ['-O3', '-o', program, source, ...options.cc.split(' ')], { stdio: 'ignore' });
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

/** Steps a second, both sides under the same constant excitation, set back every 500 steps. */
function compare(name: string, model: BodyModel, path: string): void {
  using simulation = model.simulate();
  const control = new Float64Array(model.sizes.nu).fill(0.1);
  const run = (steps: number): void => {
    for (let i = 0; i < steps; i += 500) {
      simulation.reset();
      simulation.set('ctrl', control);
      simulation.step(500);
    }
  };
  run(1000);
  const once = processorSeconds(() => run(1000)) / 1000;
  const steps = 500 * Math.max(1, Math.round(Number(options.seconds) / once / 500));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(processorSeconds(() => run(steps)) / steps);
    if (!native) continue;
    try {
      const told = execFileSync(native, [path, String(steps)], { encoding: 'utf8', stdio: 'pipe' });
      theirs.push(Number(told) / 1e6);
    } catch (error) {
      const said = String((error as { stderr?: string }).stderr ?? error).trim();
      console.log(`  native MuJoCo does not run ${name}: ${said.split('\n')[0]}`);
      break;
    }
  }
  const { nv, nu } = model.sizes;
  const best = Math.min(...theirs) / Math.min(...ours);
  const ratios = ours.map((o, i) => theirs[i] / o);
  const beside = theirs.length
    ? `, native ${(1 / median(theirs)).toFixed(0)}/s, ratio of speeds ${best.toFixed(2)} best, ${median(ratios).toFixed(2)} median`
    : '';
  console.log(`${name} (${nv} dof, ${nu} actuators): ${(1 / median(ours)).toFixed(0)} steps/s${beside}`);
}

/** Frames a second that `fitBody` takes for 200 frames with 1 % noise, smoothing and covariances included. */
function fittedFrames(name: string, model: BodyModel): number {
  const moved = movement(model, 200, 200, name);
  const track = trackOf(moved.keypoints, moved.places, { noise: name === 'quadruped' ? 0.0009 : 0.0064 });
  fitBody(model, [{ track }]);
  const seconds = Array.from({ length: 3 }, () => processorSeconds(() => fitBody(model, [{ track }])));
  return 200 / median(seconds);
}
