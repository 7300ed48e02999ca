import type { Command } from '../command.ts';

/** Every verb of `marey`, in the order of the help. */
export const commands: readonly Command[] = [];
