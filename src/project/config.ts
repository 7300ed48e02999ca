import { readFile } from 'node:fs/promises';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { z } from 'zod';
import { InputError } from '../signal/error.ts';
import type { Json } from '../signal/provenance.ts';
import { skeleton, type Skeleton } from '../signal/skeleton.ts';
import { writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { nearest } from './nearest.ts';
import { dataFileSchema, type DataFile } from './recorded/data-file.ts';

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
  readonly #document: Document;
  readonly #lines: LineCounter;

  private constructor(path: string, text: string) {
    this.path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true });
    const value = this.#toValue();
    this.#checkVersion(value);
    this.config = this.#build(this.#parse(schema, value, []));
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
    return this.#parse(options, this.config.steps[step] ?? {}, ['steps', step]);
  }

  /** `file:line:column` of the value at `path`, or of its nearest parent that is there. */
  where(path: readonly PropertyKey[]): string {
    for (let n = path.length; n >= 0; n--) {
      const offset = this.#offset(path.slice(0, n));
      if (offset === undefined) continue;
      const { line, col } = this.#lines.linePos(offset);
      return `${this.path}:${line}:${col}`;
    }
    return this.path;
  }

  /** The text with the value at each path set (`undefined` removes it), comments and the other lines as they were. */
  edited(changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[]): string {
    const document = this.#document.clone();
    for (const [path, value] of changes) {
      if (value === undefined) document.deleteIn(path);
      else setNode(document, path, value);
    }
    return document.toString({ lineWidth: 110, flowCollectionPadding: false });
  }

  #toValue(): unknown {
    const [error] = [...this.#document.errors, ...this.#document.warnings];
    if (error !== undefined) {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      throw new InputError(error.message, {
        where: `${this.path}:${line}:${col}`,
        expected: 'YAML 1.2 of plain values',
        fix: 'Correct this line; a value with a colon or a # needs quotes.',
      });
    }
    try {
      return this.#document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new InputError('the YAML cannot be expanded', { where: this.path, got, cause });
    }
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

  #parse<S extends z.ZodType>(options: S, value: unknown, base: readonly PropertyKey[]): z.output<S> {
    const result = options.safeParse(value);
    if (result.success) return result.data;
    const complaints = result.error.issues.flatMap((issue) => this.#complaints(options, issue, base));
    const [first, ...rest] = complaints;
    const more = rest
      .map((c) => `\n  ${c.where}: ${c.what}.${c.fix === undefined ? '' : ` ${c.fix}`}`)
      .join('');
    throw new InputError(`${first.what}${more === '' ? '' : `. Also:${more}\n`}`, {
      where: first.where,
      fix: first.fix,
    });
  }

  #complaints(
    options: z.ZodType,
    issue: z.core.$ZodIssue,
    base: readonly PropertyKey[],
  ): { where: string; what: string; fix?: string }[] {
    const path = [...base, ...issue.path];
    if (issue.code !== 'unrecognized_keys') {
      const key = path.length === 0 ? 'the file' : keyText(path);
      return [{ where: this.where(path), what: `${key}: ${issue.message}` }];
    }
    const known = knownKeys(options, issue.path);
    return issue.keys.map((key) => ({
      where: this.where([...path, key]),
      what: `unknown key "${key}"`,
      fix: nearest(key, known, (near) => `Did you mean "${near}"?`) ?? `Known here: ${known.join(', ')}.`,
    }));
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

  /** Where the value at `path` begins; for an entry of a map, where its key begins. */
  #offset(path: readonly PropertyKey[]): number | undefined {
    let node: unknown = this.#document.contents;
    let offset = (node as Node | null)?.range?.[0];
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.#document);
      if (isMap(node)) {
        const found = node.items.find((item) => isScalar(item.key) && item.key.value === key);
        if (found === undefined) return undefined;
        offset = (found.key as Node).range?.[0];
        node = found.value;
      } else if (isSeq(node) && typeof key === 'number' && key < node.items.length) {
        node = node.items[key];
        offset = (node as Node | null)?.range?.[0];
      } else {
        return undefined;
      }
    }
    return offset;
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

function setNode(document: Document, path: readonly (string | number)[], value: unknown): void {
  const parent = document.getIn(path.slice(0, -1), true);
  // An empty list is written `[]`; entries that come in go one below the other.
  if (isSeq(parent) && parent.items.length === 0) parent.flow = false;
  document.setIn(path, document.createNode(value, { flow: Array.isArray(value) }));
}

function keyText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

/** The keys that the object at `path` of a schema may have. */
function knownKeys(options: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = options;
  for (const key of [...path, undefined]) {
    while (at instanceof z.ZodDefault || at instanceof z.ZodOptional) at = at.unwrap();
    if (key === undefined) break;
    if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else if (at instanceof z.ZodObject) at = (at.shape as Record<string, unknown>)[String(key)];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
