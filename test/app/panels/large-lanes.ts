/** Ten million samples with one planted spike, and 200 units of 5,000 spikes, over the video's 300 s. */
import { Random } from '../../../src/math/random.ts';
import { Events } from '../../../src/signal/events.ts';
import { Signal } from '../../../src/signal/signal.ts';
import { Spikes } from '../../../src/signal/spikes.ts';
import { regularTime } from '../../../src/signal/time.ts';
import type { Lane } from '../../../src/app/views/timeline/lane.ts';
import { laneOfEvents, laneOfSignal, laneOfSpikes } from '../../../src/app/views/timeline/records.ts';

export const largeSamples = 10_000_000;
export const largeSeconds = 300;
/** One sample, 20 times as high as the noise; no other sample near it is above 1. */
export const plantedSample = 6_543_211;
const missing = [2_000_000, 2_400_000] as const;

const provenance = { step: 'test' };

export function largeLanes(): Lane[] {
  const random = new Random(7);
  const values = new Float32Array(largeSamples);
  for (let i = 0; i < largeSamples; i++) values[i] = Math.sin(i / 50_000) * 0.5 + (random.uniform() - 0.5);
  values[plantedSample] = 20;
  values.fill(NaN, ...missing);
  const rate = largeSamples / largeSeconds;
  const emg = new Signal({
    name: 'EMG triceps',
    dimensions: [{ name: 'time', size: largeSamples }],
    values,
    unit: 'uV',
    time: regularTime(largeSamples, rate),
    provenance,
  });
  const spikes = Spikes.from(
    Array.from({ length: 200 }, (_, u) => {
      const times = Float64Array.from(
        { length: 5000 },
        () => random.uniform() ** (1 + (u % 7) / 6) * largeSeconds,
      );
      return [`unit ${u}`, times.sort()] as const;
    }),
    { name: 'spikes', provenance },
  );
  const labels = ['walk', 'rear', 'groom', 'still'];
  let t = 0;
  const bouts = Array.from({ length: 400 }, () => {
    const startSeconds = t;
    t += 0.1 + random.uniform() * 1.3;
    return { startSeconds, endSeconds: t, label: labels[random.integer(labels.length)], source: 'observer' };
  });
  const stimuli = Array.from({ length: 59 }, (_, i) => ({
    startSeconds: 5 * (i + 1),
    label: 'light',
    source: 'device',
  }));
  return [
    laneOfEvents(new Events(bouts, { name: 'behavior', provenance }), { id: 'behavior' }),
    laneOfEvents(new Events(stimuli, { name: 'stimuli', provenance }), { id: 'stimuli' }),
    laneOfSignal(emg, { id: 'emg' }),
    laneOfSpikes(spikes, { id: 'spikes' }),
  ];
}
