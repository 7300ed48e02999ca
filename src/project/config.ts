import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { InputError } from '../signal/error.ts';
import type { Json } from '../signal/provenance.ts';
import { skeleton, type Skeleton } from '../signal/skeleton.ts';
import { writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { nearest } from './nearest.ts';
import { dataFileSchema, type DataFile } from './recorded/data-file.ts';
import { YamlFile } from './yaml-file.ts';

/** The version of a project's folder that this Marey writes; it reads this one and older ones. */
export const formatVersion = 1;

const name = z.string().min(1);
const pair = z.tuple([name, name]);
/** A name that becomes a folder's name. */
const folderName = z
  .string()
  .regex(
    /^(?!\.)[^/\\:*?"<>|\p{Cc}]+$/u,
    'must be a name that a folder can have (no / \\ : * ? " < > |, no dot in front)',
  );

/** `name` with what a folder's name cannot hold replaced by `-`. */
export function folderNameOf(name: string): string {
  return name.replace(/^\.+/, '').replaceAll(/[/\\:*?"<>|\p{Cc}]+/gu, '-') || 'recording';
}

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);

const schema = z.strictObject({
  marey: z.number().int().positive(),
  name: z.string().default(''),
  skeleton: z
    .strictObject({
      keypoints: z.array(name).default([]),
      edges: z.array(pair).default([]),
      symmetries: z.array(pair).optional(),
    })
    .default({ keypoints: [], edges: [] }),
  individuals: z.array(name).min(1).default(['individual']),
  recordings: z
    .array(
      z.strictObject({
        name: folderName,
        videos: z.array(z.string().min(1)).default([]),
        framesPerSecond: z.number().positive().optional(),
        data: z.array(dataFileSchema).optional(),
      }),
    )
    .default([]),
  steps: z.record(z.string(), z.record(z.string(), json)).default({}),
});

/** One stretch of an experiment: its videos (one a camera) are listed by path. */
export interface RecordingConfig {
  readonly name: string;
  readonly videos: readonly string[];
  /** Where the videos do not know it, for instance folders of pictures. 1/s. */
  readonly framesPerSecond?: number;
  /** Signals, events and spikes that were recorded beside the videos. */
  readonly data?: readonly DataFile[];
}

/** What `marey.yaml` says. */
export interface Config {
  readonly name: string;
  readonly skeleton: Skeleton;
  readonly individuals: readonly string[];
  readonly recordings: readonly RecordingConfig[];
  /** Options of the steps by the step's name, as written; a step reads its own with `stepOptions`. */
  readonly steps: { readonly [step: string]: { readonly [option: string]: Json } };
}

/** `marey.yaml` with the places of its values, so that every complaint names a line. */
export class ConfigFile {
  readonly path: string;
  readonly config: Config;
  readonly #file: YamlFile;

  private constructor(path: string, text: string) {
    this.path = path;
    this.#file = new YamlFile(path, text);
    this.#checkVersion(this.#file.value);
    this.config = this.#build(this.#file.check(schema, this.#file.value));
  }

  /** Throws `InputError` with file, line and column where the text is not YAML or does not fit the schema. */
  static parse(path: string, text: string): ConfigFile {
    return new ConfigFile(path, text);
  }

  static async read(path: string): Promise<ConfigFile> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (!isMissing(error)) throw diskError(error, path);
      throw new InputError('this folder is no Marey project', {
        where: path,
        expected: 'a marey.yaml',
        fix: 'Make a project with "marey new", or name its folder with --project.',
      });
    }
    return new ConfigFile(path, text);
  }

  /**
   * The options of one step, checked by that step's schema.
   * Throws `InputError` naming the line of the option that does not fit.
   */
  stepOptions<S extends z.ZodType>(step: string, options: S): z.output<S> {
    return this.#file.check(options, this.config.steps[step] ?? {}, ['steps', step]);
  }

  /** `file:line:column` of the value at `path`, or of its nearest parent that is there. */
  where(path: readonly PropertyKey[]): string {
    return this.#file.where(path);
  }

  /** The text with the value at each path set (`undefined` removes it), comments and the other lines as they were. */
  edited(changes: Parameters<YamlFile['edited']>[0]): string {
    return this.#file.edited(changes);
  }

  #checkVersion(value: unknown): void {
    const version = value !== null && typeof value === 'object' && 'marey' in value ? value.marey : undefined;
    if (typeof version !== 'number' || version <= formatVersion) return;
    throw new InputError('this project was written by a newer Marey', {
      where: this.where(['marey']),
      expected: `format ${formatVersion} or older`,
      got: `format ${version}`,
      fix: 'Install the newest Marey. Nothing was changed.',
    });
  }

  #build(value: z.output<typeof schema>): Config {
    const { keypoints, edges, symmetries } = value.skeleton;
    this.#checkDistinct(keypoints, (i) => ['skeleton', 'keypoints', i]);
    this.#checkDistinct(value.individuals, (i) => ['individuals', i]);
    this.#checkDistinct(
      value.recordings.map((r) => r.name),
      (i) => ['recordings', i, 'name'],
    );
    for (const [list, pairs] of Object.entries({ edges, symmetries: symmetries ?? [] })) {
      pairs.forEach((two, i) => {
        const unknown = two.findIndex((k) => !keypoints.includes(k));
        if (unknown < 0) return;
        const got = two[unknown];
        throw new InputError(`"${got}" is no keypoint of the skeleton`, {
          where: this.where(['skeleton', list, i, unknown]),
          expected: `one of ${keypoints.join(', ') || '(none)'}`,
          fix: nearest(got, keypoints, (near) => `Did you mean "${near}"?`),
        });
      });
    }
    return { ...value, skeleton: skeleton(keypoints, edges, symmetries) };
  }

  #checkDistinct(names: readonly string[], path: (i: number) => PropertyKey[]): void {
    const i = names.findIndex((n, at) => names.indexOf(n) < at);
    if (i < 0) return;
    throw new InputError(`"${names[i]}" is named twice`, {
      where: this.where(path(i)),
      expected: 'distinct names',
      fix: `It stands already at ${this.where(path(names.indexOf(names[i])))}.`,
    });
  }
}

