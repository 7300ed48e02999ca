import type { Spikes } from '../signal/spikes.ts';

/** Spikes closer together than any neuron fires, s (the refractory period of the fastest is longer). */
const tooClose = 5e-4;
/** Share of such pairs from which on it is said. */
const mostClose = 0.01;

/**
 * What about spikes should be known before they are believed, in words: units that never fire, spikes that are there twice or closer than a neuron
 * fires, and spikes outside of the time in which the rest was recorded (with the likely mistake of units).
 *
 * @param span when the rest was recorded, s, on the same clock.
 */
export function spikeDoubts(
  spikes: Spikes,
  span?: { readonly startSeconds: number; readonly endSeconds: number },
): string[] {
  const found: string[] = [];
  const silent: string[] = [];
  for (const name of spikes.units) {
    const times = spikes.unit(name);
    if (times.length === 0) {
      silent.push(name);
      continue;
    }
    let [same, close] = [0, 0];
    for (let i = 1; i < times.length; i++) {
      const apart = times[i] - times[i - 1];
      if (apart === 0) same++;
      else if (apart < tooClose) close++;
    }
    if (same > 0)
      found.push(
        `Unit "${name}": ${same} of ${times.length} spikes are there twice at the same time. Were files joined twice?`,
      );
    if (close > mostClose * times.length)
      found.push(
        `Unit "${name}": ${close} of ${times.length} spikes follow another within ${1000 * tooClose} ms, faster than a neuron fires. It may be several neurons, or one that was found twice.`,
      );
  }
  if (silent.length > 0) found.push(`Without a spike: ${silent.map((name) => `"${name}"`).join(', ')}.`);
  if (span) found.push(...outside(spikes, span));
  return found;
}

function outside(
  spikes: Spikes,
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
): string[] {
  let [count, all, last] = [0, 0, -Infinity];
  for (const name of spikes.units) {
    for (const t of spikes.unit(name)) {
      all++;
      if (t < startSeconds || t > endSeconds) count++;
      last = Math.max(last, t);
    }
  }
  if (count === 0) return [];
  const length = endSeconds - startSeconds;
  // Samples of a common rate, or milliseconds, reach about as far as the recording when they are divided.
  const mistaken = [
    { by: 1000, what: 'milliseconds' },
    { by: 30_000, what: 'samples at 30 kHz' },
    { by: 20_000, what: 'samples at 20 kHz' },
  ].find(({ by }) => last / by > 0.5 * length && last / by < 1.5 * endSeconds);
  return [
    `${count} of ${all} spikes of "${spikes.name}" lie outside of ${startSeconds.toFixed(2)} to ${endSeconds.toFixed(2)} s, in which the rest was recorded${count === all && mistaken ? `; the last at ${last.toFixed(0)}: are these ${mistaken.what}?` : '.'}`,
  ];
}
