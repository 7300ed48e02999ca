import { median, medianAbsoluteDeviation, normalConsistency } from '../../math/quantile.ts';
import type { TrackValues } from './correct.ts';

/** A moment of a track that a person should look at. */
export interface Suspect {
  /** Frames, both included. */
  readonly first: number;
  readonly last: number;
  readonly kind: 'twins' | 'identity' | 'jump' | 'length' | 'uncertain';
  readonly keypoints: readonly string[];
  /** For `identity`: the other animal. */
  readonly other?: string;
  /** About how many points are wrong, times the root of how many frames long; compares moments of one track. */
  readonly score: number;
  /** In words, the worst first. */
  readonly reasons: readonly string[];
}

export interface SuspectOptions {
  /** Which animal. Default the first. */
  readonly individual?: string;
  /** Joined keypoints, and left/right twins, as positions in the track's keypoints. */
  readonly edges?: readonly (readonly [number, number])[];
  readonly symmetries?: readonly (readonly [number, number])[];
  /** Whether a person has said what is right of a point: it is not suspected then. */
  readonly isSettled?: (frame: number, keypoint: number) => boolean;
  /** At most so many. Default 200. */
  readonly count?: number;
}

/** Confidence below which a point is uncertain. */
const leastConfidence = 0.5;
/** Robust standard deviations beyond which a step, or the length of a segment, is not believed. */
const stepLimit = 12;
const lengthLimit = 6;
/** A step of this share of the body's size is always allowed. */
const allowedStep = 0.1;
/** Two points count as crossed where their squared steps would be so many times shorter with their names exchanged. */
const crossedRatio = 4;
/** Runs that are so few frames apart are one moment. */
const joinFrames = 3;
/** Values that a median is taken of, at most. */
const mostSamples = 20_000;

/**
 * The moments in which a track is probably wrong, worst first: left/right twins and animals that change places, points that jump beyond a
 * robust speed limit against the rest of the body, segments of unusual length, points of low confidence. Moments that overlap
 * are one, with all their reasons. Steps are in px a frame; a missing point (NaN) has no step and counts as uncertain only beside ones
 * that are there.
 *
 * Limits are medians plus a number of robust standard deviations (1.4826 times the median absolute deviation; Leys et al. 2013,
 * doi:10.1016/j.jesp.2013.03.013), so that the errors that are looked for do not widen them.
 */
export function suspects(values: TrackValues, options: SuspectOptions = {}): Suspect[] {
  const body = new Body(values, options);
  const found = [
    ...twinSuspects(body, options),
    ...identitySuspects(body, values),
    ...jumpSuspects(body),
    ...lengthSuspects(body, options),
    ...uncertainSuspects(body),
  ].sort((a, b) => b.score - a.score || a.first - b.first);
  return merged(found, options.count ?? 200);
}

/** One animal of the track. */
class Body {
  readonly animal: number;
  readonly frames: number;
  readonly keypoints: readonly string[];
  readonly #values: TrackValues;
  readonly #isSettled: (frame: number, keypoint: number) => boolean;

  constructor(values: TrackValues, { individual, isSettled = () => false }: SuspectOptions) {
    this.animal = Math.max(0, values.individuals.indexOf(individual ?? values.individuals[0]));
    this.frames = values.frames;
    this.keypoints = values.keypoints;
    this.#values = values;
    this.#isSettled = isSettled;
  }

