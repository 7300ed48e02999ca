/** Where an axis has its ticks, and how they are written. */
export interface Ticks {
  readonly step: number;
  readonly at: readonly number[];
}

/** Ticks at multiples of 1, 2 or 5 times a power of ten, at most `most` of them. */
export function decimalTicks(from: number, to: number, most: number): Ticks {
  const span = to - from;
  if (!(span > 0) || !(most >= 1)) return { step: NaN, at: [] };
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  return multiples(
    from,
    to,
    [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * (1 - 1e-9))!,
  );
}

/** Steps of time above one second that people count in. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Ticks of a time axis in seconds: decimal below 1 s, then at whole seconds, minutes and hours. */
export function timeTicks(from: number, to: number, most: number): Ticks {
  const raw = (to - from) / most;
  if (!(raw > 0.5)) return decimalTicks(from, to, most);
  const step = timeSteps.find((s) => s >= raw);
  return step === undefined ? decimalTicks(from, to, most) : multiples(from, to, step);
}

function multiples(from: number, to: number, step: number): Ticks {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Adding 0 turns -0 into 0.
  return {
    step,
    at: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step + 0),
  };
}

/** A tick's number with as many decimals as its step needs. */
export function tickText(value: number, step: number): string {
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return value
    .toFixed(decimals)
    .replace(/^-(0(?:\.0*)?)$/, '$1')
    .replace('-', '−');
}

/** A number for reading: four significant digits, no exponent where it can be avoided. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace('-', '−');
  return value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size)))).replace('-', '−');
}
