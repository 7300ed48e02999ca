/** Following one animal from frame to frame with a crop, and knowing when to look for it in the whole picture again. */
import type { Json } from '../../signal/provenance.ts';
import { trust, type Estimate, type PosePredictor } from './predict.ts';
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
/** Once in so many frames the animal is looked for the other way round as well, however sure its pose seems. */
const turnEvery = 30;

/** What following carries from one frame to the next. */
interface Carried {
  last: Estimate | undefined;
  /** Followed poses that score at least this are believed, for `left` frames; then `sure` holds again. */
  believed: number;
  left: number;
  /** Frames followed since the animal was last looked for the other way round. */
  followed: number;
}

type Looks = Pick<PosePredictor, 'estimate' | 'refine' | 'model'>;

export class Follower {
  readonly #predictor: Looks;
  #carried: Carried = { last: undefined, believed: sure, left: 0, followed: 0 };
  /** Frames in which the whole picture was searched. */
  searched = 0;

  constructor(predictor: Looks) {
    this.#predictor = predictor;
  }

  /** The pose in the next frame. */
  async estimate(picture: Picture): Promise<Estimate> {
    const carried = this.#carried;
    const near = carried.last && (await this.#near(picture, carried.last));
    if (near && this.#believes(this.#trust(near))) {
      carried.last = near;
      return near;
    }
    const [found] = await this.#predictor.estimate([picture]);
    this.searched++;
    const best = near && this.#trust(near) > this.#trust(found) ? near : found;
    const score = this.#trust(best);
    this.#carried = {
      last: score >= lostBelow ? best : undefined,
      believed: Math.min(sure, score - trustedFall),
      left: trustedFrames,
      followed: 0,
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
    return carried.left-- > 0 && score >= Math.max(lostBelow, carried.believed);
  }

  async #near(picture: Picture, last: Estimate): Promise<Estimate> {
    const turns = ++this.#carried.followed % turnEvery === 0;
    const [near] = await this.#predictor.refine([picture], [last], turns ? { turnBelow: 1 } : {});
    const size = this.#predictor.model.plan.body?.size ?? Infinity;
    if (!(meanMove(near, last) > farMove * size) || this.#trust(near) < lostBelow) return near;
    const [again] = await this.#predictor.refine([picture], [near]);
    return this.#trust(again) >= this.#trust(near) - trustedFall ? again : near;
  }

  /** All that following carries, exactly: a run that goes on from it looks where one that was never stopped does. */
  record(): Json {
    const { last, believed, left, followed } = this.#carried;
    const pose = last && {
      points: [...last.points],
      scores: [...last.scores],
      covariance: [...last.covariance],
    };
    return { last: pose ?? null, believed, left, followed, searched: this.searched };
  }

  resume(record: Json): void {
    const { last, believed, left, followed, searched } = record as unknown as Omit<Carried, 'last'> & {
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
      believed,
      left,
      followed,
    };
  }
}

function meanMove(a: Estimate, b: Estimate): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.points.length; i += 2) {
    const d = Math.hypot(a.points[i] - b.points[i], a.points[i + 1] - b.points[i + 1]);
    if (!Number.isFinite(d)) continue;
    sum += d;
    count++;
  }
  return count > 0 ? sum / count : 0;
}
