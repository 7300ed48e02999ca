import { chunk, type Chunk, type ChunkType } from './container.ts';
import { InputError, MareyError, UsageError } from './error.ts';
import type { Json, Provenance } from './provenance.ts';
import type { Values } from './signal.ts';

/**
 * A record: JSON text that names typed arrays, followed by the arrays bit by bit. Numbers that JSON cannot say (NaN,
 * infinities, -0) are written as `{"$": "NaN"}`; keys of user data that start with `$` get one more. A provenance that
 * several values share is stored once.
 */
export const formatVersion = 1;

const arrayTypes = {
  Float64Array,
  Float32Array,
  Int32Array,
  Int16Array,
  Uint16Array,
  Uint8Array,
} as const;
type ArrayName = keyof typeof arrayTypes;

/** Collects the arrays and provenances that a value refers to while it is turned into JSON. */
export class RecordWriter {
  readonly #arrays: Values[] = [];
  readonly #provenances: Json[] = [];
  readonly #byObject = new Map<Provenance, number>();
  readonly #byText = new Map<string, number>();

  array(values: Values): Json {
    this.#arrays.push(values);
    return this.#arrays.length - 1;
  }

  provenance(p: Provenance): Json {
    const known = this.#byObject.get(p);
    if (known !== undefined) return known;
    const inputs = p.inputs?.map((input) => this.provenance(input));
    const node = this.plain({ ...p, inputs });
    const text = JSON.stringify(node);
    let index = this.#byText.get(text);
    if (index === undefined) {
      index = this.#provenances.push(node) - 1;
      this.#byText.set(text, index);
    }
    this.#byObject.set(p, index);
    return index;
  }

  /** Plain data: what JSON has, the special numbers, and `undefined` fields, which are left out. */
  plain(value: unknown): Json {
    if (typeof value === 'number') {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: Object.is(value, -0) ? '-0' : `${value}` };
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map((v) => this.plain(v));
    if (typeof value === 'object' && !ArrayBuffer.isView(value)) {
      const fields = Object.entries(value).filter(([, v]) => v !== undefined);
      return Object.fromEntries(fields.map(([k, v]) => [k.startsWith('$') ? `$${k}` : k, this.plain(v)]));
    }
    throw new UsageError('this value is no plain data and cannot be stored', { got: typeof value });
  }

  /** The record's chunks, numbered from `index`. */
  *chunks(type: ChunkType, index: number, kind: string, value: Json): Generator<Uint8Array> {
    const arrays = this.#arrays.map((a) => ({ type: a[Symbol.toStringTag], length: a.length }));
    const text = JSON.stringify({
      format: 'marey',
      version: formatVersion,
      kind,
      value,
      arrays,
      provenances: this.#provenances,
    });
    yield chunk(type, index, new TextEncoder().encode(text));
    for (const a of this.#arrays) {
      yield chunk('DATA', ++index, new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
    }
  }
}

/** A record's JSON with its arrays, as read back. */
export class RecordReader {
  readonly kind: string;
  readonly value: Fields;
  readonly #arrays: readonly Values[];
  readonly #provenances: Provenance[] = [];
  readonly where: string;

  private constructor(where: string, kind: string, value: unknown, arrays: readonly Values[]) {
    this.where = where;
    this.kind = kind;
    this.#arrays = arrays;
    this.value = new Fields(value, this, kind);
  }

  /** How many arrays follow a record's text, checked as far as the text goes. */
  static open(
    head: Chunk,
    where: string,
  ): { readonly arrays: number; read(data: readonly Chunk[]): RecordReader } {
    const fail = (what: string, facts: { expected?: string; got?: string; cause?: unknown } = {}): never => {
      throw new InputError(what, { where: `${where}, byte ${head.at}`, ...facts });
    };
    let parsed: unknown;
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(head.payload));
    } catch (cause) {
      fail('the text of a record cannot be read', { cause });
    }
    const record = (typeof parsed === 'object' && parsed ? parsed : {}) as {
      readonly [key: string]: unknown;
    };
    if (record['format'] !== 'marey') fail('this is no record of Marey');
    if (record['version'] !== formatVersion) {
      fail('this file was written by another version of Marey', {
        expected: `format version ${formatVersion}`,
        got: `${JSON.stringify(record['version'])}`,
      });
    }
    const { kind, value, arrays, provenances } = record;
    if (typeof kind !== 'string' || !Array.isArray(arrays) || !Array.isArray(provenances)) {
      return fail('a record lacks its kind, arrays or provenances');
    }
    return {
      arrays: arrays.length,
      read(data) {
        const reader = new RecordReader(
          where,
          kind,
          value,
          arrays.map((a: unknown, i) => storedArray(a, data[i], `${where}, array ${i}`)),
        );
        for (const p of provenances) reader.#provenances.push(reader.#provenance(p));
        return reader;
      },
    };
  }

  array(index: unknown, field: string): Values {
    const found = typeof index === 'number' ? this.#arrays[index] : undefined;
    return found ?? this.fail(field, 'a stored array', index);
  }

  provenance(index: unknown, field: string): Provenance {
    const found = typeof index === 'number' ? this.#provenances[index] : undefined;
    return found ?? this.fail(field, 'a stored provenance', index);
  }

  plain(value: unknown): Json {
    if (typeof value !== 'object' || value === null) return value as Json;
    if (Array.isArray(value)) return value.map((v) => this.plain(v));
    const special = (value as { readonly $?: unknown }).$;
    if (special !== undefined) {
      if (special === '-0' || special === 'NaN' || special === 'Infinity' || special === '-Infinity')
        return Number(special);
      return this.fail('number', 'NaN, Infinity, -Infinity or -0', special);
    }
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k.startsWith('$$') ? k.slice(1) : k, this.plain(v)]),
    );
  }

  /** Runs a constructor; what it refuses of a file's content is the file's fault. */
  build<T>(field: string, make: () => T): T {
    try {
      return make();
    } catch (cause) {
      if (cause instanceof InputError || !(cause instanceof MareyError)) throw cause;
      throw new InputError(`the stored ${field} is not valid: ${cause.message}`, {
        where: this.where,
        cause,
      });
    }
  }

  fail(field: string, expected: string, got: unknown): never {
    throw new InputError(`"${field}" is not what it should be`, {
      where: this.where,
      expected,
      got: JSON.stringify(got)?.slice(0, 80) ?? 'nothing',
    });
  }

  #provenance(node: unknown): Provenance {
    const plain = this.plain(node) as { readonly [key: string]: Json };
    const { inputs } = new Fields(node, this, 'provenance').record;
    if (typeof plain['step'] !== 'string') this.fail('provenance', 'a step', plain);
    const rest = plain as unknown as Provenance;
    if (inputs === undefined) return rest;
    if (!Array.isArray(inputs)) this.fail('provenance inputs', 'a list', inputs);
    return { ...rest, inputs: (inputs as unknown[]).map((i) => this.provenance(i, 'provenance input')) };
  }
}

