import type { Command } from '../command.ts';
import { doctorCommand } from './doctor.ts';
import { importCommand } from './import.ts';
import { infoCommand } from './info.ts';
import { newCommand } from './new.ts';

/** Every verb of `marey`, in the order of the help. */
export const commands: readonly Command[] = [newCommand, importCommand, infoCommand, doctorCommand];
