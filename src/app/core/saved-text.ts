import type { SaveState } from './edits-model.ts';

/** Whether what was edited is safe, in a few words. */
export function savedText(save: SaveState): string {
  switch (save.kind) {
    case 'loading':
      return 'being read';
    case 'saved':
      return 'saved';
    case 'saving':
      return `saving ${save.waiting}`;
    case 'failed':
      return `not saved: ${save.message}${save.fix === undefined ? '' : ` ${save.fix}`}`;
    default:
      return save satisfies never;
  }
}
