import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MareyError } from '../../signal/error.ts';
import { isMissing } from '../disk.ts';
import { layoutOf } from '../layout.ts';
import { Project } from '../project.ts';
import { fail, ok, type Check, type Finding } from './check.ts';
import { machineChecks } from './machine.ts';
import { projectChecks } from './project.ts';

export type { Finding } from './check.ts';

/**
 * What is wrong with this machine, and with the project in `folder` where there is one. Opens the project for reading only,
 * so that it works while another process writes, and tells what keeps it from opening. Changes nothing.
 * @param thorough read every output and compare its SHA-256, not only its size.
 */
export async function doctor(folder: string, { thorough = false } = {}): Promise<Finding[]> {
  const root = resolve(folder);
  const findings = await runChecks(machineChecks, { folder: root });
  try {
    await access(layoutOf(root).config);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [...findings, { check: 'project', ...ok(`none in ${root}`) }];
  }
  let project: Project;
  try {
    project = await Project.open(root, { readOnly: true });
  } catch (error) {
    if (!(error instanceof MareyError)) throw error;
    return [...findings, { check: 'project', ...fail(error.message, error.facts.fix ?? 'See above.') }];
  }
  try {
    findings.push({ check: 'project', ...ok(`"${project.config.name}" in ${root}`) });
    return [...findings, ...(await runChecks(projectChecks, { project, thorough }))];
  } finally {
    await project[Symbol.asyncDispose]();
  }
}

/** Each check's finding; one that fails itself is a finding too. */
async function runChecks<Subject>(checks: readonly Check<Subject>[], subject: Subject): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      findings.push({ check: check.name, ...(await check.run(subject)) });
    } catch (error) {
      const fix = error instanceof MareyError ? error.facts.fix : undefined;
      const what = error instanceof Error ? error.message : String(error);
      findings.push({ check: check.name, ...fail(what, fix ?? 'Mend this and run the doctor again.') });
    }
  }
  return findings;
}