function storedArray(description: unknown, data: Chunk | undefined, where: string): Values {
  const { type, length } = (description ?? {}) as { readonly type?: unknown; readonly length?: unknown };
  const known =
    typeof type === 'string' && Object.hasOwn(arrayTypes, type) ? arrayTypes[type as ArrayName] : undefined;
  if (
    !known ||
    !data ||
    data.type !== 'DATA' ||
    data.payload.length !== Number(length) * known.BYTES_PER_ELEMENT
  ) {
    throw new InputError('an array does not fit its description', {
      where: data ? `${where}, byte ${data.at}` : where,
      expected: `${type} of ${length}`,
      got: data ? `${data.payload.length} bytes` : 'nothing',
    });
  }
  // A copy, so that the array is aligned and does not keep the file's other bytes alive.
  return new known(data.payload.slice().buffer);
}

/** One JSON object of a record, read field by field; a field of another type is an `InputError` with its name. */
export class Fields {
  readonly record: { readonly [key: string]: unknown };
  readonly #reader: RecordReader;
  readonly #name: string;

  constructor(value: unknown, reader: RecordReader, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      reader.fail(name, 'an object', value);
    this.record = value as { readonly [key: string]: unknown };
    this.#reader = reader;
    this.#name = name;
  }

  text(key: string): string {
    return this.optionalText(key) ?? this.#fail(key, 'text');
  }

  optionalText(key: string): string | undefined {
    const v = this.record[key];
    return v === undefined || typeof v === 'string' ? v : this.#fail(key, 'text');
  }

  number(key: string): number {
    const v = this.#reader.plain(this.record[key]);
    return typeof v === 'number' ? v : this.#fail(key, 'a number');
  }

  list(key: string): readonly unknown[] {
    const v = this.record[key];
    return Array.isArray(v) ? v : this.#fail(key, 'a list');
  }

  texts(key: string): readonly string[] {
    const v = this.list(key);
    return v.every((s) => typeof s === 'string') ? v : this.#fail(key, 'a list of texts');
  }

  numbers(key: string): readonly number[] {
    const v = this.list(key);
    return v.every((n) => typeof n === 'number') ? v : this.#fail(key, 'a list of numbers');
  }

  object(key: string): Fields {
    return new Fields(this.record[key], this.#reader, `${this.#name}.${key}`);
  }

  optionalObject(key: string): Fields | undefined {
    return this.record[key] === undefined ? undefined : this.object(key);
  }

  objects(key: string): Fields[] {
    return this.list(key).map((v, i) => new Fields(v, this.#reader, `${this.#name}.${key}[${i}]`));
  }

  array(key: string): Values {
    return this.#reader.array(this.record[key], `${this.#name}.${key}`);
  }

  float64(key: string): Float64Array {
    const a = this.array(key);
    return a instanceof Float64Array ? a : this.#fail(key, 'a Float64Array');
  }

  int32(key: string): Int32Array {
    const a = this.array(key);
    return a instanceof Int32Array ? a : this.#fail(key, 'an Int32Array');
  }

  provenance(key = 'provenance'): Provenance {
    return this.#reader.provenance(this.record[key], `${this.#name}.${key}`);
  }

  plain(key: string): Json {
    return this.#reader.plain(this.record[key]);
  }

  #fail(key: string, expected: string): never {
    return this.#reader.fail(`${this.#name}.${key}`, expected, this.record[key]);
  }
}
