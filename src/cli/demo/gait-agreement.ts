import type { OpenField } from '../../lab/openfield/index.ts';
import { numbers, words, type Gait } from '../../measure/kinematics/index.ts';

/** Whose feet, in the order of a footfall diagram; the first is the reference of limb phases. */
export const feet = ['lefthind', 'leftfore', 'righthind', 'rightfore'] as const;

/** How well detected footfalls agree with the true ones. Times are in seconds. */
export interface EventAgreement {
  readonly trueEvents: number;
  readonly detected: number;
  /** Fraction of true events with a detected one of the same kind and foot within one frame. */
  readonly withinOneFrame: number;
  /** The same within three frames. */
  readonly withinThreeFrames: number;
  /** Fraction of detected events with no true one within three frames. */
  readonly spurious: number;
}

/** Contacts and lifts of every foot, detected against true. Each event is matched at most once. */
export function eventAgreement(found: Gait, field: OpenField): EventAgreement {
  const frame = 1 / field.info.framesPerSecond;
  let [trueEvents, detected, near, nearer, matched] = [0, 0, 0, 0, 0];
  for (const foot of feet) {
    const truth = field.truth.paws.find((p) => p.name === foot)!;
    const swings = found.events.filter((e) => e.label === 'swing' && e.source === foot);
    const lifts = [...swings.starts];
    const contacts = [...swings.ends];
    for (const [events, real] of [
      [lifts, truth.liftSeconds],
      [contacts, truth.contactSeconds],
    ] as const) {
      trueEvents += real.length;
      detected += events.length;
      const free = new Set(events);
      for (const t of real) {
        const best = [...free].reduce((b, e) => (Math.abs(e - t) < Math.abs(b - t) ? e : b), Infinity);
        if (Math.abs(best - t) > 3.001 * frame) continue;
        free.delete(best);
        matched++;
        near++;
        if (Math.abs(best - t) <= 1.001 * frame) nearer++;
      }
    }
  }
  return {
    trueEvents,
    detected,
    withinOneFrame: nearer / trueEvents,
    withinThreeFrames: near / trueEvents,
    spurious: detected > 0 ? (detected - matched) / detected : NaN,
  };
}

export interface StrideRow {
  readonly paw: string;
  readonly speed: number;
  readonly length: number;
  readonly duty: number;
}

/** Strides without a flag, in the unit of the track. */
export function cleanStrides(found: Gait): StrideRow[] {
  const [foot, flag] = [words(found.strides, 'foot'), words(found.strides, 'flag')];
  const [speed, length, duty] = ['speed', 'length', 'duty'].map((c) => numbers(found.strides, c));
  return foot.flatMap((paw, i) =>
    flag[i] === '' ? [{ paw, speed: speed[i], length: length[i], duty: duty[i] }] : [],
  );
}

/** The strides that really were, from one whole stance to the next; lengths in px, speeds in px/s. */
export function trueStrides({ truth }: OpenField): StrideRow[] {
  return truth.paws.flatMap(({ name, stances }) =>
    stances.slice(1).map((next, i): StrideRow => {
      const stance = stances[i];
      const time = next.contactSeconds - stance.contactSeconds;
      const length = Math.hypot(next.x - stance.x, next.y - stance.y);
      return {
        paw: name,
        speed: length / time,
        length,
        duty: (stance.liftSeconds - stance.contactSeconds) / time,
      };
    }),
  );
}

export interface StanceTimes {
  readonly contactSeconds: number;
  readonly liftSeconds: number;
}

export function stancesOf(found: Gait, foot: string): StanceTimes[] {
  const stances = found.events.filter((e) => e.label === 'stance' && e.source === foot);
  return Array.from(stances.starts, (contactSeconds, i) => ({
    contactSeconds,
    liftSeconds: stances.ends[i],
  }));
}
