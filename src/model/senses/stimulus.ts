import { InputError, UsageError } from '../../signal/error.ts';

/** What can reach a sense, and in which unit. Each is `time x channel`; NaN is missing. */
export const quantities = {
  /** Of muscle fibers; optimal lengths. */
  length: 'optimal lengths',
  /** Of muscle fibers, lengthening is positive; from `length` by differences where it is not given. */
  velocity: 'optimal lengths/s',
  /** Of muscles, 0 to 1. */
  activation: '1',
  /** Of muscles or tendons. */
  force: 'N',
  /** Of joints. */
  angle: 'rad',
  /** On the skin. */
  pressure: 'kPa',
  /** Place of a target; the channels are coordinates. */
  target: 'm',
  /** Place of the hand; the channels are the same coordinates. */
  hand: 'm',
} as const;

export type Quantity = keyof typeof quantities;

/** Movement as the senses meet it: sampled at equal steps, the same number of channels (muscles, joints, coordinates) in each quantity. */
export interface Stimulus {
  readonly stepSeconds: number;
  readonly channels: number;
  readonly values: Readonly<Partial<Record<Quantity, Float64Array>>>;
}

/** Drive of the gamma motor neurons to the spindles, pulses/s: constant, or `time x channel`. */
export interface GammaDrive {
  readonly dynamic?: number | Float64Array;
  readonly static?: number | Float64Array;
}

/** Steps of a stimulus. Throws `InputError` or `UsageError` where it is none: lengths that do not fit, infinite values, no steps. */
export function checkStimulus(where: string, stimulus: Stimulus): number {
  const { stepSeconds, channels, values } = stimulus;
  if (!(stepSeconds > 0 && Number.isFinite(stepSeconds)) || !(Number.isInteger(channels) && channels > 0)) {
    throw new UsageError('the stimulus has no time or no channels', {
      where,
      expected: 'a step above 0 s and at least one channel',
      got: `${stepSeconds} s, ${channels} channels`,
    });
  }
  const given = Object.entries(values) as [Quantity, Float64Array][];
  const steps = (given[0]?.[1].length ?? 0) / channels;
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new InputError('the stimulus does not fit its channels', {
      where,
      expected: `a multiple of ${channels} values, at least one step`,
      got: `${given[0]?.[1].length ?? 0} values`,
    });
  }
  for (const [quantity, array] of given) checkSeries(where, quantity, array, steps, channels);
  return steps;
}

function checkSeries(
  where: string,
  name: string,
  array: Float64Array,
  steps: number,
  channels: number,
): void {
  if (array.length !== steps * channels) {
    throw new InputError(`${name} does not fit`, {
      where,
      expected: `${steps} steps x ${channels} channels = ${steps * channels} values`,
      got: `${array.length}`,
    });
  }
  const infinite = array.findIndex((x) => x === Infinity || x === -Infinity);
  if (infinite >= 0) {
    throw new InputError(`${name} is infinite`, {
      where: `${where}, step ${Math.floor(infinite / channels)}, channel ${infinite % channels}`,
      expected: 'finite values, or NaN where they are missing',
      got: `${array[infinite]}`,
    });
  }
}

/** Throws `InputError` for a drive that is negative, missing or of the wrong length. */
export function checkGamma(where: string, gamma: GammaDrive, steps: number, channels: number): void {
  for (const kind of ['dynamic', 'static'] as const) {
    const drive = gamma[kind] ?? 0;
    if (typeof drive !== 'number') checkSeries(where, `${kind} gamma drive`, drive, steps, channels);
    const values = typeof drive === 'number' ? [drive] : drive;
    const wrong = values.find((x) => !(x >= 0 && Number.isFinite(x)));
    if (wrong !== undefined) {
      throw new InputError(`the ${kind} gamma drive is no rate`, {
        where,
        expected: '0 or more pulses/s',
        got: `${wrong}`,
      });
    }
  }
}

/**
 * Velocity by central differences, one-sided at the ends and beside missing samples; NaN where the sample or both neighbors are missing, and 0
 * for a single step.
 */
export function differences({ stepSeconds, channels }: Stimulus, values: Float64Array): Float64Array {
  const steps = values.length / channels;
  return values.map((here, i) => {
    if (steps === 1) return here - here;
    const before = i >= channels ? values[i - channels] : NaN;
    const after = i + channels < values.length ? values[i + channels] : NaN;
    if (Number.isNaN(before)) return (after - here) / stepSeconds;
    if (Number.isNaN(after)) return (here - before) / stepSeconds;
    return here - here + (after - before) / (2 * stepSeconds);
  });
}
