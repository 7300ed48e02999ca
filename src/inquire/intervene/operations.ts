/** What is known of a value where an operation changes it. */
export interface Moment {
  /** The same value so many steps ago (that of the first step, before there is one), before the operation. */
  past(steps: number): number;
  /** Where this value stands among those selected in a fixed random order, in [0, 1). */
  readonly rank: number;
  /** A uniform and a normal deviate of this trial, step and value, the same whatever the dose. */
  readonly uniform: number;
  readonly normal: number;
  readonly stepSeconds: number;
  /** What a clamp holds the value at. */
  readonly value: number;
}

/**
 * A way to change a signal, by a dose that changes nothing at 0 and ever more beyond. `doses` is its range, in `unit`.
 */
export interface Operation {
  readonly name: string;
  readonly summary: string;
  readonly unit: string;
  readonly doses: readonly [least: number, greatest: number];
  /** It needs chance, or the values of earlier steps. */
  readonly needs?: 'chance' | 'past';
  /** It lasts the whole trial: a window of time is refused. */
  readonly lasting?: boolean;
  change(x: number, dose: number, moment: Moment): number;
}

/** Every operation. A new one is a record in this list. */
export const operations = [
  {
    name: 'lesion',
    summary: 'a fraction of what is selected is gone for the whole trial',
    unit: 'fraction',
    doses: [0, 1],
    lasting: true,
    change: (x, dose, { rank }) => (rank < dose ? 0 : x),
  },
  {
    name: 'silence',
    summary: 'turned down, at 1 to nothing',
    unit: 'fraction',
    doses: [0, 1],
    change: (x, dose) => x * (1 - dose),
  },
  {
    name: 'clamp',
    summary: 'drawn towards a value, at 1 held at it',
    unit: 'fraction',
    doses: [0, 1],
    change: (x, dose, { value }) => x + dose * (value - x),
  },
  {
    name: 'stimulate',
    summary: 'something is added',
    unit: "the signal's",
    doses: [-Infinity, Infinity],
    change: (x, dose) => x + dose,
  },
  {
    name: 'scale',
    summary: 'the gain is changed by this part of itself',
    unit: 'fraction',
    doses: [-1, Infinity],
    change: (x, dose) => x * (1 + dose),
  },
  {
    name: 'delay',
    summary: 'comes later',
    unit: 's',
    doses: [0, Infinity],
    needs: 'past',
    change: (_x, dose, { past, stepSeconds }) => past(Math.round(dose / stepSeconds)),
  },
  {
    name: 'noise',
    summary: 'Gaussian noise of this standard deviation is added',
    unit: "the signal's",
    doses: [0, Infinity],
    needs: 'chance',
    change: (x, dose, { normal }) => x + dose * normal,
  },
  {
    name: 'drop',
    summary: 'each value of each step is lost (zero) with this probability',
    unit: 'probability',
    doses: [0, 1],
    needs: 'chance',
    change: (x, dose, { uniform }) => (uniform < dose ? 0 : x),
  },
] as const satisfies readonly Operation[];

export type OperationName = (typeof operations)[number]['name'];
