import { join } from 'node:path';

/**
 * What lies where in a project's folder. Everything is a plain file that a person can copy, read and back up.
 *
 *     marey.yaml                 what the project is: skeleton, individuals, recordings, options of the steps; edited by hand
 *     labels/journal.jsonl       THE TRUTH of every label: append-only, one checksummed record a line
 *     labels/snapshot-N.json     the labels after record N, so that opening is quick; may be deleted, they are made again
 *     labels/torn-N.bin          what a crash left of an unfinished record, kept as evidence
 *     corrections/journal.jsonl  the same for what people corrected in tracks; made with the first correction
 *     behavior/journal.jsonl     the same for behaviors and their bouts
 *     pictures/<recording>/      copies of the labeled pictures, so that the labels outlive the folder they came from
 *     objects/ab/<key>/          what a step made, addressed by the hash of its inputs and options; manifest.json is written last
 *     objects/.tmp/              outputs being written; what a crash left here is swept away
 *     models/<name>.json         names for outputs: each points at a key in objects/
 *     results/<step>.json        the same for what the steps of "marey run" made last
 *     controllers/<name>.marey   networks that were trained to do a task with a body
 *     bodies/<video>.npz         bodies that were fitted to what a video shows, for pictures
 *     checkpoints/<run>/         states of training under way, step-N; the two newest are kept
 *     tracks/                    exported results, where a command was not told another place
 *     cache/                     may be deleted at any time
 *     logs/                      what the commands said
 *     .lock                      who is writing now
 */
export interface Layout {
  readonly root: string;
  readonly config: string;
  readonly labels: string;
  readonly journal: string;
  readonly corrections: string;
  readonly behavior: string;
  readonly pictures: string;
  readonly objects: string;
  readonly models: string;
  readonly results: string;
  readonly controllers: string;
  readonly bodies: string;
  readonly checkpoints: string;
  readonly tracks: string;
  readonly cache: string;
  readonly logs: string;
  readonly lock: string;
}

/** The name of the file that makes a folder a project. */
export const configName = 'marey.yaml';

export function layoutOf(root: string): Layout {
  return {
    root,
    config: join(root, configName),
    labels: join(root, 'labels'),
    journal: join(root, 'labels', 'journal.jsonl'),
    corrections: join(root, 'corrections', 'journal.jsonl'),
    behavior: join(root, 'behavior', 'journal.jsonl'),
    pictures: join(root, 'pictures'),
    objects: join(root, 'objects'),
    models: join(root, 'models'),
    results: join(root, 'results'),
    controllers: join(root, 'controllers'),
    bodies: join(root, 'bodies'),
    checkpoints: join(root, 'checkpoints'),
    tracks: join(root, 'tracks'),
    cache: join(root, 'cache'),
    logs: join(root, 'logs'),
    lock: join(root, '.lock'),
  };
}

/** The folders that a new project starts with. */
export function foldersOf(layout: Layout): string[] {
  const { labels, pictures, objects, models, results, checkpoints, tracks, cache, logs } = layout;
  return [labels, pictures, objects, models, results, checkpoints, tracks, cache, logs];
}
