/** How far off a network is that is still being trained, on frames that it does not learn from. */
import type { Engine } from '../../learn/index.ts';
import type { LabelSet } from '../../signal/labels.ts';
import { loadExamples, type Example, type PictureLoader } from './examples.ts';
import type { PoseModel } from './model.ts';
import { PosePredictor } from './predict.ts';

/** Frames that are looked at, evenly spread over those held out: more would cost more than they tell. */
const mostFrames = 20;

/** When each stage is judged, as fractions of it. */
export const judgedAt = [0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1] as const;

/** Of the time given to a training, what judging it may take. */
const share = 0.03;

export interface HeldOutOptions {
  readonly engine: Engine;
  readonly pictures: PictureLoader;
  /** Positions in `labels.frames`; a frame without a placed point is passed over. */
  readonly frames: readonly number[];
  readonly threads?: number;
  /** A clock in seconds. */
  readonly clock: () => number;
  /** How long the whole training may take, seconds; judging takes at most 3 % of it. Without, it is judged at every moment. */
  readonly timeSeconds?: number;
}

/** Judges the stages trained so far. Reads weights and changes nothing, so the training takes the same steps without it. */
export class HeldOut {
  readonly #examples: readonly Example[];
  readonly #options: HeldOutOptions;
  /** Seconds that it took so far, and the longest time. */
  #spent = 0;
  #longest = 0;

  private constructor(examples: readonly Example[], options: HeldOutOptions) {
    this.#examples = examples;
    this.#options = options;
  }

  /** Undefined where no frame is there to judge by. Throws `InputError` for an unusable picture or label. */
  static async load(labels: LabelSet, options: HeldOutOptions): Promise<HeldOut | undefined> {
    const usable = options.frames.filter((f) =>
      labels.frames[f].instances.some(({ points }) => points.some((p) => p !== null)),
    );
    const every = Math.max(1, usable.length / mostFrames);
    const chosen = usable.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
    if (chosen.length === 0) return undefined;
    return new HeldOut(await loadExamples(labels, options.pictures, chosen), options);
  }

  /** How many frames it judges by. */
  get frames(): number {
    return this.#examples.length;
  }

  /**
   * Mean Euclidean distance between labeled points and what the model says of them, px of the full picture; every point counts once.
   * Undefined where the time for it is used up; the end of a stage is always judged.
   */
  async error(model: PoseModel, { last }: { readonly last: boolean }): Promise<number | undefined> {
    const { engine, threads, clock, timeSeconds = Infinity } = this.#options;
    if (!last && this.#spent + this.#longest > share * timeSeconds) return undefined;
    const start = clock();
    await using predictor = await PosePredictor.load(model, engine, { threads });
    let [sum, count] = [0, 0];
    for (const { picture, points } of this.#examples) {
      const [estimate] = await predictor.estimate([picture]);
      for (let k = 0; k < points.length; k += 2) {
        const distance = Math.hypot(estimate.points[k] - points[k], estimate.points[k + 1] - points[k + 1]);
        if (Number.isNaN(distance)) continue;
        sum += distance;
        count++;
      }
    }
    const seconds = clock() - start;
    this.#spent += seconds;
    this.#longest = Math.max(this.#longest, seconds);
    return count > 0 ? sum / count : undefined;
  }
}
