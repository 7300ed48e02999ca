import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import { mixedModel, parametricBootstrap, welchTest } from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

/**
 * Reaction times of 18 subjects over ten days of little sleep (Belenky et al. 2003, J. Sleep Res. 12: 1-12). The likelihood of a line a
 * subject depends on nothing but each subject's least squares line and the sum of squares around all of them: those are
 * given here (intercept and slope of subject 308, 309, ... in ms; Bates, lme4: Mixed-effects modeling with R, chapter 4), and days are
 * made that have them.
 */
const lines = [
  [244.1927, 21.7647],
  [205.0549, 2.2618],
  [203.4842, 6.1149],
  [289.6851, 3.0081],
  [285.739, 5.266],
  [264.2516, 9.5668],
  [275.0191, 9.142],
  [240.1629, 12.2531],
  [263.0347, -2.881],
  [290.1041, 19.026],
  [215.1118, 13.4939],
  [225.8346, 19.504],
  [261.147, 6.4335],
  [276.3721, 13.5665],
  [254.9681, 11.3481],
  [210.4491, 18.0562],
  [253.636, 9.1884],
  [267.0448, 11.2981],
];
const around = 94311.50789841103;

function sleepStudy(): { response: number[]; days: number[]; subject: number[] } {
  // Orthogonal to a constant and to the days: +1, -1, -1, +1 at days 0, 1, 2, 3.
  const shape = [1, -1, -1, 1, 0, 0, 0, 0, 0, 0].map((v) => v * Math.sqrt(around / 18 / 4));
  const rows = lines.flatMap(([constant, slope], subject) =>
    shape.map((rest, day) => ({ subject, day, value: constant + slope * day + rest })),
  );
  return {
    response: rows.map((r) => r.value),
    days: rows.map((r) => r.day),
    subject: rows.map((r) => r.subject),
  };
}

