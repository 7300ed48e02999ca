import { UsageError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';

/** A place of one point in one frame. Picture coordinates, px. */
export interface PlacedPoint {
  readonly frame: number;
  readonly x: number;
  readonly y: number;
}

/** What a person says of a track. Frames are those of the video, both ends of an interval included. */
export type Change =
  /** The point is here. */
  | ({ readonly kind: 'move'; readonly individual: string; readonly keypoint: string } & PlacedPoint)
  /** The points cannot be seen. */
  | {
      readonly kind: 'delete';
      readonly first: number;
      readonly last: number;
      readonly individual: string;
      readonly keypoints: readonly string[];
    }
  /** The animal is as it is tracked. */
  | { readonly kind: 'check'; readonly first: number; readonly last: number; readonly individual: string }
  /** Between these two places, which stay as they are, the point went in a straight line. */
  | {
      readonly kind: 'interpolate';
      readonly individual: string;
      readonly keypoint: string;
      readonly from: PlacedPoint;
      readonly to: PlacedPoint;
    }
  /** The points of each pair are each other. */
  | {
      readonly kind: 'swap keypoints';
      readonly first: number;
      readonly last: number;
      readonly individual: string;
      readonly pairs: readonly (readonly [string, string])[];
    }
  /** Two animals are each other. */
  | {
      readonly kind: 'swap individuals';
      readonly first: number;
      readonly last: number;
      readonly pair: readonly [string, string];
    }
  /** From this frame on it is another animal. */
  | {
      readonly kind: 'split';
      readonly frame: number;
      readonly individual: string;
      readonly into: string;
    }
  /** The other one is this one: its frames fill those in which this one has no point. */
  | { readonly kind: 'join'; readonly individual: string; readonly other: string };

export interface Correction {
  /** Tells it from every other one of the project. */
  readonly id: string;
  /** The key of the track that it was made on. */
  readonly on: string;
  readonly change: Change;
}

/** Where a point of a corrected track comes from, as numbers in `CorrectedValues.origins`. */
export const origins = ['tracked', 'checked', 'moved', 'interpolated', 'deleted', 'swapped'] as const;
export type Origin = (typeof origins)[number];

const originOf = Object.fromEntries(origins.map((name, i) => [name, i])) as Readonly<Record<Origin, number>>;

/** A track of the picture as arrays, row-major over frame x individual x keypoint; row `i` is frame `i` of the video. */
export interface TrackValues {
  readonly individuals: readonly string[];
  readonly keypoints: readonly string[];
  readonly frames: number;
  /** [.., 2] px; NaN where missing. */
  readonly positions: Float32Array | Float64Array;
  /** In [0, 1]. */
  readonly confidence?: Float32Array | Float64Array;
  /** [.., 3]: xx, xy, yy, px^2. */
  readonly covariance?: Float32Array | Float64Array;
}

export interface CorrectedValues extends TrackValues {
  /** Where each point comes from: a position in `origins`. */
  readonly origins: Uint8Array;
  /** Corrections that say nothing of this track: made on another one, or of names that it does not have. */
  readonly leftOut: readonly Correction[];
}

/**
 * Whether a correction says where something is, whatever the network said. Those that do not (swaps, splits, joins, checks) hold
 * for the track that they were made on alone: the next network may have it right.
 */
export function isAbsolute({ kind }: Change): boolean {
  return kind === 'move' || kind === 'delete' || kind === 'interpolate';
}

/** The corrections that say something of the track of this key. */
export function correctionsOn(corrections: readonly Correction[], key: string): readonly Correction[] {
  return corrections.filter(({ on, change }) => on === key || isAbsolute(change));
}

/**
 * The track as a person corrected it, in the order in which it was done; what goes in stays as it is. Points that a person placed
 * or checked have confidence 1; placed ones no covariance (NaN). A swapped point keeps the confidence and covariance that the network gave it:
 * who says whose point it is has not said that it is in the right place. A deleted point is NaN, its confidence too.
 *
 * An animal that only a split made, and that has no point left, is not in the answer.
 */
export function correctValues(
  values: TrackValues,
  corrections: readonly Correction[],
  key: string,
): CorrectedValues {
  const sheet = new Sheet(values, corrections);
  const used = new Set(correctionsOn(corrections, key));
  const leftOut = corrections.filter((c) => !used.has(c) || !sheet.apply(c.change));
  return { ...sheet.values(), leftOut };
}

/**
 * A track of 2D positions, row `i` being frame `i` of the video, as `correctValues` gives it; the track itself where nothing is to
 * be corrected. Its provenance says how many points a person made. Throws `UsageError` for positions in space.
 */
export function correctTrack(
  track: PoseTrack,
  corrections: readonly Correction[],
  { key, source }: { readonly key: string; readonly source: string },
): PoseTrack {
  const { positions, skeleton } = track;
  if (corrections.length === 0) return track;
  if (positions.shape[3] !== 2) {
    throw new UsageError('only tracks in the picture can be corrected', { expected: 'positions x, y' });
  }
  const corrected = correctValues(
    {
      individuals: positions.dimensions[1].labels ?? [],
      keypoints: skeleton.keypoints,
      frames: positions.shape[0],
      positions: positions.contiguous() as Float32Array,
      confidence: positions.confidence?.contiguous() as Float32Array | undefined,
      covariance: positions.covariance?.contiguous() as Float32Array | undefined,
    },
    corrections,
    key,
  );
  const counts: Record<string, number> = {};
  for (const o of corrected.origins) if (o > 0) counts[origins[o]] = (counts[origins[o]] ?? 0) + 1;
  const options = { by: 'person', ...counts, leftOut: corrected.leftOut.length };
  const made = { step: 'proofread', source, options: { corrections: corrections.length } };
  return poseTrack({
    ...corrected,
    name: positions.name,
    skeleton,
    unit: positions.unit,
    time: positions.time!,
    provenance: derived('correct', [positions.provenance, made], options),
  });
}

class Sheet {
  readonly #frames: number;
  readonly #keypoints: readonly string[];
  readonly #individuals: readonly string[];
  readonly #given: number;
  readonly #positions: Float32Array | Float64Array;
  readonly #confidence: Float32Array | Float64Array | undefined;
  readonly #covariance: Float32Array | Float64Array | undefined;
  /** The point of the track whose values are here now. */
  readonly #source: Int32Array;
  readonly #marks: Uint8Array;

  constructor(
    { individuals, keypoints, frames, ...values }: TrackValues,
    corrections: readonly Correction[],
  ) {
    const made = corrections.flatMap(({ change }) => (change.kind === 'split' ? [change.into] : []));
    this.#frames = frames;
    this.#keypoints = keypoints;
    this.#individuals = [...new Set([...individuals, ...made])];
    this.#given = individuals.length;
    const cells = frames * this.#individuals.length * keypoints.length;
    const copy = (from: Float32Array | Float64Array, per: number): Float32Array | Float64Array => {
      const [now, before] = [this.#individuals.length, individuals.length].map(
        (n) => n * keypoints.length * per,
      );
      if (now === before) return from.slice();
      const to = from instanceof Float32Array ? new Float32Array(cells * per) : new Float64Array(cells * per);
      to.fill(NaN);
      for (let f = 0; f < frames; f++) to.set(from.subarray(f * before, (f + 1) * before), f * now);
      return to;
    };
    this.#positions = copy(values.positions, 2);
    // Without confidences the network is taken at its word, as a person is.
    this.#confidence = values.confidence && copy(values.confidence, 1);
    this.#covariance = values.covariance && copy(values.covariance, 3);
    this.#source = Int32Array.from({ length: cells }, (_, i) => i);
    this.#marks = new Uint8Array(cells);
  }

  /** Whether it says something of this track. */
  apply(change: Change): boolean {
    switch (change.kind) {
      case 'move': {
        const [i, k] = [this.#animal(change.individual), this.#keypoint(change.keypoint)];
        if (i < 0 || k < 0 || change.frame >= this.#frames) return false;
        this.#place(this.#cell(change.frame, i, k), change.x, change.y, 'moved');
        return true;
      }
      case 'delete': {
        const i = this.#animal(change.individual);
        const points = change.keypoints.map((name) => this.#keypoint(name)).filter((k) => k >= 0);
        if (i < 0 || points.length === 0) return false;
        return this.#each(change, (f) => {
          for (const k of points) this.#place(this.#cell(f, i, k), NaN, NaN, 'deleted');
        });
      }
      case 'check': {
        const i = this.#animal(change.individual);
        return i >= 0 && this.#each(change, (f) => this.#check(f, i));
      }
      case 'interpolate': {
        const [i, k] = [this.#animal(change.individual), this.#keypoint(change.keypoint)];
        if (i < 0 || k < 0) return false;
        const { from, to } = change;
        return this.#each({ first: from.frame + 1, last: to.frame - 1 }, (f) => {
          const part = (f - from.frame) / (to.frame - from.frame);
          const [x, y] = [from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)];
          this.#place(this.#cell(f, i, k), x, y, 'interpolated');
        });
      }
      case 'swap keypoints': {
        const i = this.#animal(change.individual);
        const pairs = change.pairs
          .map((pair) => pair.map((name) => this.#keypoint(name)))
          .filter(([a, b]) => a >= 0 && b >= 0);
        if (i < 0 || pairs.length === 0) return false;
        return this.#each(change, (f) => {
          for (const [a, b] of pairs) this.#swap(this.#cell(f, i, a), this.#cell(f, i, b));
        });
      }
      case 'swap individuals': {
        const [a, b] = change.pair.map((name) => this.#animal(name));
        return a >= 0 && b >= 0 && this.#each(change, (f) => this.#swapAnimals(f, a, b));
      }
      case 'split': {
        const [a, b] = [this.#animal(change.individual), this.#animal(change.into)];
        const rest = { first: change.frame, last: this.#frames - 1 };
        return a >= 0 && this.#each(rest, (f) => this.#swapAnimals(f, a, b));
      }
      case 'join': {
        const [a, b] = [this.#animal(change.individual), this.#animal(change.other)];
        if (a < 0 || b < 0) return false;
        return this.#each({ first: 0, last: this.#frames - 1 }, (f) => {
          if (!this.#has(f, a)) this.#swapAnimals(f, a, b);
        });
      }
      default:
        return change satisfies never;
    }
  }

  values(): Omit<CorrectedValues, 'leftOut'> {
    const marks = this.#marks;
    for (let c = 0; c < marks.length; c++) {
      if (marks[c] === 0 && this.#source[c] !== c) marks[c] = originOf.swapped;
    }
    const all = {
      individuals: this.#individuals,
      keypoints: this.#keypoints,
      frames: this.#frames,
      positions: this.#positions,
      confidence: this.#confidence,
      covariance: this.#covariance,
      origins: marks,
    };
    const kept = this.#individuals.map((_, i) => i).filter((i) => i < this.#given || this.#isThere(i));
    return kept.length === this.#individuals.length ? all : onlyAnimals(all, kept);
  }

  #animal(name: string): number {
    return this.#individuals.indexOf(name);
  }

  #keypoint(name: string): number {
    return this.#keypoints.indexOf(name);
  }

  #cell(frame: number, individual: number, keypoint: number): number {
    return (frame * this.#individuals.length + individual) * this.#keypoints.length + keypoint;
  }

  #each(
    { first, last }: { readonly first: number; readonly last: number },
    act: (frame: number) => void,
  ): boolean {
    const end = Math.min(last, this.#frames - 1);
    for (let f = Math.max(0, first); f <= end; f++) act(f);
    return first <= end;
  }

  #place(cell: number, x: number, y: number, origin: Origin): void {
    this.#positions[2 * cell] = x;
    this.#positions[2 * cell + 1] = y;
    if (this.#confidence) this.#confidence[cell] = Number.isNaN(x) ? NaN : 1;
    this.#covariance?.fill(NaN, 3 * cell, 3 * cell + 3);
    this.#marks[cell] = originOf[origin];
  }

  #check(frame: number, individual: number): void {
    for (let k = 0; k < this.#keypoints.length; k++) {
      const cell = this.#cell(frame, individual, k);
      if (Number.isNaN(this.#positions[2 * cell])) continue;
      if (this.#confidence) this.#confidence[cell] = 1;
      if (this.#marks[cell] === 0) this.#marks[cell] = originOf.checked;
    }
  }

  #swapAnimals(frame: number, a: number, b: number): void {
    if (!this.#has(frame, a) && !this.#has(frame, b)) return;
    for (let k = 0; k < this.#keypoints.length; k++)
      this.#swap(this.#cell(frame, a, k), this.#cell(frame, b, k));
  }

  #swap(a: number, b: number): void {
    const swap = (array: { [i: number]: number } | undefined, per: number): void => {
      if (!array) return;
      for (let n = 0; n < per; n++)
        [array[a * per + n], array[b * per + n]] = [array[b * per + n], array[a * per + n]];
    };
    swap(this.#positions, 2);
    swap(this.#confidence, 1);
    swap(this.#covariance, 3);
    swap(this.#source, 1);
    swap(this.#marks, 1);
  }

  #has(frame: number, individual: number): boolean {
    const points = this.#keypoints.length;
    const start = this.#cell(frame, individual, 0);
    for (let k = 0; k < points; k++) if (!Number.isNaN(this.#positions[2 * (start + k)])) return true;
    return false;
  }

  #isThere(individual: number): boolean {
    for (let f = 0; f < this.#frames; f++) if (this.#has(f, individual)) return true;
    return false;
  }
}

type Whole = Omit<CorrectedValues, 'leftOut'>;

function onlyAnimals(all: Whole, kept: readonly number[]): Whole {
  const [before, points] = [all.individuals.length, all.keypoints.length];
  const pick = <A extends Float32Array | Float64Array | Uint8Array>(from: A, per: number): A => {
    const length = all.frames * kept.length * points * per;
    const to = new (from.constructor as new (length: number) => A)(length);
    for (let f = 0; f < all.frames; f++) {
      kept.forEach((i, n) => {
        const at = (f * before + i) * points * per;
        to.set(from.subarray(at, at + points * per), (f * kept.length + n) * points * per);
      });
    }
    return to;
  };
  return {
    ...all,
    individuals: kept.map((i) => all.individuals[i]),
    positions: pick(all.positions, 2),
    confidence: all.confidence && pick(all.confidence, 1),
    covariance: all.covariance && pick(all.covariance, 3),
    origins: pick(all.origins, 1),
  };
}
