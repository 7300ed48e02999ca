/** What every test answers. */
export interface TestResult {
  readonly statistic: number;
  readonly p: number;
  /** Values (or pairs, rows) that the test rests on. */
  readonly n: number;
  /** Values or pairs left out because they were missing. */
  readonly dropped: number;
  /** What the test assumes and the data do not meet; empty when it may be used. */
  readonly caveats: readonly string[];
}