/** Changes `marey.yaml`: reads it again, so that what a person typed meanwhile stays, checks the result, replaces the file. */
export async function editConfig(
  path: string,
  changes: (now: Config) => readonly (readonly [path: readonly (string | number)[], value: unknown])[],
): Promise<ConfigFile> {
  const file = await ConfigFile.read(path);
  const wanted = changes(file.config);
  if (wanted.length === 0) return file;
  const text = file.edited(wanted);
  const edited = ConfigFile.parse(path, text);
  await writeAtomic(path, text);
  return edited;
}

/** The text of a new project's `marey.yaml`. */
export function configText(config: Partial<Config> = {}): string {
  const { keypoints = [], edges = [], symmetries = [] } = config.skeleton ?? {};
  const names = (pairs: readonly (readonly [number, number])[]): string[][] =>
    pairs.map(([a, b]) => [keypoints[a], keypoints[b]]);
  const list = (value: unknown): string =>
    JSON.stringify(value).replaceAll('","', '", "').replaceAll('],[', '], [');
  const recordings = (config.recordings ?? []).map((r) => `  - ${list(r)}\n`).join('');
  const steps = Object.entries(config.steps ?? {}).map(([step, o]) => `  ${list(step)}: ${list(o)}\n`);
  const text = `# A Marey project. Edit this file freely; Marey keeps your comments when it adds something.
marey: ${formatVersion}
name: ${list(config.name ?? '')}

# keypoints: their names. edges: joined pairs, for drawing. symmetries: left/right twins, which change places when a
# picture is mirrored; left out, they are found by left/right in the names.
skeleton:
  keypoints: ${list(keypoints)}
  edges: ${list(names(edges))}
${keypoints.length === 0 ? '' : `  symmetries: ${list(names(symmetries))}\n`}
individuals: ${list(config.individuals ?? ['individual'])}

# One entry a recording; paths start from this folder. A video elsewhere is named by its whole path. What was recorded beside the
# videos stands under "data", for instance: data: [{path: data/emg.csv, kind: signal, unit: mV, rate: 2000}].
recordings:${recordings === '' ? ' []\n' : `\n${recordings}`}
# Options of the steps, for instance "train: {minutes: 15}". What is not named here has its default.
steps:${steps.length === 0 ? ' {}\n' : `\n${steps.join('')}`}`;
  return parseDocument(text).toString({ lineWidth: 110, flowCollectionPadding: false });
}
