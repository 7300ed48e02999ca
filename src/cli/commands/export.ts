import { resolve } from 'node:path';
import { z } from 'zod';
import { writeLabels } from '../../formats/index.ts';
import { InputError } from '../../signal/error.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';

export const exportCommand = command({
  positionals: [
    { name: 'PATH', description: 'the file (.csv .h5 .slp .json) or folder to write', required: true },
  ],
  options: z.object({
    format: z
      .string()
      .optional()
      .describe('the format where the extension is not to decide, for instance deeplabcut-project'),
  }),
  async run({ PATH }, options, context) {
    await using project = await openProject(options, context, { readOnly: true });
    const labels = project.labels.labelSet();
    if (labels.frames.length === 0)
      throw new InputError('there are no labels to export', { where: project.root });
    const out = resolve(context.cwd, PATH[0]);
    await writeLabels(out, labels, { format: options.format });
    return { out, frames: labels.frames.length };
  },
  print({ out, frames }, console) {
    console.line(`${String(frames)} labeled frames are in ${String(out)}.`);
  },
});
