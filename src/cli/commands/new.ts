import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { Project } from '../../project/index.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { UsageError } from '../../signal/error.ts';
import { command } from '../command.ts';

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

export const newCommand = command({
  positionals: [{ name: 'DIR', description: 'the folder of the new project', required: true }],
  options: z.object({
    keypoints: z.string().default('').describe('names of the keypoints, separated by commas'),
    edges: z.string().default('').describe('joined keypoints, for instance nose-neck,neck-tail'),
  }),
  async run({ DIR }, { keypoints, edges }, { cwd }) {
    if (DIR[0].trim() === '') {
      throw new UsageError('the folder has no name', {
        where: 'marey new',
        expected: 'a name for the new project',
        fix: 'To make a project of the current folder say "marey new .".',
      });
    }
    const root = resolve(cwd, DIR[0]);
    const joined = names(edges).map((edge): [string, string] => {
      const [a, b] = edge.split('-');
      return [a, b];
    });
    const config = { name: basename(root), skeleton: skeleton(names(keypoints), joined) };
    await using project = await Project.create(root, config);
    return { project: project.root, keypoints: project.config.skeleton.keypoints };
  },
  print(result, console) {
    console.line(`Made an empty project in ${String(result.project)}.`);
    console.line('Next: edit its marey.yaml, or take over labels with "marey import".');
  },
});
