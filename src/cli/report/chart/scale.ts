import { formatNumber } from '../format.ts';

/** Maps data to a position on the page, and knows where its ticks are. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/**
 * A linear scale whose ticks fall on round numbers (1, 2 or 5 times a power of ten).
 * @param range positions of the domain's ends, px.
 * @param count about how many ticks.
 */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
  count = 5,
): Scale {
  const [low, high] = domain;
  const span = high - low || 1;
  const step = roundStep(span / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Beyond the precision of numbers there are no round ones between the ends.
  const values = Number.isSafeInteger(first) && Number.isSafeInteger(last) ? [] : [low, high];
  if (values.length === 0) for (let k = first; k <= last; k++) values.push(k * step);
  const ticks = values.map((value) => ({ value, text: tickText(value, step) }));
  const at = (value: number): number => range[0] + ((value - low) / span) * (range[1] - range[0]);
  return Object.assign(at, { domain, ticks });
}

/** A logarithmic scale; ticks at powers of ten, and at 2 and 5 times them where the domain is short. Domain above 0. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain.map(Math.log10);
  const span = high - low || 1;
  const steps = span > 2.5 ? [1] : span > 1 ? [1, 3] : [1, 2, 3, 5, 7];
  const ticks = [];
  const stride = Math.max(1, Math.ceil(span / 8));
  for (let power = Math.ceil(low / stride - 1) * stride; power <= Math.ceil(high); power += stride) {
    for (const step of steps) {
      const value = step * 10 ** power;
      if (value >= domain[0] * (1 - 1e-9) && value <= domain[1] * (1 + 1e-9)) {
        ticks.push({ value, text: formatNumber(Number(value.toPrecision(1)), 1) });
      }
    }
  }
  const at = (value: number): number => range[0] + ((Math.log10(value) - low) / span) * (range[1] - range[0]);
  return Object.assign(at, { domain, ticks });
}

/** From the lowest to the highest finite value, `zero` included on request, widened a little; [0, 1] where there is none. */
export function extent(
  lists: readonly ArrayLike<number>[],
  { zero = false, margin = 0.04 }: { readonly zero?: boolean; readonly margin?: number } = {},
): [number, number] {
  let low = zero ? 0 : Infinity;
  let high = zero ? 0 : -Infinity;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (!Number.isFinite(list[i])) continue;
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!Number.isFinite(size) || size < 1e-100) return [0, 1];
  if (high - low < 1e-9 * size) {
    const half = Math.max(0.5, size / 2);
    return [low - half, high + half];
  }
  const room = (high - low) * margin;
  return [zero && low === 0 ? 0 : low - room, high + room];
}

/** From the lowest to the highest finite value above 0, at least a factor of 4; [0.1, 10] where there is none. */
export function positiveExtent(lists: readonly ArrayLike<number>[]): [number, number] {
  let low = Infinity;
  let high = 0;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      if (!(list[i] > 1e-100 && list[i] < Infinity)) continue;
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  if (!(high > 0)) return [0.1, 10];
  return high < 4 * low ? [low / 2, high * 2] : [low, high];
}

/** The round number nearest above `rough`: 1, 2 or 5 times a power of ten. */
export function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function tickText(value: number, step: number): string {
  if (step < 1e-6 || Math.abs(value) >= 1e7) return formatNumber(value);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const text = Math.abs(value).toFixed(decimals);
  return `${value < 0 && Number(text) !== 0 ? '\u2212' : ''}${text}`;
}
