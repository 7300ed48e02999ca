import { expect, test } from 'vitest';
import { spikeDoubts } from '../../src/relate/index.ts';
import { Random } from '../../src/math/index.ts';
import { Spikes } from '../../src/signal/spikes.ts';

const of = (units: Record<string, readonly number[]>): Spikes =>
  Spikes.from(Object.entries(units), { name: 'units', provenance: { step: 'test' } });
const span = { startSeconds: 0, endSeconds: 10 };
const random = new Random(1);
const train = (rate: number): number[] => {
  const times: number[] = [];
  for (let t = 0; (t += 0.003 + -Math.log(1 - random.uniform()) / rate) < 10;) times.push(t);
  return times;
};

test('a good train is not doubted', () => {
  expect(spikeDoubts(of({ a: train(20), b: train(50) }), span)).toEqual([]);
});

test('silence, doubles, too close spikes and spikes outside are said with the unit and how many', () => {
  const doubled = train(5).flatMap((t) => [t, t]);
  const close = train(5).flatMap((t) => [t, t + 2e-4]);
  const said = spikeDoubts(of({ silent: [], doubled, close, late: [1, 2, 11] }), span);
  expect(said).toEqual([
    expect.stringContaining(`"doubled": ${doubled.length / 2} of ${doubled.length}`),
    expect.stringContaining(`"close": ${close.length / 2} of ${close.length}`),
    'Without a spike: "silent".',
    expect.stringMatching(/^1 of \d+ spikes of "units" lie outside of 0\.00 to 10\.00 s/),
  ]);
});

test.each([
  ['milliseconds', 1000],
  ['samples at 30 kHz', 30_000],
])('%s are suspected where all lie outside', (what, factor) => {
  const times = train(10)
    .map((t) => (t + 1e-3) * factor)
    .filter((t) => t > 10);
  expect(spikeDoubts(of({ a: times }), span).join()).toContain(`are these ${what}?`);
});
