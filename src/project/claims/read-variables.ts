import { dirname, resolve } from 'node:path';
import type { ClaimPlan, Variables } from '../../inquire/index.ts';
import { takeRows } from '../../relate/index.ts';
import { InputError } from '../../signal/error.ts';
import { sha256OfFile } from '../digest.ts';
import { exists } from '../folder.ts';
import { Columns } from '../recorded/columns.ts';
import type { ClaimFile } from './claim-file.ts';
import { networkVariables } from './network-variables.ts';
import { projectVariables } from './project-variables.ts';
import { broken, variablesOf } from './variables.ts';

export interface ReadVariables {
  /** When the first bin begins. */
  readonly startSeconds: number;
  readonly variables: Variables;
  /** Every file that was read, as the claim or the project names it. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly notes: readonly string[];
}

/** What a claim's hypotheses and activity are made from; paths start from `folder`, its own if not said. Throws as `readData` does. */
export async function readVariables(
  { path, plan }: ClaimFile,
  folder = dirname(resolve(path)),
): Promise<ReadVariables> {
  return readData(plan.data, namedIn(plan), folder);
}

/**
 * The variables of files or of a project's recording, over the same bins. Throws `InputError` with the file where it cannot be read or lacks something.
 *
 * @param wanted names of the variables that count. @param folder where paths start from.
 */
export async function readData(
  data: ClaimPlan['data'],
  wanted: readonly string[],
  folder: string,
): Promise<ReadVariables> {
  const { files, project, recording, bin, breaks, networks } = data;
  const read =
    project === undefined
      ? await fromFiles(folder, files ?? [], wanted)
      : await projectVariables(resolve(folder, project), recording, bin, wanted);
  const variables = within(broken(read.variables, breaks, bin), read.startSeconds, data);
  if (!networks) return { ...read, variables };
  const made = await networkVariables(networks, variables, bin, folder);
  return {
    ...read,
    variables: new Map([...variables, ...made.variables]),
    inputs: [...read.inputs, ...made.inputs],
  };
}

async function fromFiles(
  folder: string,
  files: readonly string[],
  wanted: readonly string[],
): Promise<ReadVariables> {
  const columns: Columns[] = [];
  const inputs: { path: string; sha256: string }[] = [];
  for (const named of files) {
    const path = resolve(folder, named);
    if (!(await exists(path))) {
      throw new InputError('a file of the data is not there', {
        where: path,
        fix: 'Correct its name; paths in a claim start from the folder of the claim.',
      });
    }
    columns.push(await Columns.read(path));
    inputs.push({ path: named, sha256: await sha256OfFile(path) });
  }
  return { startSeconds: 0, variables: variablesOf(columns, wanted), inputs, notes: [] };
}

/** The bins that lie wholly between `from` and `to`. Throws `InputError` where none do. */
function within(variables: Variables, startSeconds: number, { bin, from, to }: ClaimPlan['data']): Variables {
  if (from === undefined && to === undefined) return variables;
  return new Map(
    [...variables].map(([name, series]) => {
      const { rows } = series.values;
      const first = Math.max(0, Math.ceil(((from ?? -Infinity) - startSeconds) / bin - 1e-9));
      const end = Math.min(rows, Math.floor(((to ?? Infinity) - startSeconds) / bin + 1e-9));
      if (first >= end) {
        throw new InputError('nothing was recorded between "from" and "to"', {
          where: 'data',
          expected: `seconds from ${startSeconds.toFixed(2)} to ${(startSeconds + rows * bin).toFixed(2)}`,
          got: `${from ?? 'the beginning'} to ${to ?? 'the end'}`,
        });
      }
      const kept = Int32Array.from({ length: end - first }, (_, i) => first + i);
      return [name, takeRows(series, kept)];
    }),
  );
}

/** Every variable that a plan names, but for those that networks make. */
function namedIn({ data, activity, hypotheses }: ClaimPlan): string[] {
  const { breaks, networks = {} } = data;
  const named = [
    ...Object.values(networks).flatMap(({ of, inputs = {} }) => [
      of,
      ...Object.values(inputs).map((given) => (typeof given === 'number' ? [] : given.of)),
    ]),
    activity.of,
    ...Object.values(hypotheses).flatMap((features) => features.map(({ of }) => of)),
    ...(breaks ? [breaks.of, ...(breaks.given === undefined ? [] : [breaks.given])] : []),
  ].flat();
  return [...new Set(named)].filter((name) => !(name in networks));
}
