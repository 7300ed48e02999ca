/** The size of an effect with its confidence interval. */
export interface EffectSize {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Values it rests on, and how many were missing. */
  readonly n: number;
  readonly dropped: number;
}
