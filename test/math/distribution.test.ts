import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  besselRatio,
  chi2Cdf,
  chi2Quantile,
  erf,
  erfc,
  fCdf,
  fQuantile,
  fTail,
  incompleteBeta,
  incompleteGamma,
  incompleteGammaUpper,
  logGamma,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from '../../src/math/index.ts';
import { UsageError } from '../../src/signal/error.ts';

// Golden values: SciPy (scipy.special gammaln, gammainc(c), betainc, erf(c), i1e / i0e; scipy.stats norm, t, chi2, f).
const near = (got: number, expected: number, relative = 1e-12): void =>
  expect(Math.abs(got - expected), `${got} against ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected) + 1e-300,
  );

describe('special functions against SciPy', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [3.7, 1.428072326665388],
    [10, 12.801827480081469],
    [100.5, 361.43554046777757],
    [-0.5, 1.2655121234846454],
    [-2.5, -0.05624371649767401],
  ])('logGamma(%d)', (x, expected) =>
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, expected)),
  );
  it('logGamma is zero at 1 and 2, infinite at poles', () => {
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-14);
    expect(Math.abs(logGamma(2))).toBeLessThan(1e-14);
    expect([logGamma(0), logGamma(-3)]).toEqual([Infinity, Infinity]);
    expect(logGamma(NaN)).toBeNaN();
  });
  it.each([
    [0.5, 0.2, 0.47291074313446196, 0.5270892568655381],
    [3, 2.5, 0.45618688411667035, 0.5438131158833297],
    [3, 10, 0.9972306042844884, 0.0027693957155115775],
    [50, 40, 0.07033506665939494, 0.9296649333406051],
    [200, 260, 0.999952499875557, 4.750012444300866e-5],
  ])('incompleteGamma(%d, %d)', (a, x, p, q) => {
    near(incompleteGamma(a, x), p);
    near(incompleteGammaUpper(a, x), q);
  });
  it.each([
    [0.3, 2, 3, 0.34829999999999994],
    [0.9, 0.5, 0.5, 0.7951672353008665],
    [0.01, 20, 2, 2.08e-39],
    [0.5, 50, 40, 0.1445480403480306],
    [0.999, 5, 0.1, 0.38710164062500535],
  ])('incompleteBeta(%d; %d, %d)', (x, a, b, expected) => near(incompleteBeta(x, a, b), expected));
  it.each([
    [-2, -0.9953222650189528, 1.9953222650189528],
    [-0.3, -0.3286267594591274, 1.3286267594591274],
    [1e-9, 1.1283791670955127e-9, 0.9999999988716208],
    [1, 0.8427007929497148, 0.15729920705028516],
    [3, 0.9999779095030014, 2.2090496998585445e-5],
    [6, 1, 2.1519736712498913e-17],
  ])('erf and erfc(%d)', (x, e, c) => {
    near(erf(x), e);
    near(erfc(x), c);
  });
  it.each([
    [0.001, 0.0004999999375000103],
    [0.5, 0.24249961258080202],
    [2, 0.6977746579640082],
    [20, 0.9746705078898074],
    [100, 0.9949873730051687],
  ])('besselRatio(%d)', (k, expected) => near(besselRatio(k), expected));
  it('refuses what lies outside the domain and passes NaN through', () => {
    expect(() => incompleteGamma(-1, 1)).toThrow(UsageError);
    expect(() => incompleteBeta(1.5, 1, 1)).toThrow(UsageError);
    expect(
      [erf(NaN), erfc(NaN), incompleteBeta(NaN, 1, 1), incompleteGamma(1, NaN)].every(Number.isNaN),
    ).toBe(true);
  });
});

describe('distributions against SciPy', () => {
  it('normal', () => {
    near(normalCdf(-8), 6.22096057427174e-16, 1e-11);
    near(normalCdf(-1.5), 0.06680720126885807);
    near(normalCdf(2), 0.9772498680518208);
    near(normalQuantile(1e-10), -6.361340902404056);
    near(normalQuantile(0.025), -1.9599639845400545);
    near(normalQuantile(0.999), 3.090232306167813);
    expect(Math.abs(normalQuantile(0.5))).toBeLessThan(1e-15);
    near(normalQuantile(0.975, 10, 2), 10 + 2 * 1.9599639845400545);
  });
  it("Student's t", () => {
    near(tCdf(-2, 1), 0.14758361765043326);
    near(tCdf(1.3, 5), 0.8748496829146615);
    near(tCdf(4, 30), 0.9998090771819581);
    near(tCdf(2, 2.5), 0.9213042521210171);
    near(tQuantile(0.975, 1), 12.706204736174694, 1e-11);
    near(tQuantile(0.975, 10), 2.228138851986274);
    near(tQuantile(0.01, 3), -4.5407028585681335);
    near(tQuantile(0.6, 100), 0.25402218245822766);
  });
  it('chi squared', () => {
    near(chi2Cdf(1, 1), 0.6826894921370859);
    near(chi2Cdf(20, 10), 0.9707473119230389);
    near(chi2Cdf(0.5, 7), 0.000553518609575035);
    near(chi2Quantile(0.95, 1), 3.841458820694124);
    near(chi2Quantile(0.05, 5), 1.1454762260617692);
    near(chi2Quantile(0.5, 100), 99.33412923598846);
  });
  it('F', () => {
    near(fCdf(1, 2, 3), 0.53524199845511);
    near(fCdf(0.2, 10, 4), 0.017832647462277085);
    near(fTail(30, 1, 50), 1.403734009211343e-6);
    near(fTail(4.5, 3, 20), 0.014373244610897428);
    near(fQuantile(0.95, 2, 10), 4.1028210151304);
    near(fQuantile(0.01, 3, 7), 0.03613800894092479);
  });
  it('quantiles invert cumulative functions', () => {
    const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    const df = fc.double({ min: 0.5, max: 200, noNaN: true });
    fc.assert(
      fc.property(p, df, df, (q, a, b) => {
        near(normalCdf(normalQuantile(q)), q, 1e-10);
        near(tCdf(tQuantile(q, a), a), q, 1e-9);
        near(chi2Cdf(chi2Quantile(q, a), a), q, 1e-9);
        near(fCdf(fQuantile(q, a, b), a, b), q, 1e-9);
      }),
      { numRuns: 60 },
    );
  });
  it('edges', () => {
    expect([normalQuantile(0), normalQuantile(1), chi2Quantile(0, 2)]).toEqual([-Infinity, Infinity, 0]);
    expect(normalQuantile(NaN)).toBeNaN();
    expect(() => normalQuantile(1.1)).toThrow(UsageError);
    expect(() => tCdf(1, 0)).toThrow(UsageError);
  });
});
