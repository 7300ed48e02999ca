/**
 * The line between the workbench's page and its server: paths, what is asked and what is answered. Types and schemas only, for
 * both sides. Every path is below `/api` and needs the session's cookie. A failure is answered with `ApiFailure` and a status
 * of 400 (wrong usage), 404, 409 (somebody else writes), 422 (bad input) or 500.
 */
import { z } from 'zod';
import type { BehaviorImport } from '../project/behavior-events.ts';
import type { Behavior, BehaviorEdit, Bout } from '../project/behavior.ts';
import type { CorrectionEdit, KeptCorrection } from '../project/corrections.ts';
import type { Edit } from '../project/edits.ts';
import type { ImportPreview, ImportReport } from '../project/import-labels.ts';
import type { Skeleton } from '../signal/skeleton.ts';

/** What went wrong, as every error of Marey: where, what was expected, what was there, what to do. */
export interface ApiFailure {
  readonly error: {
    readonly message: string;
    readonly where?: string;
    readonly expected?: string;
    readonly got?: string;
    readonly fix?: string;
  };
}

/** GET /api/session: what the server has open. Without a project the page shows its start. */
export interface Session {
  readonly version: string;
  readonly project?: ProjectOverview;
}

/** GET /api/project */
export interface ProjectOverview {
  readonly name: string;
  readonly root: string;
  /** Another process writes, or the disk is read-only: why, in words. Labels cannot be changed then. */
  readonly readOnly?: string;
  readonly skeleton: Skeleton;
  readonly individuals: readonly string[];
  readonly videos: readonly VideoOverview[];
  readonly tracks: readonly TrackOverview[];
  readonly labeledFrames: number;
  readonly model?: ModelOverview;
  /** What a person should know: a missing video, a damaged record. */
  readonly notes: readonly string[];
}

export interface VideoOverview {
  /** Stable for the project; used in paths. */
  readonly id: string;
  readonly name: string;
  readonly recording: string;
  /** Why it cannot be shown, for instance that the file is gone. */
  readonly problem?: string;
  /** A body was fitted to what it shows: GET /api/videos/:id/body. */
  readonly hasBody?: boolean;
}

/**
 * GET /api/videos/:id/body. GET /api/videos/:id/body/values: float32 little-endian, `places`, `paths` and `activity` one after the other, as in
 * `project/bodies.ts`; in the body's world, m, z up.
 */
export interface BodyOverview {
  readonly times: readonly number[];
  readonly shapes: readonly {
    readonly name: string;
    readonly kind: 'sphere' | 'capsule' | 'ellipsoid' | 'cylinder' | 'box';
    readonly size: readonly [number, number, number];
  }[];
  readonly muscles: readonly string[];
  /** Points that a muscle's path has at most. */
  readonly points: number;
  /** What the muscles' color says; absent: nothing. */
  readonly activity?: string;
}

/** GET /api/videos/:id. Its times: GET /api/videos/:id/times, float64 little-endian seconds, one a frame. */
export interface VideoInfo {
  readonly id: string;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly framesPerSecond: number;
  readonly durationSeconds: number;
  readonly warnings: readonly string[];
}
// GET /api/videos/:id/frames/:index[?width=W]: that frame exactly, decoded, as image/jpeg (or image/png with ?format=png).
// GET /api/videos/:id/file: the file's own bytes, with ranges.

/** GET /api/tracks/:id. Values: GET /api/tracks/:id/values, float32 little-endian (see `trackArrays`). */
export interface TrackOverview {
  readonly id: string;
  readonly name: string;
  /** The video it belongs to, where that is known. */
  readonly video?: string;
  readonly keypoints: readonly string[];
  readonly frames: number;
  readonly covariance: boolean;
  /** The animal in it; several tracks can be of one file, with one name for corrections. */
  readonly individual: string;
  /** The name that its corrections are kept under. */
  readonly corrections: string;
  /** What it is: another output of the network has another key. Corrections say which one they were made on. */
  readonly key: string;
}

/** The arrays in a track's values, one after the other: positions [frame, keypoint, 2] px, confidence, covariance [.., 3]. */
export function trackArrays(
  { keypoints, frames, covariance }: Pick<TrackOverview, 'keypoints' | 'frames' | 'covariance'>,
  bytes: ArrayBuffer,
): { positions: Float32Array; confidence: Float32Array; covariance?: Float32Array } {
  const n = frames * keypoints.length;
  return {
    positions: new Float32Array(bytes, 0, 2 * n),
    confidence: new Float32Array(bytes, 8 * n, n),
    covariance: covariance ? new Float32Array(bytes, 12 * n, 3 * n) : undefined,
  };
}

