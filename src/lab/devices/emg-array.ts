import type { Random } from '../../math/random.ts';
import { Signal } from '../../signal/signal.ts';
import { Spikes } from '../../signal/spikes.ts';
import { regularTime } from '../../signal/time.ts';

export interface EmgArrayOptions {
  readonly random: Random;
  /** Electrodes along and across the fibers. Default 8 x 8. */
  readonly along?: number;
  readonly across?: number;
  /** Default 30. */
  readonly units?: number;
  readonly seconds?: number;
  /** Samples a second. Default 2048. */
  readonly rate?: number;
  /** Power of the muscle over power of white noise, dB. Default 30. */
  readonly signalToNoiseDb?: number;
}

/** Electrodes are so far apart, m. */
const spacing = 0.008;
/** Half the length of a fiber, m. */
const halfLength = 0.06;
const longestPotential = 0.04;

/**
 * Surface EMG of an array of electrodes over a muscle of parallel fibers, and when its motor units fired. A unit's potential is that of
 * two sources that run from its end plate to both tendons (4 m/s), each seen as the second derivative along the fiber of 1/distance:
 * (2u^2 - r^2) / (u^2 + r^2)^(5/2), u along, r across and deep (Plonsey & Barr 2007, Bioelectricity, chapter 8). Units lie 4 to 20 mm deep, their
 * sizes span a factor of ten, they fire at 8 to 16 Hz with intervals that vary by 15 %. Unit: au.
 */
export function simulateEmgArray(options: EmgArrayOptions): { readonly emg: Signal; readonly units: Spikes } {
  const {
    random,
    along = 8,
    across = 8,
    units = 30,
    seconds = 20,
    rate = 2048,
    signalToNoiseDb = 30,
  } = options;
  const [samples, channels] = [Math.round(seconds * rate), along * across];
  const values = new Float64Array(samples * channels);
  const length = Math.round(longestPotential * rate);
  const trains: [string, Float64Array][] = [];
  for (let u = 0; u < units; u++) {
    const waveforms = potential(random.fork(`unit ${u}`), along, across, rate, length);
    const times = discharges(random.fork(`discharges ${u}`), seconds);
    trains.push([`unit ${u + 1}`, times]);
    for (const t of times) {
      const start = Math.round(t * rate);
      const end = Math.min(length, samples - start);
      for (let k = 0; k < end; k++) {
        for (let c = 0; c < channels; c++) values[(start + k) * channels + c] += waveforms[k * channels + c];
      }
    }
  }
  const power = values.reduce((s, v) => s + v * v, 0) / values.length;
  const noise = Math.sqrt(power / 10 ** (signalToNoiseDb / 10));
  for (let i = 0; i < values.length; i++) values[i] += random.normal(0, noise);
  const provenance = { step: 'lab.emgArray', options: { units, seconds, rate, signalToNoiseDb } };
  const labels = Array.from(
    { length: channels },
    (_, c) => `row ${Math.floor(c / across)}, column ${c % across}`,
  );
  return {
    emg: new Signal({
      name: 'emg array',
      dimensions: [
        { name: 'time', size: samples },
        { name: 'channel', size: channels, labels },
      ],
      values,
      unit: 'au',
      time: regularTime(samples, rate),
      provenance,
    }),
    units: Spikes.from(trains, { name: 'motor units', provenance }),
  };
}

/** A unit's potential at every electrode, `time x channel`. */
function potential(
  random: Random,
  along: number,
  across: number,
  rate: number,
  length: number,
): Float64Array {
  const depth = random.uniform(0.004, 0.02);
  const aside = random.uniform(-0.5, 0.5) * spacing * across;
  const endPlate = random.normal(0, 0.005);
  const velocity = random.normal(4, 0.3);
  const size = Math.exp(random.uniform(0, Math.log(10)));
  const out = new Float64Array(length * along * across);
  for (let k = 0; k < length; k++) {
    const run = (velocity * k) / rate;
    if (run > halfLength) break;
    // The source builds up at the end plate and dies at the tendon, over 5 mm.
    const strength = size * Math.min(1, run / 0.005, (halfLength - run) / 0.005);
    for (let c = 0; c < along * across; c++) {
      const x = (Math.floor(c / across) - (along - 1) / 2) * spacing - endPlate;
      const y = ((c % across) - (across - 1) / 2) * spacing - aside;
      const r2 = y * y + depth * depth;
      out[k * along * across + c] = -strength * (curvature(x - run, r2) + curvature(x + run, r2)) * 1e-6;
    }
  }
  return out;
}

const curvature = (u: number, r2: number): number => (2 * u * u - r2) / (u * u + r2) ** 2.5;

function discharges(random: Random, seconds: number): Float64Array {
  const interval = 1 / random.uniform(8, 16);
  const times: number[] = [];
  for (let t = random.uniform(0, interval); t < seconds - longestPotential;) {
    times.push(t);
    t += interval * Math.max(0.4, random.normal(1, 0.15));
  }
  return Float64Array.from(times);
}
