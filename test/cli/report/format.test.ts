import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extent, linearScale, logScale, roundStep } from '../../../src/cli/report/chart/scale.ts';
import { counted, formatNumber, formatQuantity, formatUnit } from '../../../src/cli/report/format.ts';
import { markup } from '../../../src/cli/report/markup.ts';

describe('numbers and units', () => {
  it('prints numbers as a reader expects them', () => {
    expect([1.4159, 0.04567, 123.456, 12345.678, -3.2, 0, 2000, 12000].map((v) => formatNumber(v))).toEqual([
      '1.42',
      '0.0457',
      '123',
      '12\u202f346',
      '\u22123.20',
      '0',
      '2000',
      '12\u202f000',
    ]);
    expect(formatNumber(NaN)).toBe('\u2013');
    expect(formatNumber(1.234e-7)).toBe('1.23\u00d710\u207b\u2077');
    expect(formatNumber(9.996)).toBe('10.0');
  });

  it('prints units as they are read', () => {
    expect(formatUnit('px/s^2')).toBe('px/s\u00b2');
    expect(formatUnit('um')).toBe('\u00b5m');
    expect(formatUnit('1')).toBe('');
    expect(formatQuantity(12.34, 'deg')).toBe('12.3\u00b0');
    expect(counted(1, 'frame')).toBe('1 frame');
    expect(counted(0, 'frame')).toBe('0 frames');
  });
});

describe('scales', () => {
  it('puts ticks on round numbers inside the domain', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        (low, span) => {
          const scale = linearScale([low, low + span], [0, 100]);
          expect(scale.ticks.length).toBeGreaterThan(0);
          expect(scale.ticks.length).toBeLessThan(12);
          for (const { value } of scale.ticks) {
            expect(scale(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(scale(value)).toBeLessThanOrEqual(100 + 1e-6);
          }
        },
      ),
    );
    expect(linearScale([0, 5], [0, 1]).ticks.map((t) => t.text)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(linearScale([-0.1, 0.1], [0, 1], 4).ticks.map((t) => t.text)).toEqual([
      '\u22120.10',
      '\u22120.05',
      '0.00',
      '0.05',
      '0.10',
    ]);
  });

  it('maps logarithms evenly', () => {
    const scale = logScale([0.1, 1000], [0, 4]);
    expect(scale(1)).toBeCloseTo(1, 12);
    expect(scale(100)).toBeCloseTo(3, 12);
    expect(scale.ticks.map((t) => t.value)).toEqual([0.1, 1, 10, 100, 1000]);
  });

  it('takes the extent of what is finite', () => {
    expect(extent([[1, NaN, 3], [Infinity]], { margin: 0 })).toEqual([1, 3]);
    expect(extent([[]])).toEqual([0, 1]);
    expect(extent([[0.7, 0.7]])).toEqual([0.7 - 0.5, 0.7 + 0.5]);
    expect(extent([[5e-324]])).toEqual([0, 1]);
    expect(roundStep(0.13)).toBeCloseTo(0.2, 12);
  });
});

describe('markup', () => {
  it('escapes holes in text and attributes and refuses coordinates that are not finite', () => {
    expect(markup`<a title="${'"><b>'}">${"&'<"}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;b&gt;">&amp;&#39;&lt;</a>',
    );
    expect(markup`${[markup`<i>${1.23456}</i>`, undefined, false, 'x']}`.text).toBe('<i>1.23</i>x');
    expect(() => markup`<circle r="${NaN}"/>`).toThrow(/cannot draw/);
  });
});
