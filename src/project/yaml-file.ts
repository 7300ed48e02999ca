import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { z } from 'zod';
import { InputError } from '../signal/error.ts';
import { nearest } from './nearest.ts';

/** A YAML file that a person writes, with the places of its values, so that every complaint names a line. */
export class YamlFile {
  readonly path: string;
  /** What stands in it, as plain values. */
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** Throws `InputError` with file, line and column where the text is not YAML. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true });
    this.value = this.#toValue();
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

  /**
   * The value at the path `base`, checked by a schema; what is not one of its keys is refused. Throws `InputError` that names the line of all that
   * does not fit.
   */
  check<S extends z.ZodType>(options: S, value: unknown, base: readonly PropertyKey[] = []): z.output<S> {
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