/**
 * GET /api/recordings/:id/lanes: what was recorded beside the videos (`data` in marey.yaml), on their clock; `:id` is the recording's
 * name. A file that cannot be read is a lane too, which says why.
 */
export interface RecordedLane {
  /** Lasts as long as the names in marey.yaml do; used in paths. */
  readonly id: string;
  readonly title: string;
  /** The data file's name. */
  readonly group: string;
  /** Where it came from, in words. */
  readonly provenance: string;
  /** What should be known before it is believed. */
  readonly warnings: readonly string[];
  readonly content:
    | {
        readonly kind: 'signal';
        readonly unit: string;
        /** The names of its channels. */
        readonly series: readonly string[];
        /** Smallest and largest value of each channel, null where it has none. */
        readonly reach: readonly (readonly [low: number, high: number] | null)[];
        readonly count: number;
        /** Where samples are equally far apart; else GET .../lanes/:lane/times, float64 seconds. */
        readonly regular?: { readonly startSeconds: number; readonly rate: number };
      }
    | { readonly kind: 'events'; readonly count: number; readonly labels: readonly string[] }
    | { readonly kind: 'spikes'; readonly units: readonly string[]; readonly counts: readonly number[] }
    | { readonly kind: 'problem'; readonly error: ApiFailure['error'] };
}
// GET /api/recordings/:id/lanes/:lane/values?series=S&level=L&from=A&to=B, of a signal: float32 little-endian, samples A to B (excluded)
// at level 0; at level L minimum and maximum of blocks A to B of 8^L samples each, one pair a block; NaN is missing.
// GET /api/recordings/:id/lanes/:lane/values, of events and spikes: float64 little-endian. Events: all starts, all ends (equal to the
// start for a point), all numbers of labels. Spikes: the times of unit after unit. Seconds.

/**
 * POST /api/recordings/:id/lanes/:lane/around: a signal's channel around events. Answered with float64: how many lags, the lags
 * (s), then for each event that has values its number and as many values.
 */
export const aroundRequest = z.object({
  series: z.number().int().nonnegative(),
  /** Seconds. */
  events: z.array(z.number()).max(100_000),
  before: z.number().nonnegative().max(3600),
  after: z.number().nonnegative().max(3600),
});
/** GET /api/corrections: what people corrected in all tracks, and GET /api/tracks/:id/corrections: in one. Values of tracks are as the network gave them. */
export interface CorrectionsAnswer {
  /** Number of the journal's last record. */
  readonly revision: number;
  /** By the tracks' names for corrections, in the order in which they are done. */
  readonly tracks: Readonly<Record<string, readonly KeptCorrection[]>>;
}

/** POST /api/tracks/:id/corrections. Answered when it is in the journal. */
export const correctionsRequest = z.object({
  edits: z.array(z.unknown()),
  by: z.string().max(200).optional(),
  page: z.string().max(100).optional(),
});
export interface CorrectionsReceipt {
  readonly revision: number;
  readonly undo: readonly CorrectionEdit[];
}

/** GET /api/behavior: behaviors that people look for, and their bouts in all videos. */
export interface BehaviorAnswer {
  readonly revision: number;
  readonly behaviors: readonly Behavior[];
  readonly bouts: readonly Bout[];
}

/** POST /api/behavior. Answered when it is in the journal. */
export const behaviorRequest = correctionsRequest;
export interface BehaviorReceipt {
  readonly revision: number;
  readonly undo: readonly BehaviorEdit[];
}
/**
 * POST /api/behavior/read: what taking in a file's text would do. Nothing is changed: the edits are sent by POST /api/behavior.
 * GET /api/behavior/export?video=ID&format=boris|csv is the bouts of a video as a table.
 */
export const behaviorReadRequest = z.strictObject({
  video: z.string(),
  file: z.string().min(1),
  text: z.string(),
});
export type BehaviorReading = BehaviorImport;

export interface ModelOverview {
  readonly network: string;
  readonly steps: number;
  readonly trainedFrames: number;
  /** Mean error over held-out frames, px; absent where nothing was held out or it has not been evaluated. */
  readonly testErrorPx?: number;
  readonly keypoints: readonly string[];
}

/** GET /api/labels: every labeled frame, as the edit that makes it. */
export interface LabelsAnswer {
  /** Number of the journal's last record. */
  readonly revision: number;
  readonly frames: readonly Extract<Edit, { op: 'frame' }>[];
}

