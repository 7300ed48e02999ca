import { mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ClaimPlan } from '../../inquire/index.ts';
import { canonicalJson, type Json } from '../../signal/provenance.ts';
import { exists } from '../folder.ts';
import { Journal } from '../journal.ts';

/** What was seen once: it stays, whatever becomes of the claim afterwards. */
export interface SeenResult {
  /** When, ISO 8601. */
  readonly at: string;
  readonly plan: ClaimPlan;
  readonly hash: string;
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly sentence: string;
}

/** A result that was seen before this one, of a claim that was another then. */
export interface Change {
  readonly seen: SeenResult;
  /** What is different now: keys of the plan, files of the data. */
  readonly what: readonly string[];
}

/** Where a claim's results lie: beside it, in a folder of its name. */
export function resultsFolder(claim: string): string {
  return join(dirname(claim), `${basename(claim, extname(claim))}.results`);
}

/** The result of the plan with this hash. */
export function resultFile(claim: string, hash: string): string {
  return join(resultsFolder(claim), `result-${hash.slice(0, 12)}.json`);
}

const journalIn = (claim: string): string => join(resultsFolder(claim), 'ledger.jsonl');

/**
 * The results of a claim that anyone has seen, append-only, one checksummed record a line, in `ledger.jsonl` beside the results. A claim that is
 * changed after its result was seen is thereby recognized. It does not protect from one who deletes the folder: keep it under version control.
 */
export class Ledger implements AsyncDisposable {
  readonly #journal: Journal;
  readonly #seen: SeenResult[];

  private constructor(journal: Journal) {
    this.#journal = journal;
    this.#seen = seenIn(journal);
  }

  /** Lines that could not be read, in words. */
  get problems(): string[] {
    return this.#journal.problems.map(({ line, what }) => `${this.#journal.path}, line ${line}: ${what}`);
  }

  static async open(claim: string): Promise<Ledger> {
    const path = journalIn(claim);
    await mkdir(dirname(path), { recursive: true });
    await Journal.create(path, 'marey claim');
    return new Ledger(await Journal.open(path));
  }

  /** What was seen of a claim so far, the oldest first; nothing is written, nor made. */
  static async seen(claim: string): Promise<SeenResult[]> {
    const path = journalIn(claim);
    if (!(await exists(path))) return [];
    await using journal = await Journal.open(path, { readOnly: true });
    return seenIn(journal);
  }

  /** Results seen before under another plan or on other data, the last of each. */
  changes(now: Omit<SeenResult, 'at' | 'sentence'>): Change[] {
    const others = new Map<string, Change>();
    for (const seen of this.#seen) {
      const what = differences(seen, now);
      if (what.length > 0) others.set(keyOf(seen), { seen, what });
    }
    return [...others.values()];
  }

  /** Resolves when it is on the disk. The same result seen again is one record. */
  async note(result: SeenResult): Promise<void> {
    if (this.#seen.some((s) => keyOf(s) === keyOf(result))) return;
    await this.#journal.append(result as unknown as Json);
    this.#seen.push(result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }
}

// The first record is the journal's header.
const seenIn = (journal: Journal): SeenResult[] =>
  journal
    .takeRecords()
    .slice(1)
    .map(({ content }) => content as unknown as SeenResult);

type Judged = Pick<SeenResult, 'hash' | 'inputs'>;

const keyOf = ({ hash, inputs }: Judged): string =>
  [hash, ...inputs.map(({ sha256 }) => sha256).toSorted()].join(' ');

function differences(
  before: Judged & Pick<SeenResult, 'plan'>,
  now: Judged & Pick<SeenResult, 'plan'>,
): string[] {
  const text = (value: unknown): string => canonicalJson((value ?? null) as Json);
  const keys = [...new Set([...Object.keys(before.plan), ...Object.keys(now.plan)])] as (keyof ClaimPlan)[];
  const changed = keys.filter(
    (key) => key !== 'hypotheses' && text(before.plan[key]) !== text(now.plan[key]),
  );
  const names = new Set([...Object.keys(before.plan.hypotheses), ...Object.keys(now.plan.hypotheses)]);
  const hypotheses = [...names].flatMap((name) => {
    const [a, b] = [before.plan.hypotheses[name], now.plan.hypotheses[name]];
    if (!a) return [`hypothesis "${name}" added`];
    if (!b) return [`hypothesis "${name}" removed`];
    return text(a) === text(b) ? [] : [`hypothesis "${name}"`];
  });
  const files = now.inputs.flatMap(({ path, sha256 }) => {
    const same = before.inputs.find((i) => i.path === path);
    return same && same.sha256 !== sha256 ? [`the file ${path}`] : [];
  });
  return [...changed, ...hypotheses, ...files];
}
