import { butterworthSections, zeroPhase } from '../../math/butterworth.ts';
import type { Random } from '../../math/random.ts';
import { Signal } from '../../signal/signal.ts';
import type { Clock } from '../../signal/clock.ts';
import { regularTime } from '../../signal/time.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { courseOf } from './course.ts';
import { sampling } from './sync.ts';

/** Surface EMG's band, Hz (De Luca 1997), and its root mean square at full activation, mV. */
const band = [20, 450] as const;
const fullMillivolts = 2;
/** The electrical signal comes before the force: how long activation lags behind it, s. */
const electromechanicalDelay = 0.03;
/** Mains frequency, Hz, and the amplitudes of its harmonics. */
const mains = 50;
const harmonics = [1, 0, 0.4, 0, 0.2];

export interface EmgParts {
  /** Time x muscle, 0 to 1. */
  readonly activations: Signal;
  /** Distances between the electrodes, muscles x muscles, and over which one e-th of a neighbor's signal is left, m. */
  readonly distances: Float64Array;
  readonly reach: number;
  /** Share of a muscle's signal that electrodes at its own place on another muscle's channel would pick up. */
  readonly crosstalk: number;
  /** mV, root mean square; amplitude of the mains, mV. */
  readonly noise: number;
  readonly hum: number;
  readonly rate: number;
  readonly seconds: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly provenance: Provenance;
}

/**
 * Surface EMG without motor units: each muscle makes Gaussian noise in the band of surface EMG whose amplitude is its activation of
 * 30 ms later; each channel hears its own muscle, others by
 *
 *   crosstalk exp(-distance / reach),
 *
 * the mains with their odd harmonics, and the amplifier's noise. Time x muscle, mV, on the device's clock; time 0 of the signal is the device's.
 */
export function emg(parts: EmgParts): Signal {
  const { activations, distances, reach, crosstalk, noise, hum, rate, seconds, clock, random, provenance } =
    parts;
  const [, muscles] = activations.shape;
  const { first, times } = sampling(clock, rate, seconds);
  const count = times.length;
  const values = new Float32Array(count * muscles);
  const sections = butterworthSections('bandpass', 2, band, rate);
  for (let m = 0; m < muscles; m++) {
    const white = Float64Array.from({ length: count }, () => random.normal());
    const carrier = zeroPhase(white, sections);
    const rms = Math.sqrt(carrier.reduce((sum, v) => sum + v * v, 0) / count);
    const activation = courseOf(activations, m);
    for (let t = 0; t < count; t++) {
      carrier[t] *= (fullMillivolts / rms) * activation(times[t] + electromechanicalDelay);
    }
    for (let c = 0; c < muscles; c++) {
      const gain = c === m ? 1 : crosstalk * Math.exp(-distances[c * muscles + m] / reach);
      if (gain < 1e-4) continue;
      for (let t = 0; t < count; t++) values[t * muscles + c] += gain * carrier[t];
    }
  }
  for (let c = 0; c < muscles; c++) {
    const phases = harmonics.map(() => random.uniform(0, 2 * Math.PI));
    const strength = hum * random.uniform(0.3, 1);
    for (let t = 0; t < count; t++) {
      let v = noise * random.normal();
      harmonics.forEach((a, h) => {
        if (a > 0) v += strength * a * Math.sin(2 * Math.PI * mains * (h + 1) * times[t] + phases[h]);
      });
      values[t * muscles + c] += v;
    }
  }
  return new Signal({
    name: 'emg',
    dimensions: [
      { name: 'time', size: count },
      { name: 'channel', size: muscles, labels: activations.dimensions[1].labels },
    ],
    values,
    unit: 'mV',
    time: regularTime(count, rate, first / rate, clock.name),
    provenance,
  });
}
