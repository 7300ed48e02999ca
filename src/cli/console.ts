import { duration } from './duration.ts';

/** Progress of long work, from 0 to 1, with a word on what is being done. */
export interface Progress {
  readonly what: string;
  readonly fraction: number;
  readonly secondsLeft?: number;
  readonly note?: string;
  /** Where a training stands, for who draws its curve. */
  readonly training?: {
    readonly stage: string;
    readonly step: number;
    readonly loss: number;
    readonly heldOutPx?: number;
  };
}

/**
 * What a command says to a person. Everything goes to standard error but the result, so that standard output can be piped.
 * With `--json` the result is one JSON object as the last line of standard output.
 */
export interface Console {
  line(text?: string): void;
  warn(text: string): void;
  /** A live line on a terminal; on a file or pipe at most one line every ten seconds. */
  progress(progress: Progress): void;
  /** Ends the live line, if any. */
  endProgress(): void;
}

export interface ConsoleStreams {
  readonly error: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly now: () => number;
}

export function terminalConsole({ error, now }: ConsoleStreams): Console {
  let live = false;
  let last = -Infinity;
  const clear = (): void => {
    if (live) error.write('\r\x1b[K');
    live = false;
  };
  return {
    line(text = '') {
      clear();
      error.write(`${text}\n`);
    },
    warn(text) {
      clear();
      error.write(`Note: ${text}\n`);
    },
    progress(progress) {
      const interval = error.isTTY ? 100 : 10_000;
      if (now() - last < interval) return;
      last = now();
      const text = progressLine(progress);
      if (error.isTTY) {
        error.write(`\r\x1b[K${text.slice(0, (error.columns ?? 100) - 1)}`);
        live = true;
      } else {
        error.write(`${text}\n`);
      }
    },
    endProgress() {
      clear();
      last = -Infinity;
    },
  };
}

/** Names the form of progress lines to a command that another program started. */
export const progressVariable = 'MAREY_PROGRESS';

/** For a program that started the command: each progress is one line, a JSON object `{"progress": ...}`; all else is said as it is. */
export function programConsole({ error, now }: ConsoleStreams): Console {
  let last = -Infinity;
  return {
    line: (text = '') => void error.write(`${text}\n`),
    warn: (text) => void error.write(`Note: ${text}\n`),
    progress(progress) {
      // Errors on held-out frames are few, and all are wanted.
      if (now() - last < 250 && progress.training?.heldOutPx === undefined) return;
      last = now();
      error.write(`${JSON.stringify({ progress })}\n`);
    },
    endProgress() {
      last = -Infinity;
    },
  };
}

function progressLine({ what, fraction, secondsLeft, note }: Progress): string {
  const done = Math.round(Math.min(1, Math.max(0, fraction)) * 20);
  const bar = `[${'='.repeat(done)}${' '.repeat(20 - done)}]`;
  const left = secondsLeft === undefined ? '' : `  ${duration(secondsLeft)} left`;
  return `${what} ${bar} ${String(Math.floor(fraction * 100)).padStart(3)} %${left}${note ? `  ${note}` : ''}`;
}