/** POST /api/labels. Answered when it is in the journal. */
export const labelsRequest = z.object({
  edits: z.array(z.unknown()),
  by: z.string().max(200).optional(),
  /** The page that asks: its own edits come back over the events with this name. */
  page: z.string().max(100).optional(),
});
export interface LabelsReceipt {
  readonly revision: number;
  readonly undo: readonly Edit[];
}
/** GET /api/labels/formats: which files of other tools can be read and written. GET /api/labels/export?format=NAME is such a file. */
export interface LabelFileFormat {
  readonly name: string;
  readonly title: string;
  /** None for a folder that is read; one that is written comes as `.zip`. */
  readonly extensions: readonly string[];
}
export interface LabelFormatsAnswer {
  readonly read: readonly LabelFileFormat[];
  readonly write: readonly LabelFileFormat[];
}

/**
 * POST /api/labels/imports begins one; PUT .../imports/:id/file?path=P sends a file of it, with its path below what was chosen;
 * POST .../imports/:id/read says what taking it in would do, and changes nothing; POST .../imports/:id/take does it, all or nothing;
 * DELETE .../imports/:id gives it up.
 */
export interface LabelImportBegun {
  readonly id: string;
}
export const labelReadRequest = z.strictObject({
  /** A name of `LabelFormatsAnswer`, where the content is not to decide. */
  format: z.string().optional(),
  by: z.string().max(200).optional(),
});
export type LabelsTaken = ImportReport;
export interface LabelReading extends ImportPreview {
  /** What it was read as. */
  readonly format: string;
  readonly keypoints: readonly string[];
  readonly individuals: readonly string[];
}
// GET /api/labels/picture?frame=KEY: the picture of a labeled frame (image file, or the video's frame), image/jpeg or png.

/** GET /api/suggestions?video=ID&count=N: frames worth labeling, with the reason in words. */
export interface Suggestion {
  readonly video: string;
  readonly frame: number;
  readonly reason: string;
}

/** POST /api/jobs starts one; GET /api/jobs lists them; POST /api/jobs/:id/cancel; GET /api/jobs/:id/log (text). */
export const jobRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('train'),
    minutes: z.number().positive().max(10_000).optional(),
    network: z.enum(['auto', 'fast', 'accurate']).optional(),
    split: z.string().max(100).optional(),
    seed: z.number().int().nonnegative().optional(),
  }),
  z.object({ kind: z.literal('evaluate') }),
  z.object({ kind: z.literal('track'), videos: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('run'), steps: z.array(z.string()).optional() }),
  z.object({ kind: z.literal('claim'), claim: z.string().max(300) }),
  z.object({
    kind: z.literal('control'),
    task: z.string().max(100),
    name: z.string().max(100),
    units: z.number().int().min(1).max(4096).optional(),
    steps: z.number().int().min(1).optional(),
    seed: z.number().int().nonnegative().optional(),
  }),
  z.object({ kind: z.literal('demo') }),
]);
export type JobRequest = z.infer<typeof jobRequest>;

export interface JobState {
  readonly id: string;
  readonly request: JobRequest;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt?: string;
  /** What is being done, the done fraction, and the time that is left as far as known. */
  readonly progress?: { readonly what: string; readonly fraction?: number; readonly secondsLeft?: number };
  /** The command's result (its `--json` object). */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: ApiFailure['error'];
}

/** GET /api/claims: the claims of the project, each with what was seen of it. */
export interface ClaimOverview {
  /** Its file, from the project's folder. */
  readonly id: string;
  /** Why it cannot be read. */
  readonly problem?: ApiFailure['error'];
  readonly claim?: ClaimPlanWords;
  /** Results that were seen of another version of it, the oldest first. */
  readonly before: readonly { readonly at: string; readonly sentence: string }[];
  /** The result of the plan as it stands; absent until it is judged. */
  readonly judged?: ClaimJudgment;
}

export interface ClaimPlanWords {
  readonly question: string;
  readonly hypotheses: readonly { readonly name: string; readonly features: readonly string[] }[];
  /** How it is judged: folds, null, resamples, level. */
  readonly how: string;
  readonly hash: string;
  readonly level: number;
}

export interface ClaimJudgment {
  readonly at: string;
  readonly sentence: string;
  readonly kind: 'none' | 'inseparable' | 'undecided' | 'decided';
  /** The best first. */
  readonly ranking: readonly {
    readonly name: string;
    /** Mean over units of the held-out R2. */
    readonly score: number;
    readonly interval: readonly [low: number, high: number];
    readonly unitScores: readonly number[];
    readonly null: { readonly mean: number; readonly percentile95: number };
    readonly corrected: number;
    readonly ceiling?: number;
    readonly behind?: {
      readonly difference: number;
      readonly interval: readonly [low: number, high: number];
      readonly corrected: number;
    };
  }[];
  readonly recovery?: {
    readonly names: readonly string[];
    /** How often each (column) came first where another (row) had made the data. */
    readonly first: readonly (readonly number[])[];
    readonly recoveries: number;
  };
  readonly unitNames: readonly string[];
  readonly samples: number;
  readonly notes: readonly string[];
  /** Where the report lies. */
  readonly report: string;
}

