/** How a movement is shown. */
export interface Shown {
  /** When the first sample begins, s. */
  readonly startSeconds: number;
  /** How much of the time is drawn, s. */
  readonly seconds: number;
  /** Of the movement's channels. */
  readonly unit: string;
  /** What is known of how it was made, where it was. */
  readonly truth?: string;
}
