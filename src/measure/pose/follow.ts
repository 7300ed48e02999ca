/** Following one animal from frame to frame with a crop, and knowing when to look for it in the whole picture again. */
import type { Json } from '../../signal/provenance.ts';
import { meanMove, trust, type Estimate, type PosePredictor } from './predict.ts';
import type { Picture } from './sample.ts';

/**
 * Mean score from which a followed pose is believed without a look at the whole picture. Measured on a mouse from above: poses
 * found by following scored 0.96 and more where they were right, 0.75 and less where they were not.
 */
const sure = 0.85;
/** Below this mean score there is nothing to follow: the next frame is searched. */
const lostBelow = 0.35;
/** A pose that a search could not better is followed for so many frames while its score falls by no more than this. */
const trustedFrames = 30;
const trustedFall = 0.1;
/** A crop was taken for where the animal was: from this movement on (of the body's size), it is taken again where it is. */
const farMove = 0.35;
/**
 * So many frames at most are looked at together, each where the animal would be if it went on as before: one run of the network
 * is faster than several. Of the later ones only those count in which it is that near (of the body's size) to there.
 */
const mostTogether = 4;
const nearMove = 0.15;
/** Once in so many frames the animal is looked for the other way round as well, however sure its pose seems. */
const turnEvery = 30;

/** What following carries from one frame to the next. */
interface Carried {
  last: Estimate | undefined;
  /** Mean movement of its points, px a frame. */
  velocity: readonly [number, number];
  /** Followed poses that score at least this are believed, for `left` frames; then `sure` holds again. */
  believed: number;
  left: number;
  /** Frames followed since the animal was last looked for in the whole picture. */
  followed: number;
  /** How many frames to look at together. */
  together: number;
}

type Looks = Pick<PosePredictor, 'estimate' | 'refine' | 'model'>;

export class Follower {
  readonly #predictor: Looks;
  #carried: Carried = {
    last: undefined,
    velocity: [0, 0],
    believed: sure,
    left: 0,
    followed: 0,
    together: 1,
  };
  /** Frames in which the whole picture was searched. */
  searched = 0;

  constructor(predictor: Looks) {
    this.#predictor = predictor;
  }

  /** How many of the coming frames `estimate` can use at once. */
  get together(): number {
    return this.#carried.together;
  }

  /** The poses in the first of the coming frames, at least in one: go on from the one after them. */
  async estimate(pictures: readonly Picture[]): Promise<Estimate[]> {
    const carried = this.#carried;
    const near = carried.last ? await this.#near(pictures.slice(0, carried.together), carried.last) : [];
    const followed: Estimate[] = [];
    for (const estimate of near) {
      if (!this.#believes(this.#trust(estimate))) break;
      followed.push(estimate);
    }
    if (followed.length > 0) {
      carried.velocity = movement(followed.at(-2) ?? carried.last!, followed.at(-1)!);
      carried.last = followed.at(-1);
      carried.followed += followed.length;
      carried.together = Math.min(followed.length + 1, mostTogether);
      return followed;
    }
    return [await this.#search(pictures[0], near.at(0))];
  }

  async #search(picture: Picture, near: Estimate | undefined): Promise<Estimate> {
    const [found] = await this.#predictor.estimate([picture]);
    this.searched++;
    const best = near && this.#trust(near) > this.#trust(found) ? near : found;
    const score = this.#trust(best);
    this.#carried = {
      last: score >= lostBelow ? best : undefined,
      velocity: [0, 0],
      believed: Math.min(sure, score - trustedFall),
      left: trustedFrames,
      followed: 0,
      together: 1,
    };
    return best;
  }

  #trust(estimate: Estimate): number {
    return trust(estimate, this.#predictor.model.plan.body);
  }

  #believes(score: number): boolean {
    const carried = this.#carried;
    if (score >= sure) {
      carried.left = 0;
      return true;
    }
    if (carried.left === 0 || score < Math.max(lostBelow, carried.believed)) return false;
    carried.left--;
    return true;
  }

  async #near(pictures: readonly Picture[], last: Estimate): Promise<Estimate[]> {
    const { followed, velocity } = this.#carried;
    const turns = Math.floor((followed + pictures.length) / turnEvery) > Math.floor(followed / turnEvery);
    const starts = pictures.map((_, i) => moved(last, velocity, i + 1));
    const near = await this.#predictor.refine(pictures, starts, turns ? { turnBelow: 1 } : {});
    const size = this.#predictor.model.plan.body?.size ?? Infinity;
    const far = near.findIndex((estimate, i) => i > 0 && meanMove(estimate, starts[i]) > nearMove * size);
    const kept = far < 0 ? near : near.slice(0, far);
    const [first] = kept;
    if (!(meanMove(first, starts[0]) > farMove * size) || this.#trust(first) < lostBelow) return kept;
    const [again] = await this.#predictor.refine([pictures[0]], [first]);
    return [this.#trust(again) >= this.#trust(first) - trustedFall ? again : first];
  }

  /** All that following carries, exactly: a run that goes on from it looks where one that was never stopped does. */
  record(): Json {
    const { last, velocity, believed, left, followed, together } = this.#carried;
    const pose = last && {
      points: [...last.points],
      scores: [...last.scores],
      covariance: [...last.covariance],
    };
    return { last: pose ?? null, velocity, believed, left, followed, together, searched: this.searched };
  }

  resume(record: Json): void {
    const { last, velocity, believed, left, followed, together, searched } = record as unknown as Omit<
      Carried,
      'last'
    > & {
      readonly last: Record<'points' | 'scores' | 'covariance', (number | null)[]> | null;
      readonly searched: number;
    };
    // JSON writes NaN as null.
    const array = (values: readonly (number | null)[]): Float64Array =>
      Float64Array.from(values, (v) => v ?? NaN);
    this.searched = searched;
    this.#carried = {
      last: last
        ? { points: array(last.points), scores: array(last.scores), covariance: array(last.covariance) }
        : undefined,
      velocity,
      believed,
      left,
      followed,
      together,
    };
  }
}

function moved(estimate: Estimate, [x, y]: readonly [number, number], frames: number): Estimate {
  const points = estimate.points.map((v, i) => v + frames * (i % 2 === 0 ? x : y));
  return { ...estimate, points };
}

/** Mean movement of the points that both poses have, px. */
function movement(from: Estimate, to: Estimate): [number, number] {
  const sum = [0, 0];
  let count = 0;
  for (let i = 0; i < from.points.length; i += 2) {
    const [dx, dy] = [to.points[i] - from.points[i], to.points[i + 1] - from.points[i + 1]];
    if (!Number.isFinite(dx + dy)) continue;
    sum[0] += dx;
    sum[1] += dy;
    count++;
  }
  return count > 0 ? [sum[0] / count, sum[1] / count] : [0, 0];
}