/** GET /api/controllers: networks that were trained to do a task, and what can be trained. */
export interface ControllersAnswer {
  readonly networks: readonly ControllerOverview[];
  readonly tasks: readonly { readonly name: string; readonly summary: string }[];
  readonly operations: readonly {
    readonly name: string;
    readonly summary: string;
    readonly unit: string;
    readonly doses: readonly [least: number | null, greatest: number | null];
    /** It lasts the whole trial. */
    readonly lasting: boolean;
  }[];
}

export interface ControllerOverview {
  readonly name: string;
  readonly problem?: ApiFailure['error'];
  readonly facts?: {
    readonly task: string;
    readonly units: number;
    readonly cell: string;
    readonly seed: number;
    readonly steps: number;
    readonly score: TaskScore;
    readonly trialSeconds: number;
    /** What can be changed, with the names of its parts (none: by number). */
    readonly targets: readonly {
      readonly name: string;
      readonly summary: string;
      readonly parts: readonly string[];
    }[];
  };
}

export interface TaskScore {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
}

/** POST /api/controllers/:name/run: each condition once, intact and changed; and recorded neurons in the network's space, where some are named. */
export const controllerRunRequest = z.object({
  interventions: z
    .array(
      z.object({
        target: z.string(),
        select: z
          .array(z.union([z.number().int(), z.string()]))
          .min(1)
          .optional(),
        operation: z.string(),
        dose: z.number(),
        value: z.number().optional(),
        fromSeconds: z.number().optional(),
        toSeconds: z.number().optional(),
      }),
    )
    .max(8),
  /** Lanes of a recording: units, and the events that say which condition began when. */
  recorded: z.object({ recording: z.string(), spikes: z.string(), events: z.string() }).optional(),
});
export type ControllerRunRequest = z.infer<typeof controllerRunRequest>;

/** Arrays of both runs are `condition x time x value`, one after the other. */
export interface ControllerRun {
  readonly stepSeconds: number;
  readonly steps: number;
  readonly conditions: readonly string[];
  /** The place of the endpoint in the plane, m; or the outputs. */
  readonly behavior: {
    readonly kind: 'path' | 'outputs';
    readonly names: readonly string[];
    readonly unit: string;
    readonly intact: readonly number[];
    readonly changed: readonly number[];
    /** What was wanted, likewise. */
    readonly desired: readonly number[];
  };
  readonly score: { readonly intact: TaskScore; readonly changed: TaskScore };
  /** Along the first principal components of the intact units. */
  readonly activity: {
    readonly axes: number;
    readonly explained: readonly number[];
    readonly intact: readonly number[];
    readonly changed: readonly number[];
  };
  /** Mean absolute change of what was selected, of the first intervention, by step. */
  readonly delivered: readonly number[];
  readonly recorded?: {
    readonly units: number;
    readonly conditions: readonly string[];
    readonly binSeconds: number;
    readonly times: number;
    readonly axes: number;
    readonly network: readonly number[];
    readonly neurons: readonly number[];
    readonly value: number;
    readonly interval: readonly [low: number, high: number];
    readonly null: { readonly mean: number; readonly percentile95: number };
    readonly p: number;
  };
}

/** GET /api/training: the learning curves of this project's trainings, the newest last. */
export interface TrainingRun {
  readonly id: string;
  /** A stopped one goes on when its `request` is made again. */
  readonly state: 'done' | 'running' | 'stopped';
  /** It made the project's model. */
  readonly current: boolean;
  /** When it ended, or last kept its state; ISO 8601. */
  readonly at?: string;
  readonly options: TrainingChoices;
  /** The job that a running or stopped one is or was, as it was asked for. */
  readonly request?: Extract<JobRequest, { readonly kind: 'train' }>;
  /** Labeled frames that trained. */
  readonly frames?: number;
  readonly seconds?: number;
  readonly stages: readonly TrainingStage[];
}

export interface TrainingChoices {
  readonly minutes?: number;
  /** Steps of each stage, where they bound it in place of minutes. */
  readonly steps?: number;
  readonly network?: string;
  readonly split?: string;
  readonly seed?: number;
}

