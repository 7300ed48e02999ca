/**
 * A process for the crash tests to kill, starve and lock out. `node child.mjs MODE ROOT SEED`; runs the compiled package.
 * Each line on standard output is one JSON value: what was confirmed, or how it ended.
 */
import { writeSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../dist/math/random.js';
import { Project, replaceFile } from '../../dist/project/index.js';

const [, , mode, root, seed] = process.argv;
const random = new Random(seed ?? 0);
/** Pipes are written at once, so that what was said was said before the kill. */
const say = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const told = (error) => ({ name: error.name, message: error.message, code: error.facts?.got });

const keypoints = ['nose', 'tail', 'paw'];

/** One edit after another, a few on their way at once, until killed. */
async function label() {
  const project = await Project.open(root);
  const confirm = async (edits) => {
    const { sequence } = await project.labels.edit(edits);
    say({ sequence, edits });
  };
  for (;;) {
    const batch = [];
    for (let i = 0; i < 1 + random.integer(6); i++) batch.push(confirm([randomEdit(project)]));
    await Promise.all(batch);
  }
}

function randomEdit(project) {
  const n = random.integer(40);
  const frame = `day1/film.avi#${n}`;
  const labels = project.labels.frame(frame);
  const keypoint = keypoints[random.integer(keypoints.length)];
  const individual = 'individual';
  if (labels === undefined) {
    const picture = { video: 'film.avi', frame: n };
    return { op: 'frame', frame, recording: 'day1', picture, instances: [] };
  }
  const draw = random.uniform();
  if (draw < 0.02) return { op: 'remove-frame', frame };
  if (draw < 0.1 && labels.instances.get(individual)?.has(keypoint))
    return { op: 'erase', frame, individual, keypoint };
  const visibility = draw < 0.3 ? 'occluded' : 'visible';
  return {
    op: 'place',
    frame,
    individual,
    keypoint,
    x: random.uniform(0, 640),
    y: random.uniform(0, 480),
    visibility,
  };
}

/** One correction after another, some of them taken back, until killed. */
async function correct() {
  const project = await Project.open(root);
  const confirm = async (edits) => {
    const { sequence, undo } = await project.corrections.edit(edits);
    say({ sequence, edits });
    return undo;
  };
  for (let n = 0; ; n++) {
    const batch = Array.from({ length: 1 + random.integer(5) }, async (_, i) => {
      const change = {
        kind: 'move',
        individual: 'individual',
        keypoint: keypoints[random.integer(keypoints.length)],
        frame: random.integer(1000),
        x: random.uniform(0, 640),
        y: random.uniform(0, 480),
      };
      const edit = { op: 'correct', track: 'walk', id: `${seed}-${n}-${i}`, on: 'key', change };
      const undo = await confirm([edit]);
      if (i % 2 === 0) await confirm(undo);
    });
    await Promise.all(batch);
  }
}

/** Outputs of steps, each of a few files, until killed. */
async function output() {
  const project = await Project.open(root);
  for (let n = 0; ; n++) {
    const recipe = { op: 'stand-in', opVersion: 1, params: { seed, n }, inputs: {} };
    const { key } = await project.outputs.run(recipe, async (folder) => {
      for (const name of ['tracks.bin', 'report.txt']) {
        const file = await open(join(folder, name), 'w');
        for (let block = 0; block < 1 + random.integer(8); block++)
          await file.write(Buffer.alloc(65536, block));
        await file.close();
      }
    });
    await project.models.set('latest', key);
    say({ key });
  }
}

/** The same file, longer each time, until killed. */
async function exportAgain() {
  const path = join(root, 'tracks', 'export.csv');
  for (let n = Number(seed) * 1000; ; n++) {
    await replaceFile(path, async (beside) => {
      const file = await open(beside, 'w');
      for (let row = 0; row < 200; row++) await file.write(`${n},${row}\n`);
      await file.write(`end ${n}\n`);
      await file.close();
    });
    say({ n });
  }
}

/** Takes over pictures with their labels, again and again with other labels, until killed. */
async function importAgain() {
  const project = await Project.open(root);
  const { skeleton, individuals } = project.labels.labelSet();
  for (let n = Number(seed) * 1000; ; n++) {
    const frames = Array.from({ length: 12 }, (_, i) => ({
      picture: { image: `img${i}.png` },
      recording: 'day1',
      instances: [
        { individual: 'individual', points: keypoints.map(() => ({ x: n, y: i, visibility: 'visible' })) },
      ],
    }));
    const provenance = { step: 'import' };
    await project.importLabels({
      skeleton,
      individuals,
      root: join(root, '..', 'set'),
      frames,
      notes: [],
      provenance,
    });
    say({ n });
  }
}

/** Labels until the disk refuses; then, where a ballast file can be removed, goes on. */
async function fill() {
  const ballast = join(root, 'cache', 'ballast');
  const project = await Project.open(root);
  if (seed === 'ballast') await writeFile(ballast, Buffer.alloc(64 * 1024));
  let confirmed = 0;
  const picture = (n) => ({ video: 'film.avi', frame: n });
  const add = (n) => project.labels.addFrame('day1', picture(n));
  try {
    for (let n = 0; ; n++) {
      await add(n);
      confirmed++;
    }
  } catch (error) {
    say({ ...told(error), confirmed, inMemory: project.labels.size });
  }
  try {
    await project.outputs.run({ op: 'big', opVersion: 1, params: {}, inputs: {} }, (folder) =>
      writeFile(join(folder, 'big.bin'), Buffer.alloc(4_000_000)),
    );
  } catch (error) {
    say({ ...told(error), unfinished: (await project.outputs.keys()).length });
  }
  if (seed === 'ballast') {
    await rm(ballast);
    await add(1_000_000);
    confirmed++;
  }
  await project[Symbol.asyncDispose]();
  const again = await Project.open(root, { readOnly: true });
  say({ confirmed, reopened: again.labels.size, problems: again.labels.problems });
}

/** What a read-only folder allows and refuses. */
async function readonly() {
  const attempts = {
    write: () => Project.open(root),
    create: () => Project.create(join(root, 'inner')),
    file: () => replaceFile(join(root, 'marey.yaml'), (beside) => writeFile(beside, '')),
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      say({ what, name: 'nothing' });
    } catch (error) {
      say({ what, ...told(error) });
    }
  }
  const project = await Project.open(root, { readOnly: true });
  say({ what: 'read', frames: project.labels.size });
}

/** Holds the lock until killed. */
async function hold() {
  await Project.open(root);
  say({ held: process.pid });
  setInterval(() => undefined, 1000);
}

await { label, correct, output, export: exportAgain, import: importAgain, fill, readonly, hold }[mode]();
