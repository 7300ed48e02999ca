/**
 * Interval of a proportion, k out of n, by Wilson's score (1927), 95 %. It assumes that the n are independent. [0, 1] for none.
 */
export function wilsonInterval(k: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const z = 1.959963984540054;
  const p = k / n;
  const center = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}
