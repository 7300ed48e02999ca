import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../atomic.ts';
import { diskError, isMissing } from '../disk.ts';
import { makeFolder } from '../folder.ts';

/** One point of a learning curve. */
export interface CurvePoint {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
}

const fileName = 'curve.jsonl';

/**
 * The learning curve of a training under way: one line of JSON a point, appended as it is known, so that a training which was
 * stopped or killed keeps what came before. A line that a crash left unfinished is dropped.
 */
export class LearningCurve {
  readonly #path: string;
  #points: CurvePoint[];
  #resumed = false;

  private constructor(path: string, points: CurvePoint[]) {
    this.#path = path;
    this.#points = points;
  }

  /** The curve kept in `folder`, or an empty one. */
  static async open(folder: string): Promise<LearningCurve> {
    await makeFolder(folder);
    const path = join(folder, fileName);
    const points = pointsIn(await textOf(path));
    await writeAtomic(path, textOfPoints(points));
    return new LearningCurve(path, points);
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  /**
   * Adds a point. The first one after `open` says where the training went on: kept points from there on were after its last
   * checkpoint, will come again, and are dropped.
   */
  add({ stage, step, loss }: CurvePoint): void {
    const point = { stage, step, loss };
    const dropped = this.#resumed ? -1 : this.#points.findIndex((p) => p.stage === stage && p.step >= step);
    this.#resumed = true;
    if (dropped >= 0) this.#points = this.#points.slice(0, dropped);
    this.#points.push(point);
    try {
      appendFileSync(this.#path, `${dropped >= 0 ? dropMark(dropped) : ''}${textOfPoints([point])}`);
    } catch (error) {
      throw diskError(error, this.#path, 'The training can be gone on with.');
    }
  }
}

/** A line that says how many points before it count: the file is only ever appended to. */
const dropMark = (kept: number): string => `${JSON.stringify({ kept })}\n`;

const textOfPoints = (points: readonly CurvePoint[]): string =>
  points.map((p) => `${JSON.stringify(p)}\n`).join('');

function pointsIn(text: string): CurvePoint[] {
  let points: CurvePoint[] = [];
  // What follows the last line feed is unfinished.
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = entryOn(line);
    // After a damaged line nothing is certain; the model itself does not rest on the curve.
    if (entry === undefined) break;
    if ('kept' in entry) points = points.slice(0, entry.kept);
    else points.push(entry);
  }
  return points;
}

function entryOn(line: string): CurvePoint | { readonly kept: number } | undefined {
  try {
    return JSON.parse(line) as CurvePoint | { readonly kept: number };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw diskError(error, path);
  }
}
