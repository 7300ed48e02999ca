import { UsageError } from './error.ts';

/**
 * Where a value came from: the step that made it, that step's options, and the provenance of what went in, back to files.
 * Plain JSON, so that it is stored with the value and hashes the same everywhere.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Provenance {
  /** The operation's name, for instance `import`, `track`, `kinematics.butterworth`. */
  readonly step: string;
  /** The version of Marey that ran it. */
  readonly version?: string;
  readonly options?: { readonly [key: string]: Json };
  readonly inputs?: readonly Provenance[];
  /** For a leaf: the file or device it was read from, relative to the project where it is inside it. */
  readonly source?: string;
  /** For a leaf: SHA-256 of the file, hexadecimal. */
  readonly sha256?: string;
}

/** The provenance of a value computed from `inputs` by `step`. */
export function derived(
  step: string,
  inputs: readonly Provenance[],
  options: { readonly [key: string]: Json } = {},
): Provenance {
  return { step, options, inputs };
}

/** JSON with sorted keys and no spaces: equal values give equal text. NaN and infinities throw `UsageError`: they have no JSON. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new UsageError(`${value} has no JSON form`, { where: 'canonicalJson', expected: 'finite numbers' });
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as { readonly [key: string]: Json };
  const keys = Object.keys(record).filter((k) => record[k] !== undefined);
  return `{${keys
    .sort()
    .map((k) => `${JSON.stringify(k)}:${canonicalJson(record[k])}`)
    .join(',')}}`;
}

/** Every file that a value rests on, in the order of first use. */
export function sources(provenance: Provenance): string[] {
  const found = new Set<string>();
  // A value used twice is reached by two ways: without this set a chain of such steps would take 2^steps visits.
  const visited = new Set<Provenance>();
  const visit = (p: Provenance): void => {
    if (visited.has(p)) return;
    visited.add(p);
    if (p.source !== undefined) found.add(p.source);
    for (const input of p.inputs ?? []) visit(input);
  };
  visit(provenance);
  return [...found];
}
