import { beforeAll, describe, expect, test } from 'vitest';
import { recordSession, type Session } from '../../src/lab/devices/session.ts';
import { simulateLaboratory, type Laboratory } from '../../src/lab/laboratory.ts';
import { pearson } from '../../src/math/correlation.ts';
import { loadPhysics } from '../../src/model/body/index.ts';
import { clockFromPairs, type Clock } from '../../src/signal/index.ts';
import { clockFromPulses } from '../../src/signal/pulses.ts';
import { timesOf } from '../../src/signal/time.ts';

let lab: Laboratory;
let session: Session;
const seconds = 16;
const provenance = { step: 'test' };
beforeAll(async () => {
  lab = simulateLaboratory(await loadPhysics(), {
    seconds,
    seed: 5,
    drift: 80,
    cameras: 2,
    droppedFrames: 0.05,
  });
  session = recordSession(lab);
});

/** Largest error of a fitted clock over the recording, s. */
function worst(fitted: Clock, truth: Clock): number {
  let most = 0;
  for (let t = 0; t <= seconds; t += 0.1) {
    most = Math.max(most, Math.abs(fitted.toMaster(truth.toDevice(t)) - t));
  }
  return most;
}

describe('clocks', () => {
  test('each device runs on its own time, and its sync line brings it back within half a millisecond', () => {
    for (const { name, trueClock, edges } of session.devices) {
      expect(Math.abs(trueClock.toDevice(10) - 10)).toBeGreaterThan(0.1);
      const { clock } = clockFromPulses(edges!, session.edges, { name, provenance });
      expect(worst(clock, trueClock), name).toBeLessThan(0.5e-3);
    }
  });

  test('frames, told by their numbers, are within half a millisecond, though one camera drops some', () => {
    for (const { name, frameNumbers, timestamps, strobes, trueClock, trueTimes } of session.cameras) {
      const clock = clockFromPairs(
        timestamps,
        Float64Array.from(frameNumbers, (k) => strobes[k]),
        { name, provenance },
      );
      expect(worst(clock, trueClock), name).toBeLessThan(0.5e-3);
      timestamps.forEach((t, i) => expect(Math.abs(clock.toMaster(t) - trueTimes[i])).toBeLessThan(0.5e-3));
    }
    const [whole, lossy] = session.cameras;
    expect(whole.frameNumbers).toHaveLength(whole.strobes.length);
    const lost = 1 - lossy.frameNumbers.length / lossy.strobes.length;
    expect(lost).toBeGreaterThan(0.025);
    expect(lost).toBeLessThan(0.08);
  });

  test('pairing frames in order, as if none were dropped, is far off', () => {
    const { timestamps, strobes, trueTimes } = session.cameras[1];
    const last = timestamps.length - 1;
    expect(Math.abs(strobes[last] - trueTimes[last])).toBeGreaterThan(0.1);
  });
});

describe('EMG', () => {
  test('follows its muscle, a little of its neighbors, and hums', () => {
    const { signals, trueClock } = session.devices[0];
    const [emg] = signals;
    expect(emg.unit).toBe('mV');
    const times = timesOf(emg.time!);
    const { activations } = lab.truth;
    const names = activations.dimensions[1].labels!;
    const values = emg.contiguous();
    const muscle = names.indexOf('deltoid_anterior');
    // Root mean square in windows of 100 ms against activation.
    const [measured, real]: [number[], number[]] = [[], []];
    for (let i = 0; i + 200 < times.length; i += 200) {
      let squares = 0;
      for (let k = i; k < i + 200; k++) squares += values[k * names.length + muscle] ** 2;
      measured.push(Math.sqrt(squares / 200));
      const step = Math.round((trueClock.toMaster(times[i + 100]) + 0.03) * lab.experiment.rate);
      real.push(activations.at(Math.min(step, activations.shape[0] - 1), muscle));
    }
    expect(pearson(measured, real)).toBeGreaterThan(0.5);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // 2 mV at full activation, and a little of the neighbors.
    expect(mean(measured) / mean(real)).toBeGreaterThan(1.9);
    expect(mean(measured) / mean(real)).toBeLessThan(2.4);
  });

  test('crosstalk falls with distance and is none where it is turned off', () => {
    const other = (crosstalk: number): Float64Array => {
      const quiet = { ...lab.settings, crosstalk, hum: 0, emgNoise: 0 };
      const { signals } = recordSession({ ...lab, settings: quiet }).devices[0];
      return Float64Array.from(signals[0].contiguous());
    };
    const n = lab.truth.activations.shape[1];
    const names = lab.truth.activations.dimensions[1].labels!;
    const correlation = (values: Float64Array, a: string, b: string): number => {
      const column = (name: string): Float64Array =>
        values.filter((_, i) => i % n === names.indexOf(name)).subarray(0, 15_000);
      return Math.abs(pearson(column(a), column(b)));
    };
    const pure = other(0);
    expect(correlation(pure, 'deltoid_anterior', 'deltoid_middle')).toBeLessThan(0.06);
    const mixed = other(0.5);
    const near = correlation(mixed, 'flexor_carpi_radialis', 'flexor_carpi_ulnaris');
    expect(near).toBeGreaterThan(0.1);
    expect(near).toBeGreaterThan(correlation(mixed, 'flexor_carpi_radialis', 'deltoid_middle'));
  });
});

test('the same settings give the same session, and one knob leaves the other devices alone', () => {
  const again = recordSession(lab);
  expect(again.devices[0].signals[0].values).toEqual(session.devices[0].signals[0].values);
  expect(again.devices[1].spikes[0].times).toEqual(session.devices[1].spikes[0].times);
  const noisier = recordSession({ ...lab, settings: { ...lab.settings, emgNoise: 0.5, droppedFrames: 0 } });
  expect(noisier.devices[1].spikes[0].times).toEqual(session.devices[1].spikes[0].times);
  expect(noisier.devices[0].signals[0].values).not.toEqual(session.devices[0].signals[0].values);
  expect(noisier.cameras[0].timestamps).toEqual(session.cameras[0].timestamps);
});
