/** Poses from pictures: the stages of a model one after the other. */
import { float32 } from '../../learn/index.ts';
import type { Engine, Session } from '../../learn/index.ts';
import { compose, halfPixel, inverse, similarity, transformed } from './affine.ts';
import type { Affine } from './affine.ts';
import { confidenceOf } from './confidence.ts';
import type { PosePlan, StagePlan } from './choose.ts';
import { decode } from './heatmap.ts';
import type { DecodeOptions, Peak } from './heatmap.ts';
import type { PoseModel } from './model.ts';
import type { PosePrediction } from './prediction.ts';
import type { Picture } from './sample.ts';
import { gridOf, middleGray } from './stage.ts';
import { frameView, pointView, poseView } from './view.ts';

/** What the networks say of one picture, before calibration. Continuous picture coordinates, px. */
export interface Estimate {
  /** x, y a keypoint. */
  readonly points: Float64Array;
  /** Probability in the window around each peak: sharp and certain is near 1, absent or spread out near 0. */
  readonly scores: Float64Array;
  /** Variance of x, covariance, variance of y a keypoint, px^2. */
  readonly covariance: Float64Array;
}

export interface PredictorOptions {
  readonly threads?: number;
}

/** Mean score of the points that make the body's frame: low where the animal was not found, or the wrong way round. */
export function trust({ scores }: Pick<Estimate, 'scores'>, body: PosePlan['body']): number {
  const counted = [...scores.keys()].filter((k) => !body || body.shape[2 * k] !== null);
  return counted.reduce((sum, k) => sum + scores[k], 0) / counted.length;
}

/** Mean distance between the points that both poses have, px; 0 where they share none. */
export function meanMove(a: Estimate, b: Estimate): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.points.length; i += 2) {
    const d = Math.hypot(a.points[i] - b.points[i], a.points[i + 1] - b.points[i + 1]);
    if (!Number.isFinite(d)) continue;
    sum += d;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

/** Below this mean score a crop is doubted, and the animal looked for the other way round, or anew. */
const doubtful = 0.4;
/** Below this mean score a pose that a search found is tried the other way round: a coarse look often takes a head for a tail. */
const unsure = 0.95;
/** A crop that was taken this far from where it shows the animal (of the body's size) is taken again. */
const offCenter = 0.1;
/** How far from where the whole picture showed it a point is looked for: standard deviation, input px of that look. */
const believed = 4;
/** Below this score a closer look did not find the point. */
const unseenBelow = 0.2;

export interface RefineOptions {
  /** Crops that were not centered on the animal are taken again where they showed it. Not by default. */
  readonly again?: boolean;
  /** Below this mean score the animal is looked for the other way round as well. */
  readonly turnBelow?: number;
}

export class PosePredictor {
  readonly model: PoseModel;
  readonly #sessions: readonly Session[];

  private constructor(model: PoseModel, sessions: readonly Session[]) {
    this.model = model;
    this.#sessions = sessions;
  }

  /** Loads the model's networks. @throws InputError where one is damaged. */
  static async load(
    model: PoseModel,
    engine: Engine,
    options: PredictorOptions = {},
  ): Promise<PosePredictor> {
    const { threads } = options;
    const sessions: Session[] = [];
    for (const network of model.networks) sessions.push(await engine.load(network, { threads }));
    return new PosePredictor(model, sessions);
  }

  #trust(estimate: Estimate): number {
    return trust(estimate, this.model.plan.body);
  }

  /** Whether poses are refined in a crop, which can follow an animal from frame to frame. */
  get crops(): boolean {
    return this.model.plan.stages.some(({ kind }) => kind === 'body');
  }

  /** The pose in each picture, from the picture alone. */
  async estimate(pictures: readonly Picture[]): Promise<Estimate[]> {
    const { stages } = this.model.plan;
    const coarse = await this.#look(
      0,
      pictures,
      pictures.map((picture) => frameView(stages[0], picture)),
    );
    switch (stages.at(1)?.kind) {
      case 'body':
        return this.refine(pictures, coarse, { again: true, turnBelow: unsure });
      case 'point':
        return this.#lookCloser(pictures, coarse);
      default:
        return coarse;
    }
  }

  // Around each point that was found. One that is not there on a closer look keeps its place, and is trusted less.
  async #lookCloser(pictures: readonly Picture[], starts: readonly Estimate[]): Promise<Estimate[]> {
    const [whole, stage] = this.model.plan.stages;
    const result: Estimate[] = [];
    for (const [i, { points, scores, covariance }] of starts.entries()) {
      const shown = [...scores.keys()].filter((k) => Number.isFinite(points[2 * k]));
      const closer = await this.#look(
        1,
        shown.map(() => pictures[i]),
        shown.map((k) => pointView(stage, [points[2 * k], points[2 * k + 1]])),
        { prior: { x: stage.width / 2, y: stage.height / 2, sigma: believed * (whole.scale / stage.scale) } },
      );
      const refined = { points: points.slice(), scores: scores.slice(), covariance: covariance.slice() };
      shown.forEach((k, n) => {
        const seen = closer[n];
        refined.scores[k] = scores[k] * seen.scores[k];
        if (!(seen.scores[k] >= unseenBelow)) return;
        refined.points.set(seen.points.subarray(2 * k, 2 * k + 2), 2 * k);
        refined.covariance.set(seen.covariance.subarray(3 * k, 3 * k + 3), 3 * k);
      });
      result.push(refined);
    }
    return result;
  }

  /**
   * The pose in each picture, in the crop that `starts` (another frame's poses, or a coarse guess) point to. Where the crop
   * does not show the animal as it should, it is also looked for the other way round, and the better of both is returned.
   */
  async refine(
    pictures: readonly Picture[],
    starts: readonly Estimate[],
    { again = false, turnBelow = doubtful }: RefineOptions = {},
  ): Promise<Estimate[]> {
    const current = await this.#crop(pictures, starts);
    const doubted = [...current.keys()].filter((i) => this.#trust(current[i]) < turnBelow);
    if (doubted.length > 0) {
      const turned = await this.#crop(
        doubted.map((i) => pictures[i]),
        doubted.map((i) => starts[i]),
        Math.PI,
      );
      doubted.forEach((i, k) => {
        if (this.#trust(turned[k]) > this.#trust(current[i])) current[i] = turned[k];
      });
    }
    if (!again) return current;
    const far = offCenter * (this.model.plan.body?.size ?? 0);
    const moved = [...current.keys()].filter((i) => meanMove(current[i], starts[i]) > far);
    const second = await this.#crop(
      moved.map((i) => pictures[i]),
      moved.map((i) => current[i]),
    );
    moved.forEach((i, k) => {
      const score = this.#trust(second[k]);
      if (score >= doubtful || score >= this.#trust(current[i])) current[i] = second[k];
    });
    return current;
  }

  // A start without a body in it keeps its estimate.
  async #crop(pictures: readonly Picture[], starts: readonly Estimate[], turn = 0): Promise<Estimate[]> {
    const at = this.model.plan.stages.findIndex(({ kind }) => kind === 'body');
    const stage = this.model.plan.stages[at];
    const views = starts.map(({ points, scores }) => {
      const view = poseView(
        stage,
        this.model.plan.body!,
        points,
        scores.map((s) => s + 1e-3),
      );
      const middle = [stage.width / 2, stage.height / 2] as const;
      return view && turn !== 0 ? compose(similarity(turn, 1, middle, middle), view) : view;
    });
    const shown = [...views.keys()].filter((i) => views[i] !== undefined);
    const refined = await this.#look(
      at,
      shown.map((i) => pictures[i]),
      shown.map((i) => views[i]!),
    );
    const result = [...starts];
    shown.forEach((i, k) => (result[i] = refined[k]));
    return result;
  }

  async #look(
    at: number,
    pictures: readonly Picture[],
    views: readonly Affine[],
    decoding?: DecodeOptions,
  ): Promise<Estimate[]> {
    if (pictures.length === 0) return [];
    return look(this.#sessions[at], this.model.plan, this.model.plan.stages[at], pictures, views, decoding);
  }

  /** An estimate in the terms of the outside: picture px with pixel centers at whole numbers, calibrated confidence. */
  prediction({ points, scores, covariance }: Estimate): PosePrediction {
    const { calibration, covarianceFactor } = this.model;
    return {
      positions: Float32Array.from(points, (v) => v - halfPixel),
      confidence: Float32Array.from(scores, (s) => (calibration ? confidenceOf(calibration, s) : s)),
      covariance: Float32Array.from(covariance, (v) => v * covarianceFactor),
    };
  }

  /** Predictions for pictures, in batches that the caller chooses. */
  async predict(pictures: readonly Picture[]): Promise<PosePrediction[]> {
    return (await this.estimate(pictures)).map((estimate) => this.prediction(estimate));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) await session.dispose();
  }
}