export interface TrainingStage {
  readonly name: string;
  readonly steps: readonly number[];
  /** No unit: mean negative log likelihood of the labels, and what the network is told besides. */
  readonly loss: readonly number[];
  readonly heldOutSteps: readonly number[];
  /** Mean error on some of the held-out frames with the stages trained by then, px. */
  readonly heldOutError: readonly number[];
}

/** GET /api/evaluation: how wrong the model is on the labels of now, or null where nobody has judged that yet. */
export interface EvaluationAnswer {
  readonly split: string;
  readonly trainFrames: number;
  readonly trainErrorPx: number;
  /** On frames that were held out; null where every labeled frame trained: nothing can be said of the error then. */
  readonly test: {
    readonly frames: number;
    readonly points: number;
    readonly meanPx: number;
    /** 95 %, frames resampled, px. */
    readonly interval: readonly [low: number, high: number];
    readonly medianPx: number;
    readonly maxPx: number;
    readonly bodyLengths: number;
    /** What a guess without looking is off by, px: the mean labeled position for every picture. */
    readonly nullPx: number | null;
    readonly confident: { readonly cut: number; readonly kept: number; readonly meanPx: number | null };
    readonly keypoints: readonly {
      readonly name: string;
      readonly points: number;
      readonly meanPx: number | null;
      readonly medianPx: number | null;
    }[];
  } | null;
  /** Held-out frames with their predictions, the worst first. */
  readonly worst: readonly HeldOutExample[];
}

export interface HeldOutExample {
  /** The labeled frame's key. */
  readonly frame: string;
  readonly name: string;
  readonly meanPx: number;
  readonly maxPx: number;
  /** In the order of the skeleton, picture px; null where nobody placed it. */
  readonly truth: readonly (readonly [x: number, y: number] | null)[];
  readonly predicted: readonly (readonly [x: number, y: number, confidence: number])[];
}

/** GET /api/steps: what `marey run` would do. */
export interface StepOverview {
  readonly name: string;
  /** What it makes, in a few words. */
  readonly makes: string;
  readonly needs: readonly string[];
  readonly state: StepItem['state'];
  readonly why: string;
  /** All that it makes: one for the project, or one a video. */
  readonly items: readonly StepItem[];
  /** Its options as JSON Schema of an object; none where nothing can be chosen. */
  readonly schema?: JsonSchema;
  /** What `marey.yaml` says of them; what it does not say has its default. */
  readonly stated: Readonly<Record<string, unknown>>;
}

export interface StepItem {
  /** Of the video; none for the whole project. */
  readonly item?: string;
  readonly state: 'done' | 'stale' | 'missing' | 'blocked';
  readonly why?: string;
}

/** As much of JSON Schema as options are made of. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** POST /api/steps/:name/options: what `marey.yaml` shall say of a step. Answered with `StepOverview[]`. */
export const stepOptionsRequest = z.object({ options: z.record(z.string(), z.unknown()) });

/** GET /api/events: server-sent events, each `event: NAME` with the JSON of its type. */
export interface ServerEvents {
  readonly labels: { readonly revision: number; readonly edits: readonly Edit[]; readonly page?: string };
  readonly corrections: {
    readonly revision: number;
    readonly edits: readonly CorrectionEdit[];
    readonly page?: string;
  };
  readonly behavior: {
    readonly revision: number;
    readonly edits: readonly BehaviorEdit[];
    readonly page?: string;
  };
  readonly job: JobState;
  /** Something of the overview changed (a model, a track, a video): ask for it again. */
  readonly project: Record<string, never>;
}

/** POST /api/start: one of the three doors. Answered with the new `Session`. Paths are of the machine that the server runs on. */
export const startRequest = z.discriminatedUnion('door', [
  z.object({ door: z.literal('open'), path: z.string().min(1) }),
  z.object({ door: z.literal('import'), path: z.string().min(1), to: z.string().min(1).optional() }),
  z.object({
    door: z.literal('new'),
    folder: z.string().min(1),
    videos: z.array(z.string()),
    keypoints: z.array(z.string().min(1)).min(1),
    edges: z.array(z.tuple([z.string(), z.string()])).default([]),
  }),
  z.object({ door: z.literal('demo'), folder: z.string().min(1) }),
]);
export type StartRequest = z.input<typeof startRequest>;
// PUT /api/uploads/:name: a dropped video; answered with { path } once it is whole on the disk of the server.

/** GET /api/folders?path=P: what a person can choose from, on the start page only. */
export interface FolderListing {
  readonly path: string;
  readonly parent?: string;
  readonly folders: readonly string[];
  /** Videos and label projects in it. */
  readonly videos: readonly string[];
  readonly kind?: 'marey' | 'deeplabcut' | 'sleap' | 'lightning-pose';
}
