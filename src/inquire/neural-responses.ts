import { periEvent } from '../relate/index.ts';
import type { PeriEventOptions } from '../relate/peri-event.ts';
import { InputError } from '../signal/error.ts';
import { Events } from '../signal/events.ts';
import type { Spikes } from '../signal/spikes.ts';
import { responses, type Responses } from './responses.ts';

/**
 * Mean rates of units around the events of each condition, Hz: `conditions` names the events' labels, in the order of the result. Throws `InputError` for a
 * label that no event has, `UsageError` as `periEvent` does.
 */
export function neuralResponses(
  spikes: Spikes,
  events: Events,
  conditions: readonly string[],
  window: Pick<PeriEventOptions, 'beforeSeconds' | 'afterSeconds' | 'widthSeconds'>,
): Responses {
  const parts = conditions.map((label) => {
    const own = events.labels.flatMap((l, i) => (l === label ? [i] : []));
    if (own.length === 0) {
      throw new InputError('a condition has no event', {
        where: `events "${events.name}"`,
        expected: events.vocabulary.join(', '),
        got: label,
      });
    }
    const list = own.map((i) => ({
      startSeconds: events.starts[i],
      endSeconds: events.ends[i],
      label,
      source: events.name,
    }));
    const some = new Events(list, { name: label, clock: events.clock, provenance: events.provenance });
    return periEvent(spikes, some, window).rate;
  });
  const [times, units] = parts[0].shape;
  const values = new Float64Array(parts.length * times * units);
  parts.forEach((rate, c) => values.set(rate.contiguous(), c * times * units));
  return responses(values, { conditions: parts.length, times, units, stepSeconds: window.widthSeconds });
}