/** One network on one view of each picture. */
export async function look(
  session: Session,
  plan: PosePlan,
  stage: StagePlan,
  pictures: readonly Picture[],
  views: readonly Affine[],
  decoding?: DecodeOptions,
): Promise<Estimate[]> {
  const { width, height } = stage;
  const n = pictures.length;
  const image = new Float32Array(n * width * height);
  pictures.forEach((picture, i) => picture.view(views[i], width, height, image, i * width * height));
  for (let i = 0; i < image.length; i++) image[i] -= middleGray;
  const { maps, offsets, absent } = await session.run({ image: float32([n, 1, height, width], image) });
  const outputs = [maps.data, offsets.data, absent.data] as [Float32Array, Float32Array, Float32Array];
  return views.map((view, i) => {
    const peaks = decode(...outputs, gridOf(stage), plan.swap.length, i, decoding);
    return estimateOf(peaks, inverse(view));
  });
}

function estimateOf(peaks: readonly Peak[], back: Affine): Estimate {
  const inView = Float64Array.from(peaks.flatMap(({ x, y }) => [x, y]));
  const [a, b, , c, d] = back;
  const covariance = peaks.flatMap(({ xx, xy, yy }) => [
    a * a * xx + 2 * a * b * xy + b * b * yy,
    a * c * xx + (a * d + b * c) * xy + b * d * yy,
    c * c * xx + 2 * c * d * xy + d * d * yy,
  ]);
  return {
    points: transformed(back, inView),
    scores: Float64Array.from(peaks, ({ mass }) => mass),
    covariance: Float64Array.from(covariance),
  };
}
