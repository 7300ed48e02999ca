/**
 * What a report is made from: plain data, in the order of the page. Every part may be missing; a part that is missing
 * says why on the page.
 */
import type { Section } from './page.ts';

/** In place of a part that could not be made: the reason, one sentence for a reader. */
export interface Absent {
  readonly absent: string;
}

export type Part<T> = T | Absent;

export interface ReportData {
  readonly title: string;
  readonly subtitle?: string;
  /** When the results were made, as it is to be printed. */
  readonly date?: string;
  /** Version of Marey. */
  readonly version?: string;
  /** What was done and what came out; a paragraph each. */
  readonly summary?: readonly string[];
  /** What a reader must know before believing any of it. */
  readonly cautions?: readonly string[];
  readonly keyNumbers?: readonly KeyNumber[];
  readonly training?: Part<TrainingCurve>;
  readonly sizeCurve?: Part<SizeCurveData>;
  readonly errors?: Part<PoseErrors>;
  readonly keypointErrors?: Part<KeypointErrors>;
  readonly worstFrames?: Part<WorstFrames>;
  readonly reliability?: Part<Reliability>;
  readonly confidenceCut?: Part<ConfidenceCut>;
  readonly video?: Part<LabeledVideo>;
  /** One, or one a video. */
  readonly trajectory?: Part<Trajectory | readonly Trajectory[]>;
  readonly gait?: Part<GaitReport>;
  /** Sections of its own, before provenance. */
  readonly more?: readonly Section[];
  readonly provenance?: Part<ProvenanceRecord>;
}

/** A figure may carry cautions of its own; they are printed beside it. */
interface Cautioned {
  readonly cautions?: readonly string[];
}

export interface KeyNumber {
  readonly name: string;
  /** NaN is printed as a dash. */
  readonly value: number;
  /** As in `signal/units`: `px`, `mm/s`, `%`, `1` for none. */
  readonly unit: string;
  readonly interval?: {
    readonly low: number;
    readonly high: number;
    /** For instance `95 % bootstrap over frames`. */
    readonly meaning: string;
  };
  /** How many of what it rests on: `{ count: 19, what: 'held-out frame' }`. */
  readonly from?: { readonly count: number; readonly what: string };
  /** The true value where it is known (simulation), in the same unit. */
  readonly truth?: number;
  readonly note?: string;
  readonly caution?: string;
}

export interface TrainingCurve extends Cautioned {
  /** What the curves run over: `{ name: 'Training step', unit: '1' }`. */
  readonly x: { readonly name: string; readonly unit: string };
  readonly panels: readonly {
    readonly name: string;
    readonly unit: string;
    readonly log?: boolean;
    readonly curves: readonly {
      readonly name: string;
      readonly x: ArrayLike<number>;
      /** NaN leaves a gap. */
      readonly y: ArrayLike<number>;
    }[];
  }[];
  /** The network that was kept. */
  readonly chosen?: { readonly x: number; readonly why: string };
}

export interface PoseErrors extends Cautioned {
  readonly unit: string;
  /** How the frames that were tested were kept from training. */
  readonly split: {
    readonly kind: 'random' | 'blocks' | 'recordings' | 'none';
    readonly trainFrames: number;
    readonly testFrames: number;
  };
  /** Distances from prediction to label, one for each tested visible point; NaN where there was no prediction. */
  readonly keypoints: readonly { readonly name: string; readonly errors: ArrayLike<number> }[];
  /** In `unit`, to read the errors in body lengths. */
  readonly bodyLength?: number;
}

/** A mean error with its interval, and that of a guess without looking; NaN where there is none. */
export interface MeanError {
  readonly name: string;
  /** Labeled points. */
  readonly count: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly nullMean: number;
}

export interface KeypointErrors extends Cautioned {
  readonly unit: string;
  /** What the intervals are: `95 % bootstrap over frames`. */
  readonly meaning: string;
  readonly all: MeanError;
  readonly keypoints: readonly MeanError[];
}

/** Mean error of the points whose confidence is at least `cut`, and the fraction of points that they are. */
export interface CutPoint {
  readonly cut: number;
  readonly kept: number;
  readonly mean: number;
}

export interface ConfidenceCut extends Cautioned {
  readonly unit: string;
  /** From few to all points. */
  readonly curve: readonly CutPoint[];
  /** At round cuts, for the table. */
  readonly table: readonly CutPoint[];
  /** The cut that the project uses. */
  readonly chosen: CutPoint;
  /** Mean error of all points. */
  readonly everything: number;
}

