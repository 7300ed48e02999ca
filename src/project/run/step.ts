import type { CurvePoint, EvaluateResult } from '../steps/index.ts';
import type { z } from 'zod';
import type { Models } from '../models.ts';
import type { Project } from '../project.ts';
import type { Recipe } from '../store.ts';
import type { LabelSet } from '../../signal/labels.ts';

/** What making something may use besides the project. */
export interface Making {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (
    what: string,
    fraction: number,
    secondsLeft?: number,
    /** Where a training stands, for who draws its curve. */
    training?: CurvePoint,
  ) => void;
  /** Something a person should hear. */
  readonly note: (text: string) => void;
  /** Draws the report: the faces above know how. Without it no report is made. */
  readonly drawReport?: (project: Project, result: EvaluateResult) => Promise<string>;
}

/** A file of an output that a person finds in the project by a name of its own. */
export interface Published {
  /** In the output's folder. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  /** Nobody edits it by hand: a changed one is replaced without keeping the old one beside it. */
  readonly drawn?: boolean;
}

/** One thing that a step makes: for the whole project or for one video. */
export interface Job {
  readonly step: string;
  /** Of the video; none for the whole project. */
  readonly item?: string;
  /** All it depends on. What comes before may still have to be made: its key is known from its own recipe. */
  readonly recipe: Recipe;
  /** Where its last output is named. */
  readonly named: { readonly names: Models; readonly name: string };
  readonly publishes?: readonly Published[];
  /** Puts the output of `recipe` into the store. */
  readonly make: (making: Making) => Promise<void>;
}

/** In place of a job that cannot be done: what stands in the way. */
export interface Blocked {
  readonly step: string;
  readonly item?: string;
  readonly blocked: string;
}

/** What the jobs of a step are made from. */
export interface Planning {
  readonly project: Project;
  readonly labels: LabelSet;
  /** The jobs of a step this one needs. */
  readonly jobsOf: (step: string) => readonly (Job | Blocked)[];
}

/** One step of `marey run`. Adding a step is one such record in `records/index.ts`. */
export interface StepRecord {
  readonly name: string;
  /** What it makes, in a few words. */
  readonly makes: string;
  /** Steps whose outputs go in; they stand before it in the list. */
  readonly needs: readonly string[];
  /** What `steps` in `marey.yaml` may say of it; each option describes itself. None where nothing can be chosen. */
  readonly options?: z.ZodObject;
  readonly plan: (planning: Planning) => Promise<readonly (Job | Blocked)[]>;
}

export function isBlocked(job: Job | Blocked): job is Blocked {
  return 'blocked' in job;
}
