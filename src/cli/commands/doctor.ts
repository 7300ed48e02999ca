import { z } from 'zod';
import { doctor, type Finding } from '../../project/index.ts';
import { command, projectFolder } from '../command.ts';

export const doctorCommand = command({
  positionals: [],
  options: z.object({
    thorough: z.boolean().default(false).describe('read every stored result and compare its checksum'),
  }),
  async run(_, options, { cwd }) {
    const findings = await doctor(projectFolder(options, cwd), { thorough: options.thorough });
    return { healthy: findings.every((f) => f.status !== 'fail'), findings };
  },
  print(result, console) {
    const findings = result.findings as readonly Finding[];
    const width = Math.max(...findings.map((f) => f.check.length));
    for (const { check, status, what, fix } of findings) {
      console.line(`${status.padEnd(5)} ${check.padEnd(width)}  ${what}${fix ? `\n      ${fix}` : ''}`);
    }
    const failed = findings.filter((f) => f.status === 'fail').length;
    console.line(failed === 0 ? 'Nothing stands in the way.' : `${failed} things need mending.`);
  },
});
