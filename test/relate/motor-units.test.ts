import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateEmgArray } from '../../src/lab/devices/emg-array.ts';
import { Random } from '../../src/math/random.ts';
import { motorUnits, rateOfAgreement } from '../../src/relate/index.ts';
import { Signal } from '../../src/signal/signal.ts';

describe('the rate of agreement', () => {
  const random = new Random('agreement');
  const train = Float64Array.from({ length: 80 }, (_, i) => 0.1 * i + random.uniform(0, 0.04));

  it('is one for a train that lags, and says the lag', () => {
    const { rate, common, lagSeconds } = rateOfAgreement(
      train,
      train.map((t) => t + 0.0123),
    );
    expect([rate, common]).toEqual([1, 80]);
    expect(Math.abs(lagSeconds - 0.0123)).toBeLessThan(5e-4);
  });

  it('counts what one train alone has', () => {
    expect(
      rateOfAgreement(
        train,
        train.filter((_, i) => i % 4 > 0),
      ),
    ).toMatchObject({ rate: 60 / 80, common: 60 });
    expect(rateOfAgreement(train, [])).toMatchObject({ rate: 0, common: 0 });
  });

  it('lies between 0 and 1, and is 1 for a train with itself', () => {
    const times = fc
      .uniqueArray(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 40 })
      .map((list) => list.map((ms) => ms / 1000).sort((a, b) => a - b));
    fc.assert(
      fc.property(times, times, (a, b) => {
        const { rate, common } = rateOfAgreement(a, b);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(1);
        expect(common).toBeLessThanOrEqual(Math.min(a.length, b.length));
        expect(rateOfAgreement(a, a).rate).toBe(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('motor units', () => {
  const { emg, units: truth } = simulateEmgArray({
    random: new Random('a'),
    seconds: 5,
    units: 5,
    along: 4,
    across: 4,
  });
  const options = { delays: 6, searches: 14 };

  it('are found from an array of electrodes, each once, with their discharges', () => {
    const { spikes, silhouettes } = motorUnits(emg, options);
    const partners = spikes.units.map((unit) => {
      const rates = truth.units.map((other) => rateOfAgreement(truth.unit(other), spikes.unit(unit)).rate);
      return { rate: Math.max(...rates), unit: rates.indexOf(Math.max(...rates)) };
    });
    const good = new Set(partners.filter(({ rate }) => rate >= 0.9).map(({ unit }) => unit));
    expect(good.size).toBeGreaterThanOrEqual(3);
    expect(new Set(partners.map(({ unit }) => unit)).size).toBe(partners.length);
    for (const s of silhouettes) expect(s).toBeGreaterThanOrEqual(0.9);
    expect(spikes.clock).toBe(emg.time!.clock);
  });

  it('are not found in noise', () => {
    const random = new Random('noise');
    const values = Float64Array.from({ length: emg.size / 2 }, () => random.normal());
    const noise = emg.slice('time', 0, emg.shape[0] / 2).derive(values, { step: 'test' });
    const { spikes, notes } = motorUnits(noise, { ...options, searches: 4 });
    expect(spikes.units).toEqual([]);
    expect(notes.join()).toMatch(/No unit stands out/);
  });

  it('need enough samples, all there, of channels over regular time', () => {
    const values = Float64Array.from(emg.contiguous());
    values[33] = NaN;
    expect(() => motorUnits(emg.derive(values, { step: 'test' }), options)).toThrow(
      /missing value at sample 2/,
    );
    expect(() => motorUnits(emg.slice('time', 0, 100), options)).toThrow(/at least 192 samples.*Got 100/s);
    const one = new Signal({ ...emg.select('channel', 0) });
    expect(() => motorUnits(one, options)).toThrow(/time x channel/);
  });
});
