import type { z } from 'zod';
import type { Json } from '../../../signal/provenance.ts';
import { readManifest } from '../../manifest.ts';
import type { Project } from '../../project.ts';
import {
  poseModelName,
  trainedModel,
  trainOptions,
  trainRecipe,
  trainStep,
  type UnlabeledOptions,
} from '../../steps/index.ts';
import type { StepRecord } from '../step.ts';

export const trainRecord: StepRecord = {
  name: 'train',
  makes: 'the pose model',
  needs: [],
  options: trainOptions,
  async plan({ project, labels }) {
    if (labels.frames.length === 0) {
      return [{ step: 'train', blocked: 'no frame is labeled: take over labels with "marey import"' }];
    }
    const { options, unlabeled } = await asLast(project);
    return [
      {
        step: 'train',
        recipe: trainRecipe(labels, options, unlabeled),
        named: { names: project.models, name: poseModelName },
        async make({ threads, signal, onProgress }) {
          await trainStep(project, {
            ...options,
            unlabeled: unlabeled?.options,
            threads,
            signal,
            onProgress: ({ stage, step, loss, heldOutPx, fraction, remainingSeconds }) =>
              onProgress?.(`Training, ${stage}`, fraction, remainingSeconds, {
                stage,
                step,
                loss,
                heldOutPx,
              }),
          });
        },
      },
    ];
  },
};

interface Training {
  readonly options: z.output<typeof trainOptions>;
  /** The videos without labels that it learns from, taken to be as they were: reading them takes seconds. */
  readonly unlabeled?: { readonly options: UnlabeledOptions; readonly params: Json; readonly hash: string };
}

/** As `marey.yaml` says; what it does not name is as in the last training, so that a model trained by hand is not made anew. */
async function asLast(project: Project): Promise<Training> {
  const stated = project.stepOptions('train', trainOptions);
  if (!(await project.models.names()).includes(poseModelName)) return { options: stated };
  const manifest = await readManifest(project.outputs.folderOf(await project.models.get(poseModelName)));
  if (typeof manifest !== 'object') return { options: stated };
  const { unlabeled, ...params } = manifest.recipe.params;
  const last = trainOptions.safeParse(params);
  if (!last.success) return { options: stated };
  const named = project.config.steps['train'] ?? {};
  const own = Object.fromEntries(Object.entries(stated).filter(([option]) => option in named));
  const options = trainOptions.parse({ ...last.data, ...own });
  const hash = manifest.recipe.inputs['unlabeled'];
  if (unlabeled === undefined || hash === undefined) return { options };
  const { facts } = await trainedModel(project);
  const videos = facts.unlabeled?.videos ?? [];
  return {
    options,
    unlabeled: { options: { ...(unlabeled as object), videos }, params: unlabeled, hash },
  };
}
