import type { Signal } from '../../signal/signal.ts';
import { UsageError } from '../../signal/error.ts';

/** A channel of a true signal at any time: linear between steps, held beyond its ends. */
export function courseOf(signal: Signal, channel: number): (seconds: number) => number {
  const values = signal.contiguous();
  const [steps, channels] = signal.shape;
  if (signal.time?.kind !== 'regular' || signal.dimensions.length !== 2) {
    throw new UsageError('a course needs equal steps and channels', { where: signal.name });
  }
  const { rate, startSeconds } = signal.time;
  return (seconds) => {
    const at = Math.min(Math.max((seconds - startSeconds) * rate, 0), steps - 1);
    const i = Math.min(Math.floor(at), steps - 2);
    const share = at - i;
    return (
      (1 - share) * values[i * channels + channel] +
      share * values[Math.min(i + 1, steps - 1) * channels + channel]
    );
  };
}
