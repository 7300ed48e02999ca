import { join } from 'node:path';
import { makeFolders } from '../../formats/file.ts';
import { table, writeTable } from '../../formats/index.ts';
import type { Project } from '../../project/index.ts';
import { column, type BesideMovement } from '../../relate/index.ts';

/** Leaves a table in the project, what was decoded beside what it was: the timeline shows both. */
export async function keepDecoded(
  project: Project,
  recording: string,
  { decoding, velocity, binSeconds }: BesideMovement,
  about: { readonly name: string; readonly startSeconds: number; readonly unit: string },
): Promise<void> {
  const { name, startSeconds, unit } = about;
  const columns = velocity.names.flatMap((channel, c) => [
    { name: channel, values: column(velocity.values, c) },
    { name: `${channel}, decoded`, values: column(decoding.predicted.values, c) },
  ]);
  const time = Float64Array.from(
    { length: velocity.values.rows },
    (_, r) => startSeconds + (r + 0.5) * binSeconds,
  );
  const path = join(project.root, 'data', `${name}.csv`);
  await makeFolders(join(project.root, 'data'));
  await writeTable(path, table([{ name: 'time', values: time }, ...columns]));
  const known = (await project.data()).some((d) => d.recording === recording && d.file.name === name);
  if (known) return;
  const perSecond = unit === '' ? undefined : `${unit}/s`;
  await project.addData(recording, { path, kind: 'signal', name, unit: perSecond, time: 'time' });
}
