import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { autoregressive } from '../../src/math/statistics/calibration/simulate.ts';
import { adjustedResponse, matchedResponse } from '../../src/relate/index.ts';
import { Events } from '../../src/signal/events.ts';
import { Signal } from '../../src/signal/signal.ts';
import { regularTime } from '../../src/signal/time.ts';

const provenance = { step: 'test' };
const rate = 10;

const overTime = (name: string, values: Float64Array, unit: string): Signal =>
  new Signal({
    name,
    dimensions: [{ name: 'time', size: values.length }],
    values,
    unit,
    time: regularTime(values.length, rate),
    provenance,
  });

/** Ten minutes in which the animal is stimulated when it is fast, and fires with its speed; `effect` in Hz for 0.5 s. */
function session(seed: string, effect: number): { response: Signal; stimuli: Events; speed: Signal } {
  const random = new Random(seed);
  const n = 600 * rate;
  const speed = autoregressive(random, n, 0.98).map((v) => 10 + 4 * v);
  const firing = autoregressive(random, n, 0.5).map((v, i) => 8 + 0.8 * speed[i] + 2 * v);
  const starts: number[] = [];
  for (let i = 50; i < n - 20; i++) {
    const since = i / rate - (starts.at(-1) ?? -10);
    if (since > 4 && random.uniform() < 0.02 / (1 + Math.exp(-(speed[i] - 11) / 1.5))) starts.push(i / rate);
  }
  for (const start of starts) for (let k = 0; k < 5; k++) firing[Math.round(start * rate) + k] += effect;
  const stimuli = new Events(
    starts.map((startSeconds) => ({
      startSeconds,
      endSeconds: startSeconds + 0.2,
      label: 'laser',
      source: 'test',
    })),
    { name: 'laser', provenance },
  );
  return { response: overTime('firing', firing, 'Hz'), stimuli, speed: overTime('speed', speed, 'cm/s') };
}

describe.each([
  ['matched for speed', matchedResponse],
  ['with speed as covariate', adjustedResponse],
])('a response %s', (_, method) => {
  const run = (seed: string, effect: number, permutations = 99) => {
    const { response, stimuli, speed } = session(seed, effect);
    return method(response, stimuli, speed, { permutations, random: new Random(seed) });
  };

  it('is not what speed does, which passes for one without it', () => {
    let [false_, apparent] = [0, 0];
    for (let i = 0; i < 40; i++) {
      const result = run(`null ${i}`, 0);
      if (result.p <= 0.05) false_++;
      apparent += result.unadjusted / 40;
    }
    // Of 40 at 5 % more than six come once in a hundred times.
    expect(false_).toBeLessThanOrEqual(6);
    expect(apparent).toBeGreaterThan(1.5);
  });

  it('is found with its size', () => {
    let [found, covered] = [0, 0];
    for (let i = 0; i < 12; i++) {
      const { p, low, high } = run(`effect ${i}`, 3);
      if (p <= 0.05) found++;
      if (low <= 3 && high >= 3) covered++;
    }
    expect(found).toBeGreaterThanOrEqual(11);
    expect(covered).toBeGreaterThanOrEqual(9);
  });

  it('is the same for the same seed, and says what was used', () => {
    expect(run('a', 1)).toEqual(run('a', 1));
    const { stimuli } = session('a', 1);
    const result = run('a', 1);
    expect(result.stimuli + result.leftOut).toBe(stimuli.count);
  });

  it('needs stimuli, free moments and one clock', () => {
    const { response, stimuli, speed } = session('b', 0);
    const options = { random: new Random(1) };
    const few = stimuli.filter((e) => e.startSeconds < 20);
    expect(() => method(response, few, speed, options)).toThrow(/too few moments/);
    const away = new Events([...stimuli], { name: 'laser', clock: 'stimulator', provenance });
    expect(() => method(response, away, speed, options)).toThrow(/on the clock "stimulator"/);
    expect(() => method(response, stimuli, speed, { ...options, before: [-1, 0.5] })).toThrow(
      /before the stimulus/,
    );
  });
});

it('says where matching leaves stimuli out', () => {
  const { response, stimuli, speed } = session('c', 0);
  const fast = overTime(
    'speed',
    Float64Array.from(speed.contiguous(), (v, i) =>
      stimuli.starts.some((t) => Math.abs(i / rate - t + 0.25) < 0.3) && i % 3 > 0 ? v + 60 : v,
    ),
    'cm/s',
  );
  expect(() => matchedResponse(response, stimuli, fast, { random: new Random(1) })).toThrow(
    /like speed.*adjustedResponse/s,
  );
});
