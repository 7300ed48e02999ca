import { join } from 'node:path';
import { z } from 'zod';
import { writePose } from '../../../formats/index.ts';
import { keyOf, type Recipe } from '../../store.ts';
import { correctionsInput, readCorrected } from '../corrected.ts';
import { isBlocked, type Blocked, type Job, type StepRecord } from '../step.ts';

const opVersion = 1;

const exportOptions = z.strictObject({
  formats: z
    .array(z.enum(['csv', 'h5', 'slp', 'parquet', 'npz', 'mat']))
    .min(1)
    .default(['csv'])
    .describe('files that are written of each track'),
});

export const exportRecord: StepRecord = {
  name: 'export',
  makes: "the tracks in the folder tracks/, in the field's formats",
  needs: ['track'],
  options: exportOptions,
  async plan({ project, jobsOf }) {
    const { formats } = project.stepOptions('export', exportOptions);
    return jobsOf('track').flatMap((tracking): (Job | Blocked)[] => {
      if (isBlocked(tracking)) {
        return [{ step: 'export', item: tracking.item, blocked: 'there is no track to export' }];
      }
      const track = keyOf(tracking.recipe);
      const video = tracking.item!;
      const inputs = { track, ...correctionsInput(project, video, track) };
      return formats.map((format): Job => {
        const recipe: Recipe = { op: 'export', opVersion, params: { format }, inputs };
        const file = `track.${format}`;
        return {
          step: 'export',
          item: formats.length > 1 ? `${video}.${format}` : video,
          recipe,
          named: { names: project.results, name: `export ${video}.${format}` },
          publishes: [{ file, path: join(project.layout.tracks, `${video}.${format}`) }],
          async make({ signal }) {
            await project.outputs.run(
              recipe,
              async (folder) => writePose(join(folder, file), await readCorrected(project, video, track)),
              { signal },
            );
          },
        };
      });
    });
  },
};
