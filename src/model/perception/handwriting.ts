import { Random } from '../../math/random.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { differences } from '../senses/stimulus.ts';
import type { Arm, WritingPlane } from './arms/arm.ts';
import { characters as allCharacters, penPath, type Character } from './characters.ts';

/** Where, how large, how turned and how fast a character is written. */
export interface Writing {
  readonly character: Character;
  /** Middle of the character, m, in the arm's frame. */
  readonly center: readonly number[];
  /** One of the arm's planes; the first by default. */
  readonly plane?: WritingPlane;
  /** Height, m. */
  readonly size: number;
  /** Counterclockwise in the plane, rad. Default 0. */
  readonly rotation?: number;
  /** Slant: what a point moves right for each unit that it is higher, as a tangent. Default 0. */
  readonly slant?: number;
  /** When the pen starts to move, s; before and after it rests. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** Equal steps of time from 0 s on. */
export interface Steps {
  readonly steps: number;
  readonly stepSeconds: number;
}

/** Movements of one arm, all of the same steps. Immutable. */
export interface Movements extends Steps {
  readonly arm: Arm;
  readonly count: number;
  readonly characters: readonly Character[];
  /** Which character each movement writes: an index into `characters`. */
  readonly labels: Int32Array;
  /** Place and velocity of the end point, movement x time x dimension, m and m/s. */
  readonly path: Float64Array;
  readonly velocity: Float64Array;
  /** Movement x time x joint, rad. */
  readonly postures: Float64Array;
  /** Fibers, movement x time x muscle, optimal lengths and optimal lengths/s; lengthening is positive. */
  readonly fiberLength: Float64Array;
  readonly fiberVelocity: Float64Array;
}

/** The way of the end point, time x dimension, m. Throws `UsageError` where the center has not the arm's dimensions or size or duration are not above 0. */
export function writtenPath(arm: Arm, writing: Writing, { steps, stepSeconds }: Steps): Float64Array {
  const { character, center, plane = arm.planes[0], size, rotation = 0, slant = 0 } = writing;
  const { startSeconds, durationSeconds } = writing;
  const D = arm.dimensions;
  if (center.length !== D || !(size > 0 && durationSeconds > 0) || !center.every(Number.isFinite)) {
    throw new UsageError('this cannot be written', {
      where: `character "${character.name}", ${arm.name}`,
      expected: `a center of ${D} coordinates, a size and a duration above 0`,
      got: `center (${center.join(', ')}), ${size} m, ${durationSeconds} s`,
    });
  }
  const pen = penPath(character);
  const [cosine, sine] = [Math.cos(rotation), Math.sin(rotation)];
  const path = new Float64Array(steps * D);
  for (let t = 0; t < steps; t++) {
    const [px, py] = pen((t * stepSeconds - startSeconds) / durationSeconds);
    const [sx, sy] = [size * (px + slant * py), size * py];
    const [right, up] = [cosine * sx - sine * sy, sine * sx + cosine * sy];
    for (let d = 0; d < D; d++) path[t * D + d] = center[d] + right * plane.right[d] + up * plane.up[d];
  }
  return path;
}

/** Joint angles that write a character, time x joint, rad. Throws `InputError` where the arm cannot reach it, and as `writtenPath` does. */
export function write(arm: Arm, writing: Writing, steps: Steps): Float64Array {
  const reach = arm.reach(writtenPath(arm, writing, steps));
  if (reach.kind === 'reached') return reach.postures;
  throw new InputError('the arm cannot reach what it is to write', {
    where: `${arm.name}, character "${writing.character.name}", step ${reach.step}`,
    expected: 'every point within the ranges of the joints',
    got: reach.why,
    fix: 'Write it smaller, or nearer to the middle of the reach.',
  });
}

type Range = readonly [low: number, high: number];

export interface HandwritingOptions extends Partial<Steps> {
  readonly count: number;
  readonly seed: number | string;
  /** Default: all. */
  readonly characters?: readonly Character[];
  /** Height, m. Default 0.07 to 0.13. */
  readonly size?: Range;
  /** Default -30 to 30 degrees; rad. */
  readonly rotation?: Range;
  /** Default -0.3 to 0.3. */
  readonly slant?: Range;
  /** Default 0.9 to 1.4 s. */
  readonly durationSeconds?: Range;
  /** Middle share of each joint's range from which postures at the characters' centers are drawn. Default 0.6. */
  readonly spread?: number;
}

/** Draws of a place for one movement before it is given up. */
const attempts = 200;

/**
 * Movements of handwriting at random places of the reach, sizes, turns, slants and speeds, 64 steps of 25 ms by default; characters come in turn, so that each is
 * written equally often. A movement depends on the seed and its number alone. Places from which a character leaves the reach are
 * drawn anew. Throws `InputError` where none is found in 200 draws, `UsageError` for options that are no counts or ranges.
 */
export function handwriting(arm: Arm, options: HandwritingOptions): Movements {
  const { count, seed, characters = allCharacters, steps = 64, stepSeconds = 0.025 } = options;
  const ranges = {
    size: options.size ?? [0.07, 0.13],
    rotation: options.rotation ?? [-Math.PI / 6, Math.PI / 6],
    slant: options.slant ?? [-0.3, 0.3],
    durationSeconds: options.durationSeconds ?? [0.9, 1.4],
  } as const satisfies Record<string, Range>;
  const { spread = 0.6 } = options;
  check({ count, steps, stepSeconds, spread, characters }, ranges);
  const [D, J, M] = [arm.dimensions, arm.joints.length, arm.muscles.length];
  const labels = Int32Array.from({ length: count }, (_, i) => i % characters.length);
  const path = new Float64Array(count * steps * D);
  const postures = new Float64Array(count * steps * J);
  const velocity = new Float64Array(path.length);
  const fiberLength = new Float64Array(count * steps * M);
  const fiberVelocity = new Float64Array(fiberLength.length);
  for (let i = 0; i < count; i++) {
    const random = new Random(`${seed}/movement/${i}`);
    const drawn = drawReachable(arm, characters[labels[i]], ranges, spread, { steps, stepSeconds }, random);
    path.set(drawn.path, i * steps * D);
    postures.set(drawn.postures, i * steps * J);
    velocity.set(differences({ stepSeconds, channels: D, values: {} }, drawn.path), i * steps * D);
    const length = arm.fiberLengths(drawn.postures);
    fiberLength.set(length, i * steps * M);
    fiberVelocity.set(differences({ stepSeconds, channels: M, values: {} }, length), i * steps * M);
  }
  return {
    arm,
    count,
    steps,
    stepSeconds,
    characters,
    labels,
    path,
    velocity,
    postures,
    fiberLength,
    fiberVelocity,
  };
}

function drawReachable(
  arm: Arm,
  character: Character,
  ranges: Readonly<Record<'size' | 'rotation' | 'slant' | 'durationSeconds', Range>>,
  spread: number,
  time: Steps,
  random: Random,
): { readonly path: Float64Array; readonly postures: Float64Array } {
  let why = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    const posture = Float64Array.from(arm.ranges, ([low, high]) => {
      const margin = ((1 - spread) / 2) * (high - low);
      return random.uniform(low + margin, high - margin);
    });
    const durationSeconds = random.uniform(...ranges.durationSeconds);
    const writing: Writing = {
      character,
      center: Array.from(arm.endPoints(posture)),
      plane: arm.planes[random.integer(arm.planes.length)],
      size: random.uniform(...ranges.size),
      rotation: random.uniform(...ranges.rotation),
      slant: random.uniform(...ranges.slant),
      durationSeconds,
      startSeconds: random.uniform(0, (time.steps - 1) * time.stepSeconds - durationSeconds),
    };
    const path = writtenPath(arm, writing, time);
    const reach = arm.reach(path, posture);
    if (reach.kind === 'reached') return { path, postures: reach.postures };
    why = `step ${reach.step}: ${reach.why}`;
  }
  throw new InputError('no place was found where the arm can write this', {
    where: `${arm.name}, character "${character.name}"`,
    expected: `one within reach in ${attempts} draws`,
    got: why,
    fix: 'Write smaller characters, or lower the spread.',
  });
}