describe('mixedModel', () => {
  const { response, days, subject } = sleepStudy();
  it('agrees with lme4 and lmerTest on the sleep study, random constant and slope (REML criterion 1743.628)', () => {
    const fit = mixedModel({ response, fixed: { days }, group: subject, slope: 'days' });
    const [constant, slope] = fit.coefficients;
    expect(fit.criterion).toBeCloseTo(1743.628, 2);
    expect([constant.estimate, slope.estimate].map((v) => v.toFixed(3))).toEqual(['251.405', '10.467']);
    expect([constant.standardError, slope.standardError].map((v) => v.toFixed(3))).toEqual([
      '6.825',
      '1.546',
    ]);
    expect(constant.df).toBeCloseTo(17, 1);
    expect(slope.df).toBeCloseTo(17, 1);
    expect(slope.t).toBeCloseTo(6.771, 2);
    expect(slope.p / 3.26e-6).toBeCloseTo(1, 1);
    expect(fit.variance.constant / 612.1).toBeCloseTo(1, 3);
    expect(fit.variance.slope! / 35.07).toBeCloseTo(1, 3);
    expect(fit.variance.covariance! / 9.605).toBeCloseTo(1, 1);
    expect(fit.variance.residual / 654.94).toBeCloseTo(1, 4);
    // lme4's coefficients of subject 308: 253.6637 and 19.6663.
    const own = fit.effects.get(0)!;
    expect(constant.estimate + own[0]).toBeCloseTo(253.6637, 1);
    expect(slope.estimate + own[1]).toBeCloseTo(19.6663, 2);
  });
  it('agrees with them for a random constant alone (criterion 1786.465; df 22.8102 and 161)', () => {
    const fit = mixedModel({ response, fixed: { days }, group: subject });
    const [constant, slope] = fit.coefficients;
    expect(fit.criterion).toBeCloseTo(1786.465, 2);
    expect(constant.standardError).toBeCloseTo(9.7467, 3);
    expect(slope.standardError).toBeCloseTo(0.8042, 3);
    expect(fit.variance.constant / 1378.18).toBeCloseTo(1, 3);
    expect(fit.variance.residual / 960.46).toBeCloseTo(1, 4);
    expect(constant.df).toBeCloseTo(22.8102, 1);
    expect(slope.df).toBeCloseTo(161, 0);
  });
  it('agrees with them on the dyestuff data (Davies & Goldsmith 1972: 1527.5, 1764.05, 2451.25, criterion 319.6543)', () => {
    const yields = [
      [1545, 1440, 1440, 1520, 1580],
      [1540, 1555, 1490, 1560, 1495],
      [1595, 1550, 1605, 1510, 1560],
      [1445, 1440, 1595, 1465, 1545],
      [1595, 1630, 1515, 1635, 1625],
      [1520, 1455, 1450, 1480, 1445],
    ];
    const fit = mixedModel({
      response: yields.flat(),
      fixed: {},
      group: yields.flatMap((batch, i) => batch.map(() => 'ABCDEF'[i])),
    });
    expect(fit.criterion).toBeCloseTo(319.6543, 4);
    expect(fit.coefficients[0].estimate).toBeCloseTo(1527.5, 8);
    expect(fit.coefficients[0].standardError).toBeCloseTo(19.3834, 3);
    expect(fit.coefficients[0].df).toBeCloseTo(5, 2);
    expect(fit.variance.constant / 1764.05).toBeCloseTo(1, 5);
    expect(fit.effects.get('A')![0]).toBeCloseTo(-17.6068514, 3);
    expect(fit.caveats.join()).toMatch(/only 6 animals/);
  });
  it('with equally many trials a treatment of animals is the test of their means', () => {
    const random = new Random(2);
    const rows = Array.from({ length: 80 }, (_, i) => ({
      animal: Math.floor(i / 8),
      treated: i < 40 ? 0 : 1,
    }));
    const own = Array.from({ length: 10 }, () => 2 * random.normal());
    const value = rows.map((r) => own[r.animal] + random.normal());
    const fit = mixedModel({
      response: value,
      fixed: { treated: rows.map((r) => r.treated) },
      group: rows.map((r) => r.animal),
    });
    const means = own.map((_, a) => value.reduce((s, v, i) => s + (rows[i].animal === a ? v / 8 : 0), 0));
    const { difference } = welchTest(means.slice(5), means.slice(0, 5));
    const [, treated] = fit.coefficients;
    expect(treated.estimate).toBeCloseTo(difference, 8);
    expect(treated.df).toBeCloseTo(8, 1);
    const bootstrap = parametricBootstrap(
      { response: value, fixed: { treated: rows.map((r) => r.treated) }, group: rows.map((r) => r.animal) },
      'treated',
      { simulations: 199, random },
    );
    expect(bootstrap.t).toBeCloseTo(Math.abs(treated.t), 6);
    expect(Math.abs(bootstrap.p - treated.p)).toBeLessThan(0.12);
  });
  it('says so where animals do not differ, and is ordinary regression then', () => {
    const value = Array.from({ length: 40 }, (_, i) => (i % 4) + (i % 7) / 10);
    const fit = mixedModel({ response: value, fixed: {}, group: value.map((_, i) => Math.floor(i / 4)) });
    expect(fit.variance.constant).toBe(0);
    expect(fit.coefficients[0].df).toBe(39);
    expect(fit.caveats[0]).toMatch(/estimated at zero/);
  });
  it('drops rows with a gap and refuses what it cannot fit', () => {
    const holed = response.map((v, i) => (i % 50 === 0 ? NaN : v));
    expect(mixedModel({ response: holed, fixed: { days }, group: subject })).toMatchObject({
      n: 176,
      dropped: 4,
    });
    const of = (data: object) => () => mixedModel({ response, fixed: { days }, group: subject, ...data });
    expect(of({ slope: 'dose' })).toThrow(UsageError);
    expect(of({ group: [1, 2] })).toThrow(UsageError);
    expect(of({ group: response.map((_, i) => i) })).toThrow(/ordinary test/);
    expect(of({ group: response.map((_, i) => i % 2) })).toThrow(/three or more animals/);
    expect(of({ response: response.map(() => 1) })).toThrow(/does not vary/);
    expect(of({ fixed: { days, twice: days.map((d) => 2 * d) } })).toThrow(InputError);
    const random = new Random(1);
    const data = { response, fixed: { days }, group: subject };
    expect(() => parametricBootstrap(data, 'dose', { random })).toThrow(/no such/);
    expect(() => parametricBootstrap(data, 'days', { simulations: 10, random })).toThrow(/too few/);
  });
});
