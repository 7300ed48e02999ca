import type { Responses } from '../responses.ts';

/** What may be done to one side's units without a change of the value. */
export type Invariance =
  /** A constant added to each unit. */
  | 'translation'
  /** All units multiplied by one positive number. */
  | 'scale'
  /** Units turned into each other by an orthogonal matrix. */
  | 'rotation'
  /** Units mixed by any invertible matrix. */
  | 'linear';

/**
 * A measure of how alike two populations are that went through the same conditions and times. Every one is judged beside a null and a ceiling
 * by `compare`; a value alone means little, since each is biased upwards by many units and few conditions.
 */
export interface Measure {
  readonly name: string;
  readonly title: string;
  /** What the value means, with its range; 1 is the best everywhere. */
  readonly meaning: string;
  readonly source: string;
  /** Of the second population; of the first too, but for measures that are not symmetric. */
  readonly invariances: readonly Invariance[];
  readonly symmetric: boolean;
  readonly range: readonly [lowest: number, highest: number];
  /**
   * What unrelated responses are: the second population's with its `conditions` in another order, or, for a measure that does not look at which
   * condition is which, other responses with the same `covariances` over conditions, times and units (`tensorNull`).
   */
  readonly chance: 'conditions' | 'covariances';
  readonly value: (a: Responses, b: Responses) => number;
}
