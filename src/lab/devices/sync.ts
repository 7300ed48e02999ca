import type { Random } from '../../math/random.ts';
import type { Clock } from '../../signal/clock.ts';

/** Shortest and longest time between two edges of the sync line, s: no two stretches of it are alike, so that edges tell which they are. */
const intervals = [0.25, 0.9] as const;

/** The edges of the laboratory's sync line (TTL), master time, s. */
export function syncLine(seconds: number, random: Random): Float64Array {
  const edges: number[] = [];
  for (let t = random.uniform(0.05, 0.3); t < seconds; t += random.uniform(...intervals)) edges.push(t);
  return Float64Array.from(edges);
}

/** The sync line as a device has it: its own time, rounded to its samples, with jitter (s). */
export function recordedEdges(
  edges: Float64Array,
  clock: Clock,
  { rate, jitterSeconds, random }: { rate?: number; jitterSeconds: number; random: Random },
): Float64Array {
  return edges.map((t) => {
    const own = clock.toDevice(t) + random.normal(0, jitterSeconds);
    return rate === undefined ? own : Math.round(own * rate) / rate;
  });
}

/** Samples that a device takes at its own rate between 0 and `seconds` of master time: number of the first, and the master times of all. */
export function sampling(
  clock: Clock,
  rate: number,
  seconds: number,
): { readonly first: number; readonly times: Float64Array } {
  const first = Math.ceil(clock.toDevice(0) * rate);
  const last = Math.floor(clock.toDevice(seconds) * rate);
  const times = Float64Array.from({ length: last - first + 1 }, (_, i) =>
    Math.max(0, clock.toMaster((first + i) / rate)),
  );
  return { first, times };
}