  cell(frame: number, keypoint: number, animal = this.animal): number {
    return (frame * this.#values.individuals.length + animal) * this.keypoints.length + keypoint;
  }

  isThere(cell: number): boolean {
    return !Number.isNaN(this.#values.positions[2 * cell]);
  }

  /** Vector from one point to another, px. */
  step(from: number, to: number): readonly [dx: number, dy: number] {
    const { positions } = this.#values;
    return [positions[2 * to] - positions[2 * from], positions[2 * to + 1] - positions[2 * from + 1]];
  }

  distance(from: number, to: number): number {
    return Math.hypot(...this.step(from, to));
  }

  confidence(cell: number): number {
    const c = this.#values.confidence?.[cell] ?? 1;
    return Number.isNaN(c) ? 0 : c;
  }

  isSettled(frame: number, keypoint: number): boolean {
    return this.#isSettled(frame, keypoint);
  }

  /** Median distance between the two keypoints that lie farthest apart; 0 where no frame has two. */
  size(): number {
    const every = Math.max(1, Math.floor(this.frames / 500));
    const sizes: number[] = [];
    for (let f = 0; f < this.frames; f += every) {
      let largest = 0;
      for (let a = 0; a < this.keypoints.length; a++) {
        for (let b = 0; b < a; b++) {
          const d = this.distance(this.cell(f, a), this.cell(f, b));
          if (d > largest) largest = d;
        }
      }
      if (largest > 0) sizes.push(largest);
    }
    return sizes.length === 0 ? 0 : median(sizes);
  }
}

function twinSuspects(body: Body, { symmetries = [] }: SuspectOptions): Suspect[] {
  return symmetries.flatMap(([a, b]) => {
    const names = [body.keypoints[a], body.keypoints[b]];
    const crossings = crossingsOf(body.frames, (t) => {
      const [a0, b0, a1, b1] = [body.cell(t - 1, a), body.cell(t - 1, b), body.cell(t, a), body.cell(t, b)];
      return [a0, b0, a1, b1].every((c) => body.isThere(c))
        ? [
            body.distance(a0, a1) ** 2 + body.distance(b0, b1) ** 2,
            body.distance(a0, b1) ** 2 + body.distance(b0, a1) ** 2,
          ]
        : undefined;
    });
    return crossings
      .filter(({ first }) => !(body.isSettled(first, a) && body.isSettled(first, b)))
      .map(({ first, last, sure }): Suspect => ({
        first,
        last,
        kind: 'twins',
        keypoints: names,
        score: 2 * sure * Math.sqrt(last - first + 1),
        reasons: [`${names.join(' and ')} change places${forFrames(first, last)}`],
      }));
  });
}

function identitySuspects(body: Body, { individuals }: TrackValues): Suspect[] {
  return individuals.flatMap((other, o) => {
    if (o === body.animal) return [];
    const crossings = crossingsOf(body.frames, (t) => {
      let [straight, crossed, count] = [0, 0, 0];
      for (let k = 0; k < body.keypoints.length; k++) {
        const [a0, b0] = [body.cell(t - 1, k), body.cell(t - 1, k, o)];
        const [a1, b1] = [body.cell(t, k), body.cell(t, k, o)];
        if (![a0, b0, a1, b1].every((c) => body.isThere(c))) continue;
        straight += body.distance(a0, a1) ** 2 + body.distance(b0, b1) ** 2;
        crossed += body.distance(a0, b1) ** 2 + body.distance(b0, a1) ** 2;
        count++;
      }
      return count === 0 ? undefined : [straight, crossed];
    });
    return crossings.map(({ first, last, sure }): Suspect => ({
      first,
      last,
      kind: 'identity',
      keypoints: [],
      other,
      score: body.keypoints.length * sure * Math.sqrt(last - first + 1),
      reasons: [`${individuals[body.animal]} and ${other} change places${forFrames(first, last)}`],
    }));
  });
}

interface Crossing {
  readonly first: number;
  readonly last: number;
  /** From 0 to 1. */
  readonly sure: number;
}

/**
 * The frames in which two things probably have each other's names, from the squared steps into each frame with names as they are and
 * exchanged. Each crossing exchanges them for all that follows; of the two ways to read that, the one that changes fewer frames counts.
 */
function crossingsOf(
  frames: number,
  costs: (frame: number) => readonly [straight: number, crossed: number] | undefined,
): Crossing[] {
  const events: { frame: number; sure: number }[] = [];
  for (let t = 1; t < frames; t++) {
    const cost = costs(t);
    if (cost && cost[0] > crossedRatio * cost[1] && cost[0] > 4)
      events.push({ frame: t, sure: 1 - cost[1] / cost[0] });
  }
  const bounds = [0, ...events.map(({ frame }) => frame), frames];
  const segments = bounds.slice(1).map((end, i) => ({ first: bounds[i], last: end - 1, i }));
  const length = (odd: number): number =>
    segments.filter(({ i }) => i % 2 === odd).reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const wrong = length(1) <= length(0) ? 1 : 0;
  if (events.length === 0) return [];
  return segments
    .filter(({ i }) => i % 2 === wrong)
    .map(({ first, last, i }) => {
      const ends = [events[i - 1]?.sure, events[i]?.sure].filter((s) => s !== undefined);
      return { first, last, sure: ends.reduce((a, b) => a + b, 0) / ends.length };
    });
}

function jumpSuspects(body: Body): Suspect[] {
  const { frames, keypoints } = body;
  const K = keypoints.length;
  const least = allowedStep * body.size();
  // Step of each point less that of the body, which is the median of all: a running animal does not jump.
  const steps = new Float32Array(frames * K).fill(NaN);
  const own: (readonly [number, number])[] = [];
  for (let t = 1; t < frames; t++) {
    own.length = 0;
    for (let k = 0; k < K; k++) own.push(body.step(body.cell(t - 1, k), body.cell(t, k)));
    const there = own.filter(([dx]) => !Number.isNaN(dx));
    const [x, y] = there.length < 3 ? [0, 0] : [0, 1].map((axis) => median(there.map((v) => v[axis])));
    own.forEach(([dx, dy], k) => (steps[t * K + k] = Math.hypot(dx - x, dy - y)));
  }
  return keypoints.flatMap((name, k) => {
    const step = (t: number): number => steps[t * K + k];
    const { center, spread } = robust(frames, step);
    const limit = Math.max(least, center + stepLimit * spread);
    const jumps = framesWhere(frames, (t) => step(t) > limit && !body.isSettled(t, k));
    // Out and back within a moment: the frames between are wrong, the one after is not.
    return runsOf(jumps, 5).map(({ first, last }): Suspect => {
      const end = Math.max(first, last - 1);
      const largest = largestOf(first, last, step);
      const worst = largest / limit;
      return {
        first,
        last: end,
        kind: 'jump',
        keypoints: [name],
        score: Math.min(1, worst / 4) * Math.sqrt(end - first + 1),
        reasons: [`${name} jumps ${px(largest)} in one frame (limit ${px(limit)})`],
      };
    });
  });
}

function lengthSuspects(body: Body, { edges = [] }: SuspectOptions): Suspect[] {
  return edges.flatMap(([a, b]) => {
    const length = (t: number): number => body.distance(body.cell(t, a), body.cell(t, b));
    const { center, spread } = robust(body.frames, length);
    const limit = Math.max(lengthLimit * spread, allowedStep * center);
    const off = (t: number): number => Math.abs(length(t) - center) / limit;
    const odd = framesWhere(
      body.frames,
      (t) => off(t) > 1 && !(body.isSettled(t, a) && body.isSettled(t, b)),
    );
    const name = `${body.keypoints[a]}\u2013${body.keypoints[b]}`;
    return runsOf(odd, joinFrames).map(({ first, last }): Suspect => {
      const worst = largestOf(first, last, off);
      let at = first;
      while (off(at) !== worst) at++;
      return {
        first,
        last,
        kind: 'length',
        keypoints: [body.keypoints[a], body.keypoints[b]],
        score: Math.min(1, worst / 4) * Math.sqrt(last - first + 1),
        reasons: [`${name} is ${px(length(at))} long (usually ${px(center)})${forFrames(first, last)}`],
      };
    });
  });
}

function uncertainSuspects(body: Body): Suspect[] {
  return body.keypoints.flatMap((name, k) => {
    const doubt = (t: number): number => 1 - body.confidence(body.cell(t, k));
    const low = framesWhere(body.frames, (t) => {
      if (doubt(t) <= 1 - leastConfidence || body.isSettled(t, k)) return false;
      // A frame without any point is one that could not be read, or an animal that is not there.
      return body.isThere(body.cell(t, k)) || body.keypoints.some((_, j) => body.isThere(body.cell(t, j)));
    });
    return runsOf(low, joinFrames).map(({ first, last }): Suspect => {
      let [sum, there, worst] = [0, 0, 1];
      for (let t = first; t <= last; t++) {
        sum += doubt(t);
        if (!body.isThere(body.cell(t, k))) continue;
        there++;
        worst = Math.min(worst, 1 - doubt(t));
      }
      const what = there === 0 ? 'missing' : `uncertain (confidence ${worst.toFixed(2)})`;
      return {
        first,
        last,
        kind: 'uncertain',
        keypoints: [name],
        // A point that is not claimed to be anywhere is less wrong than one that is.
        score: (((there === 0 ? 0.3 : 0.7) * sum) / (last - first + 1)) * Math.sqrt(last - first + 1),
        reasons: [`${name} is ${what}${forFrames(first, last)}`],
      };
    });
  });
}

/** What overlaps a worse one is told with it. `found` comes worst first. */
function merged(found: readonly Suspect[], count: number): Suspect[] {
  const kept: Suspect[] = [];
  for (const one of found) {
    const at = kept.findIndex(({ first, last }) => one.first <= last + 1 && one.last >= first - 1);
    if (at < 0) {
      if (kept.length < count) kept.push(one);
      continue;
    }
    const worse = kept[at];
    kept[at] = { ...worse, reasons: [...worse.reasons, ...one.reasons] };
  }
  return kept;
}

function framesWhere(frames: number, holds: (frame: number) => boolean): number[] {
  const list: number[] = [];
  for (let t = 0; t < frames; t++) if (holds(t)) list.push(t);
  return list;
}

function runsOf(frames: readonly number[], apart: number): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run && frame - run.last <= apart) run.last = frame;
    else runs.push({ first: frame, last: frame });
  }
  return runs;
}

function robust(frames: number, value: (frame: number) => number): { center: number; spread: number } {
  const every = Math.max(1, Math.floor(frames / mostSamples));
  const values: number[] = [];
  for (let t = 0; t < frames; t += every) {
    const v = value(t);
    if (!Number.isNaN(v)) values.push(v);
  }
  if (values.length === 0) return { center: NaN, spread: NaN };
  return { center: median(values), spread: medianAbsoluteDeviation(values) * normalConsistency };
}

function largestOf(first: number, last: number, value: (frame: number) => number): number {
  let largest = -Infinity;
  for (let t = first; t <= last; t++) if (value(t) > largest) largest = value(t);
  return largest;
}

const px = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} px`;

const forFrames = (first: number, last: number): string =>
  first === last ? '' : `, for ${last - first + 1} frames`;
