import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, type Recipe } from '../../store.ts';
import { evaluateOptions, evaluateStep } from '../../steps/index.ts';
import { correctionsInput } from '../corrected.ts';
import { isBlocked, type StepRecord } from '../step.ts';

const opVersion = 1;
const file = 'report.html';

export const reportRecord: StepRecord = {
  name: 'report',
  makes: 'report.html: what was trained, how wrong it is, the paths',
  needs: ['evaluate', 'track', 'export'],
  async plan({ project, jobsOf }) {
    const [evaluation] = jobsOf('evaluate');
    if (isBlocked(evaluation)) return [{ step: 'report', blocked: 'there is nothing to report on' }];
    const { seed, confidence } = project.stepOptions('evaluate', evaluateOptions);
    const tracks = jobsOf('track').flatMap((job): [string, string][] => {
      if (isBlocked(job)) return [];
      const key = keyOf(job.recipe);
      const corrected = Object.values(correctionsInput(project, job.item ?? '', key));
      return [
        [`track ${job.item}`, key],
        ...corrected.map((hash): [string, string] => [`corrections of ${job.item}`, hash]),
      ];
    });
    const curve: Record<string, string> = (await project.results.names()).includes('size-curve')
      ? { 'size curve': await project.results.get('size-curve') }
      : {};
    const recipe: Recipe = {
      op: 'report',
      opVersion,
      params: { seed, confidence },
      inputs: { evaluation: keyOf(evaluation.recipe), ...Object.fromEntries<string>(tracks), ...curve },
    };
    return [
      {
        step: 'report',
        recipe,
        named: { names: project.results, name: 'report' },
        publishes: [{ file, path: join(project.root, file), drawn: true }],
        async make({ threads, signal, drawReport, note }) {
          if (!drawReport) {
            note('No report is drawn here: use the command line.');
            return;
          }
          await project.outputs.run(
            recipe,
            async (folder) => {
              const result = await evaluateStep(project, {
                seed,
                confidenceCut: confidence,
                threads,
                signal,
              });
              await writeFile(join(folder, file), await drawReport(project, result));
            },
            { signal },
          );
        },
      },
    ];
  },
};
