import { UsageError } from '../../signal/error.ts';

/** The knobs of the simulated open field. Everything has a default; the same options give the same bytes. */
export interface OpenFieldOptions {
  /** Picture width, px. Default 400. */
  readonly width?: number;
  /** Picture height, px. Default 300. */
  readonly height?: number;
  /** Frames per second. Default 60. */
  readonly rate?: number;
  /** Length of the recording, s. Default 30. */
  readonly seconds?: number;
  /** Seed of everything that is drawn at random. Default 1. */
  readonly seed?: number;
  /** Scale of the picture, px/mm. Default 0.85 at a width of 400 px, in proportion at others. */
  readonly pixelsPerMillimeter?: number;
  /** Middle of the range of walking speeds, mm/s; bouts vary from 0.4 to 1.6 of it. Default 190. */
  readonly speed?: number;
  /** Chance that the animal stops where it reaches a goal, 0 to 1. Default 0.45. */
  readonly pauses?: number;
  /** Standard deviation of the sensor's noise at mid gray, gray levels of 255. Default 3. */
  readonly noise?: number;
  /** Fraction of the frame interval for which the shutter is open, 0 (no motion blur) to 1. Default 0.5. */
  readonly blur?: number;
  /** How much the light changes, 0 (constant) to 1 (a strong gradient that turns, passing shadows). Default 0.5. */
  readonly light?: number;
  /** Width of the bar above the arena that hides part of the animal, 0 (no bar) to 1 (30 mm). Default 0.3. */
  readonly occlusion?: number;
}

export type OpenFieldSettings = Required<OpenFieldOptions>;

const limits = {
  width: [64, 4096],
  height: [64, 4096],
  rate: [1, 2000],
  seconds: [0.001, 36000],
  seed: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  pixelsPerMillimeter: [0.05, 20],
  speed: [20, 400],
  pauses: [0, 1],
  noise: [0, 60],
  blur: [0, 1],
  light: [0, 1],
  occlusion: [0, 1],
} as const satisfies Record<keyof OpenFieldOptions, readonly [number, number]>;

/** The arena must hold the animal and leave it room to turn, mm. */
const smallestArena = 240;

/** The options with defaults filled in. Throws `UsageError` for a number out of its range or an arena too small. */
export function settings(options: OpenFieldOptions = {}): OpenFieldSettings {
  const width = options.width ?? 400;
  const chosen: OpenFieldSettings = {
    width,
    height: options.height ?? 300,
    rate: options.rate ?? 60,
    seconds: options.seconds ?? 30,
    seed: options.seed ?? 1,
    pixelsPerMillimeter: options.pixelsPerMillimeter ?? (0.85 * width) / 400,
    speed: options.speed ?? 190,
    pauses: options.pauses ?? 0.45,
    noise: options.noise ?? 3,
    blur: options.blur ?? 0.5,
    light: options.light ?? 0.5,
    occlusion: options.occlusion ?? 0.3,
  };
  for (const [key, [low, high]] of Object.entries(limits)) {
    const value = chosen[key as keyof OpenFieldOptions];
    const whole = key === 'width' || key === 'height';
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
      throw new UsageError(`the simulated open field cannot have this ${key}`, {
        expected: `${whole ? 'a whole number' : 'a number'} from ${low} to ${high}`,
        got: `${value}`,
      });
    }
  }
  const side = Math.min(chosen.width, chosen.height) / chosen.pixelsPerMillimeter;
  if (side < smallestArena) {
    throw new UsageError('the simulated arena is too small for the animal', {
      expected: `at least ${smallestArena} mm on its shorter side`,
      got: `${side.toFixed(0)} mm`,
      fix: 'Give a larger picture or fewer pixels per millimeter.',
    });
  }
  return chosen;
}
