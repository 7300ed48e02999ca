import { keyOf } from '../../store.ts';
import { evaluateOptions, evaluateRecipe, evaluateStep } from '../../steps/index.ts';
import { isBlocked, type StepRecord } from '../step.ts';

export const evaluateRecord: StepRecord = {
  name: 'evaluate',
  makes: 'predictions for all labeled frames, and how wrong they are',
  needs: ['train'],
  options: evaluateOptions,
  async plan({ project, labels, jobsOf }) {
    const [training] = jobsOf('train');
    if (isBlocked(training)) return [{ step: 'evaluate', blocked: 'there is no model to judge' }];
    const { seed, confidence } = project.stepOptions('evaluate', evaluateOptions);
    return [
      {
        step: 'evaluate',
        recipe: evaluateRecipe(labels, keyOf(training.recipe)),
        named: { names: project.results, name: 'evaluate' },
        async make({ threads, signal, onProgress }) {
          await evaluateStep(project, {
            seed,
            confidenceCut: confidence,
            threads,
            signal,
            onProgress: (done, total) => onProgress?.('Evaluating', done / total),
          });
        },
      },
    ];
  },
};
