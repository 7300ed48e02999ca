import { correctionsOn, correctTrack } from '../../measure/pose/correct.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Json } from '../../signal/provenance.ts';
import { activeCorrections } from '../corrections.ts';
import { sha256OfJson } from '../digest.ts';
import type { Project } from '../project.ts';
import { readTrack } from './records/track.ts';

/**
 * What a person's corrections add to the inputs of a step that takes the track `key` of `item`: nothing where there are none, so that
 * undoing them all brings the step's last output back.
 */
export function correctionsInput(
  project: Project,
  item: string,
  key: string,
): Readonly<Record<string, string>> {
  const list = correctionsOn(activeCorrections(project.corrections.state, item), key);
  if (list.length === 0) return {};
  return { corrections: sha256OfJson(list.map(({ change }) => change) as unknown as Json) };
}

/** The track `key` of `item` as people corrected it. Throws `InputError` where it is gone or damaged. */
export async function readCorrected(project: Project, item: string, key: string): Promise<PoseTrack> {
  const corrections = activeCorrections(project.corrections.state, item);
  return correctTrack(await readTrack(project, key), corrections, {
    key,
    source: 'corrections/journal.jsonl',
  });
}
