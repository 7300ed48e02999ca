import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../signal/provenance.ts';
import { writeAtomic } from './atomic.ts';
import { applyEdits, editSchema, frameEdit, type LabelState } from './edits.ts';
import { namesIn } from './folder.ts';
import type { JournalPosition } from './journal.ts';
import { decodeRecord, encodeRecord } from './records.ts';

const kept = 2;
const namePattern = /^snapshot-(\d+)\.json$/;

const contentSchema = z.strictObject({
  snapshot: z.literal('marey labels'),
  version: z.literal(1),
  position: z.strictObject({ bytes: z.number(), lines: z.number(), sequence: z.number() }),
  frames: z.array(editSchema),
});

export interface Snapshot {
  readonly state: LabelState;
  /** The place in the journal up to which `state` holds every record. */
  readonly position: JournalPosition;
}

/**
 * Writes the labels as they are at `position` of the journal, in the form of one journal record, and removes snapshots
 * older than the two newest. A snapshot only saves time: the journal stays whole.
 */
export async function writeSnapshot(folder: string, { state, position }: Snapshot): Promise<void> {
  const frames = [...state].map(([key, labels]) => frameEdit(key, labels));
  const content = { snapshot: 'marey labels', version: 1, position, frames };
  // Edits hold optional fields only inside `picture`, which JSON leaves out.
  const record = { sequence: position.sequence, content: content as unknown as Json };
  await writeAtomic(join(folder, `snapshot-${position.sequence}.json`), encodeRecord(record));
  for (const { name } of (await listSnapshots(folder)).slice(kept))
    await rm(join(folder, name), { force: true });
}

/** The newest snapshot that can be read whole, or undefined where there is none. */
export async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  for (const { name, sequence } of await listSnapshots(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    const record = decodeRecord(text.trimEnd());
    const content = contentSchema.safeParse(record?.content);
    if (!content.success || record?.sequence !== sequence) continue;
    const state: LabelState = new Map();
    applyEdits(state, content.data.frames);
    return { state, position: content.data.position };
  }
  return undefined;
}

/** The snapshots in `folder`, the newest first. */
export async function listSnapshots(folder: string): Promise<{ name: string; sequence: number }[]> {
  return (await namesIn(folder))
    .flatMap((name) => {
      const match = namePattern.exec(name);
      return match === null ? [] : [{ name, sequence: Number(match[1]) }];
    })
    .sort((a, b) => b.sequence - a.sequence);
}
