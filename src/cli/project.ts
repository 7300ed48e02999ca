import { Project, type OpenOptions } from '../project/index.ts';
import { projectFolder, type Context, type SharedOptions } from './command.ts';

/** Damaged places of the journal that are named one by one. */
const named = 3;

/**
 * The environment variable by which the server hands its own access to the commands that it starts: the project's `pass`. They
 * end when the server does, which they know by their standard input.
 */
export const passVariable = 'MAREY_PASS';

/** How a command opens its project: by the pass of the process that started it, where there is one. */
export function accessOf(how: OpenOptions = {}): OpenOptions {
  const within = process.env[passVariable];
  return within === undefined ? how : { within };
}

/** Opens the project that a command works on, and says what of its labels cannot be used. */
export async function openProject(
  options: SharedOptions,
  { cwd, console }: Context,
  how?: OpenOptions,
): Promise<Project> {
  const project = await Project.open(projectFolder(options, cwd), accessOf(how));
  const damaged = project.labels.problems.filter((p) => p.kind === 'damaged');
  for (const { line, what } of damaged.slice(0, named))
    console.warn(`${project.layout.journal}, line ${line}: ${what}. A label may be lost.`);
  if (damaged.length > 0)
    console.warn(
      `${damaged.length} places of the labels cannot be read, all others were. See "marey doctor".`,
    );
  for (const { line, what } of project.corrections.problems
    .filter((p) => p.kind === 'damaged')
    .slice(0, named))
    console.warn(`${project.layout.corrections}, line ${line}: ${what}. A correction may be lost.`);
  for (const note of project.labels.labelSet().notes) console.warn(`${project.root}: ${note}`);
  return project;
}
