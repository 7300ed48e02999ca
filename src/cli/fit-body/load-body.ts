import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import {
  bodies,
  convertOpenSim,
  type BodyModel,
  type Physics,
  type Upwards,
} from '../../model/body/index.ts';
import { loadMjcf } from '../../model/body/node.ts';
import { nearest } from '../../project/nearest.ts';
import { UsageError } from '../../signal/error.ts';

export interface LoadedBody {
  readonly model: BodyModel;
  /** What a person calls it. */
  readonly title: string;
  readonly up: Upwards;
  /** What was approximated or left out on the way. */
  readonly notes: readonly string[];
}

/** A body by the name of one that comes with Marey, or from an MJCF (.xml) or OpenSim (.osim) file. Throws `UsageError` or `InputError`. */
export function loadBody(physics: Physics, wanted: string, cwd: string): LoadedBody {
  const known = bodies.find((b) => b.name === wanted);
  if (known)
    return {
      model: physics.compile(known.mjcf(), { name: known.name }),
      title: `${known.name}: ${known.title}`,
      up: 'z',
      notes: [],
    };
  const path = resolve(cwd, wanted);
  const extension = extname(wanted).toLowerCase();
  const names = bodies.map((b) => b.name);
  if (!['.xml', '.mjcf', '.osim'].includes(extension) || !existsSync(path)) {
    throw new UsageError(
      extension === '' ? `there is no body called "${wanted}"` : 'there is no such model file',
      {
        where: extension === '' ? 'marey fit-body --body' : path,
        expected: `one of ${names.join(', ')}, or a file .xml (MJCF) or .osim (OpenSim)`,
        fix: nearest(wanted, names, (near) => `Did you mean "${near}"?`),
      },
    );
  }
  if (extension !== '.osim') return { model: loadMjcf(physics, path), title: wanted, up: 'z', notes: [] };
  const { mjcf, notes } = convertOpenSim(readFileSync(path, 'utf8'), path);
  return { model: physics.compile(mjcf, { name: path }), title: wanted, up: 'y', notes };
}