function check(
  given: Steps & {
    readonly count: number;
    readonly spread: number;
    readonly characters: readonly Character[];
  },
  ranges: Readonly<Record<'size' | 'rotation' | 'slant' | 'durationSeconds', Range>>,
): void {
  const where = 'handwriting';
  const { count, steps, stepSeconds, spread, characters } = given;
  const whole = [count, steps, characters.length].every((n) => Number.isInteger(n) && n > 0);
  if (!whole || steps < 2 || !(stepSeconds > 0) || !(spread >= 0 && spread <= 1)) {
    throw new UsageError('this is no set of movements', {
      where,
      expected:
        'one or more movements and characters, two or more steps, a step above 0 s, a spread from 0 to 1',
      got: `${count} movements of ${characters.length} characters, ${steps} steps of ${stepSeconds} s, spread ${spread}`,
    });
  }
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const positive = name === 'size' || name === 'durationSeconds';
    if (low <= high && Number.isFinite(high - low) && !(positive && !(low > 0))) continue;
    throw new UsageError(`${name} is no range`, {
      where,
      expected: `low to high${positive ? ', above 0' : ''}`,
      got: `${low} to ${high}`,
    });
  }
  const seconds = (steps - 1) * stepSeconds;
  if (ranges.durationSeconds[1] > seconds) {
    throw new UsageError('movements last longer than the steps', {
      where,
      expected: `${seconds.toFixed(3)} s at most`,
      got: `${ranges.durationSeconds[1]} s`,
      fix: 'Give more steps, or shorter durations.',
    });
  }
}
