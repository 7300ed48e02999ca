import { Events, type Event } from '../signal/events.ts';
import type { Provenance } from '../signal/provenance.ts';

/** A digital line that changed: it rose or fell. */
export interface Edge {
  readonly seconds: number;
  readonly line: string;
  readonly rises: boolean;
}

/**
 * Digital lines as events: high from a rise to the next fall of the same line. A fall without a rise (the line was high before) and
 * a rise without a fall (it was high to the end, or rose again) are points whose labels say so, since pulses are matched by edges.
 */
export function eventsOfEdges(
  edges: Iterable<Edge>,
  parts: {
    readonly name: string;
    readonly source: string;
    readonly clock?: string;
    readonly provenance: Provenance;
  },
): Events {
  const { source } = parts;
  const high = new Map<string, number>();
  const events: Event[] = [];
  const loose = (line: string, startSeconds: number, how: string): void => {
    events.push({ startSeconds, label: `${line} ${how}`, source });
  };
  for (const { seconds, line, rises } of edges) {
    const since = high.get(line);
    if (rises) {
      if (since !== undefined) loose(line, since, 'rises');
      high.set(line, seconds);
    } else if (since === undefined) loose(line, seconds, 'falls');
    else {
      events.push({ startSeconds: since, endSeconds: seconds, label: line, source });
      high.delete(line);
    }
  }
  for (const [line, since] of high) loose(line, since, 'rises');
  return new Events(events, parts);
}
