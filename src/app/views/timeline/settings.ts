/** What the timeline keeps in the URL, under `views.timeline`. */
export interface TimelineSettings {
  /** Ids of the lanes that are seen, in order. Default: a few of the chosen keypoint. */
  readonly lanes?: readonly string[];
  /** Seconds that are seen. Default: all. */
  readonly range?: readonly [from: number, to: number];
  /** Whether scales follow what is seen. */
  readonly fitVisible?: boolean;
  /** Speed above which the animal counts as moving. */
  readonly movingThreshold?: number;
}
