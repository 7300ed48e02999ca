import { z } from 'zod';
import { projectInfo, type ProjectInfo } from '../../project/index.ts';
import { planRun, type StepState } from '../../project/run/index.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';
import { stateLines } from '../step-states.ts';

export const infoCommand = command({
  positionals: [],
  options: z.object({}),
  async run(_, options, context) {
    await using project = await openProject(options, context, { readOnly: true });
    const steps = (await planRun(project)).map(({ state }) => state);
    return { ...(await projectInfo(project)), steps };
  },
  print(result, console) {
    const info = result as unknown as ProjectInfo & { readonly steps: readonly StepState[] };
    const { labels } = info;
    console.line(`${info.name || 'A project'} in ${info.root}`);
    console.line(`keypoints    ${info.keypoints.join(', ') || '(none yet)'}`);
    console.line(
      `labels       ${labels.frames} frames, ${labels.points} points, ${labels.occluded} of them occluded`,
    );
    for (const recording of info.recordings) {
      console.line(`recording    ${recording.name}: ${recording.labeledFrames} labeled frames`);
      for (const video of recording.videos)
        console.line(`  ${video.path}${video.found ? '' : '  (not found)'}`);
    }
    for (const model of info.models) console.line(`model        ${model.name} (${model.at})`);
    for (const run of info.unfinishedRuns)
      console.line(`unfinished   ${run}: "marey ${run.split('-')[0]}" goes on with it`);
    console.line('steps of "marey run":');
    for (const line of stateLines(info.steps)) console.line(`  ${line}`);
    for (const note of info.notes) console.warn(note);
  },
});
