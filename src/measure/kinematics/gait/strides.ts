import { median } from '../../../math/index.ts';
import type { Swing } from './contacts.ts';

/**
 * What keeps a stride out of summaries. `slip`: the foot slipped during stance. `gap`: the foot was missing at one of its events.
 * `uncertain`: an event is known to no better than 1.5 frames. `pause`: the animal stood (longer than 2.5 usual strides).
 */
export type StrideFlag = '' | 'slip' | 'gap' | 'uncertain' | 'pause';

/** From one contact of a foot to its next: stance, then swing. */
export interface Stride {
  readonly foot: string;
  readonly startSeconds: number;
  readonly liftSeconds: number;
  readonly endSeconds: number;
  /** Between the foot's resting places before and after, relative to the ground. */
  readonly length: number;
  /** Where the foot stood, and from there to where it stands next; unit of the track, relative to the ground. */
  readonly place: readonly number[];
  readonly displacement: readonly number[];
  readonly peakSpeed: number;
  /** Standard deviation of the stride's least certain event, seconds. */
  readonly eventSd: number;
  readonly flag: StrideFlag;
}

/**
 * The strides of one foot from its swings. The first stance has no known start and the last no known end: neither makes a stride.
 *
 * @param restingPlace the foot's place on the ground between two times.
 * @param interval of the frames, seconds.
 */
export function stridesOf(
  foot: string,
  swings: readonly Swing[],
  restingPlace: (fromSeconds: number, toSeconds: number) => readonly number[],
  interval: number,
): Stride[] {
  const steps = swings.filter((s) => s.kind === 'swing');
  const slips = swings.filter((s) => s.kind === 'slip');
  const durations = steps.slice(1).map((s, i) => s.contactSeconds - steps[i].contactSeconds);
  const usual = median(durations);
  return steps.slice(1).map((swing, i) => {
    const before = steps[i];
    const next = steps[i + 2]?.liftSeconds ?? Infinity;
    const slipped = slips.find(
      (s) => s.liftSeconds >= before.contactSeconds && s.contactSeconds <= swing.liftSeconds,
    );
    const slippedAfter = slips.find((s) => s.liftSeconds >= swing.contactSeconds && s.contactSeconds <= next);
    const from = restingPlace(slipped?.contactSeconds ?? before.contactSeconds, swing.liftSeconds);
    const to = restingPlace(swing.contactSeconds, slippedAfter?.liftSeconds ?? next);
    const displacement = to.map((x, a) => x - from[a]);
    const eventSd = Math.max(before.contactSd, swing.liftSd, swing.contactSd);
    const flag: StrideFlag =
      before.cut || swing.cut
        ? 'gap'
        : slipped
          ? 'slip'
          : durations[i] > 2.5 * usual
            ? 'pause'
            : eventSd > 1.5 * interval
              ? 'uncertain'
              : '';
    return {
      foot,
      startSeconds: before.contactSeconds,
      liftSeconds: swing.liftSeconds,
      endSeconds: swing.contactSeconds,
      length: Math.hypot(...displacement),
      place: from,
      displacement,
      peakSpeed: swing.peakSpeed,
      eventSd,
      flag,
    };
  });
}
