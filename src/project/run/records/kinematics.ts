import { join } from 'node:path';
import { z } from 'zod';
import { table, writeTable, type Column } from '../../../formats/index.ts';
import { kinematics, measures, type MeasureRequest } from '../../../measure/kinematics/index.ts';
import { InputError } from '../../../signal/error.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import type { Json } from '../../../signal/provenance.ts';
import { Signal } from '../../../signal/signal.ts';
import { timesOf } from '../../../signal/time.ts';
import { keyOf, type Recipe } from '../../store.ts';
import { correctionsInput, readCorrected } from '../corrected.ts';
import { isBlocked, type StepRecord } from '../step.ts';

const opVersion = 2;
const file = 'kinematics.csv';
/** Measures with one value (or a few) a frame that need nothing but keypoints: what a table by frame can hold. */
const byFrame = measures
  .filter(({ unit, requires }) => unit !== 'table' && requires.length === 0)
  .map(({ name }) => name);

const kinematicsOptions = z.strictObject({
  measures: z
    .array(z.strictObject({ measure: z.enum(byFrame), keypoints: z.array(z.string()) }))
    .min(1)
    .optional()
    .describe('what is measured, and of which keypoints in which order; empty: the speed of every keypoint'),
});

export const kinematicsRecord: StepRecord = {
  name: 'kinematics',
  makes: 'speed, heading, joint angles: a table a track, one row a frame',
  needs: ['track'],
  options: kinematicsOptions,
  async plan({ project, jobsOf }) {
    const { keypoints } = project.config.skeleton;
    const options = project.stepOptions('kinematics', kinematicsOptions);
    const wanted = options.measures ?? keypoints.map((k) => ({ measure: 'speed', keypoints: [k] }));
    const unknown = wanted.flatMap((w) => w.keypoints).find((k) => !keypoints.includes(k));
    if (unknown !== undefined) {
      throw new InputError(`"${unknown}" is no keypoint of the skeleton`, {
        where: `${project.layout.config}, steps.kinematics`,
        expected: `one of ${keypoints.join(', ')}`,
      });
    }
    return jobsOf('track').map((tracking) => {
      const { item = '' } = tracking;
      if (isBlocked(tracking)) return { step: 'kinematics', item, blocked: 'there is no track to measure' };
      const track = keyOf(tracking.recipe);
      const recipe: Recipe = {
        op: 'kinematics',
        opVersion,
        params: { measures: wanted as Json },
        inputs: { track, ...correctionsInput(project, item, track) },
      };
      return {
        step: 'kinematics',
        item,
        recipe,
        named: { names: project.results, name: `kinematics ${item}` },
        publishes: [{ file, path: join(project.layout.tracks, `${item}-kinematics.csv`) }],
        async make({ signal }) {
          await project.outputs.run(
            recipe,
            async (folder) => {
              const columns = kinematicColumns(await readCorrected(project, item, track), wanted);
              await writeTable(join(folder, file), table(columns));
            },
            { signal },
          );
        },
      };
    });
  },
};

/** Time and one column for each number of each measure, `speed nose (px/s)`; NaN where the track has none. */
function kinematicColumns(track: PoseTrack, requests: readonly MeasureRequest[]): Column[] {
  const columns: Column[] = [{ name: 'time (s)', values: timesOf(track.positions.time!) }];
  for (const { request, value } of kinematics(track, requests)) {
    if (!(value instanceof Signal)) continue;
    const count = value.dimensions[0].size;
    const data = value.contiguous();
    const parts = data.length / Math.max(1, count);
    const labels = partNames(value);
    for (let p = 0; p < parts; p++) {
      const name = [request.measure, ...(request.keypoints ?? []), labels[p]].filter((t) => t !== '');
      columns.push({
        name: `${name.join(' ')} (${value.unit})`,
        values: Float64Array.from({ length: count }, (_, i) => data[i * parts + p]),
      });
    }
  }
  return columns;
}

/** What tells the numbers of one frame apart: the labels of all dimensions but time that are longer than 1. */
function partNames({ dimensions }: Signal): string[] {
  return dimensions
    .slice(1)
    .reduce<string[]>(
      (names, { name, size, labels }) =>
        names.flatMap((before) =>
          Array.from({ length: size }, (_, i) =>
            size === 1 ? before : `${before} ${labels?.[i] ?? `${name} ${i}`}`.trim(),
          ),
        ),
      [''],
    );
}
