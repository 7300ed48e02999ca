import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../src/math/proportion.ts';

describe("Wilson's interval", () => {
  it('agrees with published values', () => {
    // Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const published: readonly (readonly [number, number, number, number])[] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [k, n, low, high] of published) {
      expect(wilsonInterval(k, n)[0]).toBeCloseTo(low, 4);
      expect(wilsonInterval(k, n)[1]).toBeCloseTo(high, 4);
    }
  });
});