export interface SizeCurveData extends Cautioned {
  readonly unit: string;
  readonly meaning: string;
  readonly points: readonly {
    readonly frames: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    /** Mean error of each seed. */
    readonly seeds: readonly number[];
  }[];
  readonly nullMean: number;
  readonly heldOutFrames: number;
  /** What ended each training: `Each point trained for 2 min`. */
  readonly bound: string;
}

export interface Picture {
  readonly bytes: Uint8Array;
  readonly type: 'image/jpeg' | 'image/png';
  /** px. */
  readonly width: number;
  readonly height: number;
}

/** Picture coordinates in px of the shown picture, the center of its top left pixel at (0, 0). */
export interface ShownPoint {
  readonly keypoint: string;
  readonly predicted?: { readonly x: number; readonly y: number; readonly confidence?: number };
  readonly true?: { readonly x: number; readonly y: number };
}

export interface WorstFrames extends Cautioned {
  /** Out of how many tested frames these are the worst. */
  readonly outOf: number;
  readonly frames: readonly WorstFrame[];
}

export interface WorstFrame {
  /** For instance `frame 412 of mouse3.mp4`. */
  readonly name: string;
  readonly picture: Picture;
  readonly points: readonly ShownPoint[];
  /** The largest error in the frame and whose it is. */
  readonly worst: { readonly keypoint: string; readonly error: number; readonly unit: string };
}

export interface Reliability extends Cautioned {
  /** A confidence is the stated probability of being within this distance of the label. */
  readonly radius: number;
  readonly unit: string;
  readonly bins: readonly {
    readonly low: number;
    readonly high: number;
    /** Mean confidence of the points in the bin. */
    readonly confidence: number;
    readonly within: number;
    readonly count: number;
  }[];
  /** Whether the confidence was calibrated on other frames than these. */
  readonly calibratedElsewhere: boolean;
}

export interface LabeledVideo extends Cautioned {
  readonly bytes: Uint8Array;
  readonly type: 'video/mp4' | 'video/webm';
  readonly width: number;
  readonly height: number;
  readonly poster?: Picture;
  /** What is shown: which recording, which seconds, how slowed. */
  readonly caption: string;
}

export interface Trajectory extends Cautioned {
  /** Whose path: `neck`. */
  readonly keypoint: string;
  /** Of which video, where there are several. */
  readonly video?: string;
  /** `mm`, `m` or `px`; y downwards as in the picture. */
  readonly unit: string;
  /** The field of view in `unit`. */
  readonly field: { readonly width: number; readonly height: number };
  /** NaN leaves a gap. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Colors the path. */
  readonly speed?: { readonly values: ArrayLike<number>; readonly unit: string };
  readonly truth?: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  /** Left out where only frames are counted. */
  readonly seconds?: number;
}

export interface Stance {
  readonly contactSeconds: number;
  readonly liftSeconds: number;
}

export interface StrideMeasure {
  readonly paw: string;
  readonly speed: number;
  readonly length: number;
  /** Stance over stride time. */
  readonly duty: number;
}

export interface GaitReport extends Cautioned {
  readonly speedUnit: string;
  readonly lengthUnit: string;
  readonly paws: readonly {
    readonly name: string;
    readonly stances: readonly Stance[];
    readonly trueStances?: readonly Stance[];
  }[];
  /** The stretch that the stance diagram shows; default: the first 4 s. */
  readonly window?: { readonly startSeconds: number; readonly endSeconds: number };
  readonly strides?: readonly StrideMeasure[];
  readonly trueStrides?: readonly StrideMeasure[];
  /** Strides left out of the plots and why: `{ reason: 'pause', count: 4 }`. */
  readonly leftOut?: readonly { readonly reason: string; readonly count: number }[];
  readonly phases?: {
    /** Whose contact is phase 0. */
    readonly reference: string;
    /** Phase of each stride, rad, 0 at the reference's contact, pi in alternation. */
    readonly paws: readonly {
      readonly name: string;
      readonly phases: ArrayLike<number>;
      readonly truePhases?: ArrayLike<number>;
    }[];
  };
  /** How well events and measures agree with the truth. */
  readonly agreement?: readonly KeyNumber[];
}

export interface ProvenanceRecord {
  /** What was run: steps with their options, in order. */
  readonly steps: readonly { readonly name: string; readonly options: string; readonly note?: string }[];
  readonly files?: readonly { readonly path: string; readonly sha256?: string; readonly what: string }[];
  /** Machine, versions, seed: whatever a reader needs to repeat it. */
  readonly facts?: readonly { readonly name: string; readonly value: string }[];
}

export function isAbsent<T extends object>(part: Part<T> | undefined): part is Absent | undefined {
  return part === undefined || 'absent' in part;
}
