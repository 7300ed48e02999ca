import { join } from 'node:path';
import { numberArray, table, textArray, writeArrays, writeTable } from '../../formats/index.ts';
import type { BodyFit, BodyModel, ExplainedMovement } from '../../model/body/index.ts';
import type { Signal } from '../../signal/signal.ts';

const degrees = 180 / Math.PI;

/** The upper triangle's place of the variance of `k` among `n`. */
export const varianceEntry = (k: number, n: number): number => k * n - (k * (k - 1)) / 2;

/** A file of the results: its name and what is in it. */
export interface Written {
  readonly file: string;
  readonly what: string;
}

/**
 * Writes what was found as OpenSim tables (.mot in degrees and m, .sto in SI units) and, for numpy, as one `fit.npz` with full covariances. All have the
 * times of the track but activations by computed muscle control, which have those of the simulation.
 */
export async function writeFit(
  folder: string,
  model: BodyModel,
  fit: BodyFit,
  times: Float64Array,
  explained: ExplainedMovement | undefined,
): Promise<Written[]> {
  const written: Written[] = [];
  const put = async (
    file: string,
    what: string,
    columns: readonly { name: string; values: Float64Array }[],
    at = times,
    inDegrees = 'no',
  ): Promise<void> => {
    const metadata = { name: what, inDegrees };
    await writeTable(join(folder, file), table([{ name: 'time', values: at }, ...columns], metadata));
    written.push({ file, what });
  };
  const columnsOf = (signal: Signal, factor: number, of: 'value' | 'deviation') => {
    const { labels = [], size } = signal.dimensions[1];
    return labels.map((name, k) => ({
      name: safe(name),
      values: Float64Array.from(times, (_, t) =>
        of === 'value'
          ? factor * signal.at(t, k)
          : factor * Math.sqrt(signal.covariance!.at(t, varianceEntry(k, size))),
      ),
    }));
  };
  const both = (of: 'value' | 'deviation') => [
    ...columnsOf(fit.angles, degrees, of),
    ...(fit.translations ? columnsOf(fit.translations, 1, of) : []),
  ];
  await put('angles.mot', 'joint angles, deg, and translations, m', both('value'), times, 'yes');
  await put('angles-deviation.mot', 'standard deviations of the same', both('deviation'), times, 'yes');
  if (fit.orientations) {
    const { labels = [] } = fit.orientations.dimensions[1];
    const columns = labels.flatMap((name, j) =>
      ['w', 'x', 'y', 'z'].map((part, c) => ({
        name: safe(`${name} q${part}`),
        values: Float64Array.from(times, (_, t) => fit.orientations!.at(t, j, c)),
      })),
    );
    await put('orientations.sto', 'orientations as quaternions', columns);
  }
  await put(
    'marker-distances.sto',
    'distance of keypoint and marker, m',
    columnsOf(fit.distances, 1, 'value'),
  );
  if (explained) {
    const { torques, muscles, activations } = explained;
    const dofs = Array.from({ length: model.sizes.nv }, (_, d) => safe(model.degreeOfFreedom(d)));
    await put('torques.sto', 'torques, N m, and forces, N, at the joints', split(torques, dofs));
    if (muscles) {
      const names = muscles.names.map(safe);
      await put('muscle-lengths.sto', 'lengths of muscles with tendons, m', split(muscles.lengths, names));
      await put('muscle-velocities.sto', 'their velocities, m/s', split(muscles.velocities, names));
    }
    if (activations) {
      const names = activations.names.map(safe);
      const how = { static: 'static optimization', control: 'computed muscle control' }[activations.method];
      await put(
        'activations.sto',
        `activations by ${how}, 0 to 1`,
        split(activations.activations, names),
        activations.times,
      );
      if (activations.forces)
        await put('muscle-forces.sto', 'pull of muscles, N', split(activations.forces, names));
      if (activations.excitations)
        await put(
          'excitations.sto',
          'excitations, 0 to 1',
          split(activations.excitations, names),
          activations.times,
        );
    }
  }
  await writeArrays(join(folder, 'fit.npz'), arraysOf(fit, times));
  written.push({ file: 'fit.npz', what: 'times, postures, angles (rad) with their full covariances' });
  return written;
}

function arraysOf(fit: BodyFit, times: Float64Array): Parameters<typeof writeArrays>[1] {
  const { size: n, labels = [] } = fit.angles.dimensions[1];
  const frames = times.length;
  const covariance = new Float64Array(frames * n * n);
  for (let t = 0; t < frames; t++) {
    for (let i = 0, e = 0; i < n; i++) {
      for (let j = i; j < n; j++, e++) {
        const c = fit.angles.covariance!.at(t, e);
        covariance[(t * n + i) * n + j] = covariance[(t * n + j) * n + i] = c;
      }
    }
  }
  const angles = Float64Array.from({ length: frames * n }, (_, i) => fit.angles.at(Math.floor(i / n), i % n));
  return {
    time: numberArray(times),
    joints: textArray(labels),
    angles: numberArray(angles, [frames, n]),
    covariance: numberArray(covariance, [frames, n, n]),
    postures: numberArray(fit.positions, [frames, fit.positions.length / frames]),
  };
}

/** Columns of a row-major array. */
export function split(
  values: Float64Array,
  names: readonly string[],
): { name: string; values: Float64Array }[] {
  const n = names.length;
  return names.map((name, k) => ({
    name,
    values: Float64Array.from({ length: values.length / n }, (_, t) => values[t * n + k]),
  }));
}

/** A column's name that OpenSim reads: no white space. */
const safe = (name: string): string => name.trim().replaceAll(/\s+/g, '_');
