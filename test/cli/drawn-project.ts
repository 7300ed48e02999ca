/** Files as a lab has them, of drawn animals: a DeepLabCut project, and a video. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/math/random.ts';
import { encodePng, openVideoWriter } from '../../src/media/index.ts';
import { drawAnimal, height, keypoints, width } from '../measure/pose/drawn-animals.ts';

export const bodyparts = keypoints.map((name) => name.replace(' ', ''));

export interface DrawnProject {
  readonly frames: number;
  readonly seed?: number;
  /** Changes the cells of the table's rows (x, y of each bodypart), before they are written. */
  readonly cells?: (frame: number, cells: string[]) => string[];
  /** More lines of config.yaml. */
  readonly config?: string;
}

/** Writes a DeepLabCut project with labels as CSV, as of a machine where it lay elsewhere. */
export async function writeDrawnProject(folder: string, options: DrawnProject): Promise<void> {
  const random = new Random(`drawn project/${options.seed ?? 1}`);
  const data = join(folder, 'labeled-data', 'drawn');
  mkdirSync(data, { recursive: true });
  const each = (cells: (k: string) => string[]): string => bodyparts.flatMap(cells).join(',');
  const rows = [
    `scorer,${each(() => ['me', 'me'])}`,
    `bodyparts,${each((k) => [k, k])}`,
    `coords,${each(() => ['x', 'y'])}`,
  ];
  for (let f = 0; f < options.frames; f++) {
    const animal = drawAnimal(random);
    const name = `img${String(f).padStart(4, '0')}.png`;
    writeFileSync(join(data, name), await encodePng({ width, height, channels: 1, data: animal.data }));
    const cells = [...animal.points].map((v) => v.toFixed(2));
    rows.push([`labeled-data/drawn/${name}`, ...(options.cells?.(f, cells) ?? cells)].join(','));
  }
  writeFileSync(join(data, 'CollectedData_me.csv'), `${rows.join('\n')}\n`);
  const parts = bodyparts.map((name) => `- ${name}`).join('\n');
  writeFileSync(
    join(folder, 'config.yaml'),
    `Task: drawn\nscorer: me\nmultianimalproject: false\nproject_path: /data/elsewhere/drawn\nbodyparts:\n${parts}\n${options.config ?? ''}`,
  );
}

/** Writes a video in which a drawn animal runs in circles, one in 120 frames. */
export async function writeDrawnVideo(path: string, frames: number, seed = 2): Promise<void> {
  const random = new Random(`drawn video/${seed}`);
  const drawn = Array.from({ length: Math.min(frames, 120) }, (_, f) => {
    const phase = (f / 120) * 2 * Math.PI;
    const [x, y] = [width / 2 + 18 * Math.cos(phase), height / 2 + 12 * Math.sin(phase)];
    return drawAnimal(random, { x, y, angle: Math.atan2(12 * Math.cos(phase), -18 * Math.sin(phase)) });
  });
  await using writer = await openVideoWriter(path, { width, height, framesPerSecond: 30 });
  for (let f = 0; f < frames; f++)
    await writer.write({ width, height, channels: 1, data: drawn[f % drawn.length].data });
  await writer.close();
}
