import { readManifest } from '../../manifest.ts';
import type { Project } from '../../project.ts';
import { poseModelName, trainOptions, trainRecipe, trainStep } from '../../steps/index.ts';
import type { StepRecord } from '../step.ts';

export const trainRecord: StepRecord = {
  name: 'train',
  makes: 'the pose model',
  needs: [],
  async plan({ project, labels }) {
    if (labels.frames.length === 0) {
      return [{ step: 'train', blocked: 'no frame is labeled: take over labels with "marey import"' }];
    }
    const options = await runTrainOptions(project);
    return [
      {
        step: 'train',
        recipe: trainRecipe(labels, options),
        named: { names: project.models, name: poseModelName },
        async make({ threads, signal, onProgress }) {
          await trainStep(project, {
            ...options,
            threads,
            signal,
            onProgress: ({ stage, fraction, remainingSeconds }) =>
              onProgress?.(`Training, ${stage}`, fraction, remainingSeconds),
          });
        },
      },
    ];
  },
};

/** As `marey.yaml` says; what it does not name is as in the last training, so that a model trained by hand is not made anew. */
async function runTrainOptions(project: Project): Promise<ReturnType<typeof trainOptions.parse>> {
  const stated = project.stepOptions('train', trainOptions);
  if (!(await project.models.names()).includes(poseModelName)) return stated;
  const manifest = await readManifest(project.outputs.folderOf(await project.models.get(poseModelName)));
  const last = typeof manifest === 'object' ? trainOptions.safeParse(manifest.recipe.params) : undefined;
  const named = project.config.steps['train'] ?? {};
  const own = Object.fromEntries(Object.entries(stated).filter(([option]) => option in named));
  return trainOptions.parse({ ...(last?.success ? last.data : {}), ...own });
}
