import type { Command } from '../command.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { infoCommand } from './info.ts';
import { newCommand } from './new.ts';
import { trackCommand } from './track.ts';
import { trainCommand } from './train.ts';

/** Every verb of `marey`, in the order of the help. */
export const commands: readonly Command[] = [
  demoCommand,
  newCommand,
  importCommand,
  trainCommand,
  evaluateCommand,
  trackCommand,
  exportCommand,
  infoCommand,
  doctorCommand,
];
