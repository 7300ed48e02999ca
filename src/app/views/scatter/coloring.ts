/** Which color each frame's point has, and what the legend says of it. */
import { quantiles } from '../../../math/quantile.ts';
import { ramp, type Palette } from '../../core/palette.ts';
import type { FrameMeasure, FrameValues } from './frame-measure.ts';

/** Steps of the scale of values; the entry after them, and after the categories, is that of frames without one. */
const steps = 64;

export interface Coloring {
  /** CSS colors. */
  readonly colors: readonly string[];
  /** Position in `colors` of each frame. */
  readonly indices: Uint8Array;
  readonly legend: Legend;
}

export type Legend =
  | {
      readonly kind: 'scale';
      readonly title: string;
      readonly unit: string;
      readonly low: number;
      readonly high: number;
      /** Values beyond both ends have the colors of the ends. */
      readonly clipped: boolean;
      readonly colors: readonly string[];
      readonly none?: string;
    }
  | {
      readonly kind: 'categories';
      readonly title: string;
      readonly entries: readonly { readonly name: string; readonly color: string }[];
    };

export function coloringOf(measure: FrameMeasure, values: FrameValues, palette: Palette): Coloring {
  return values.categories
    ? byCategory(measure, values.values, values.categories, palette)
    : byValue(measure, values.values, palette);
}

/** A scale between the 1 % and the 99 % quantile: single values far out would leave one color to all others. */
function byValue({ title, unit }: FrameMeasure, values: Float32Array, palette: Palette): Coloring {
  const colors = [...ramp(steps, palette.dark), palette.dim];
  const sample = sampled(values);
  const [least, low, high, most] = sample.length > 0 ? quantiles(sample, [0, 0.01, 0.99, 1]) : [0, 0, 1, 1];
  const span = high > low ? high - low : 1;
  let anyMissing = false;
  const indices = Uint8Array.from(values, (v) => {
    if (!Number.isNaN(v)) return Math.min(steps - 1, Math.max(0, Math.floor(((v - low) / span) * steps)));
    anyMissing = true;
    return steps;
  });
  const clipped = least < low || most > high;
  const none = anyMissing ? palette.dim : undefined;
  return {
    colors,
    indices,
    legend: { kind: 'scale', title, unit, low, high, clipped, colors: colors.slice(0, steps), none },
  };
}

/** Sorting a million values takes its time; a hundred thousand, evenly taken, tell quantiles well enough. */
function sampled(values: Float32Array): Float32Array {
  const step = Math.max(1, Math.floor(values.length / 100_000));
  return values.filter((v, i) => i % step === 0 && !Number.isNaN(v));
}

/** The first categories have colors of their own, the others share one: more colors could not be told apart. */
function byCategory(
  { title }: FrameMeasure,
  values: Float32Array,
  categories: readonly string[],
  palette: Palette,
): Coloring {
  const own = categories.length <= palette.series.length ? categories.length : palette.series.length - 1;
  const shown = categories.slice(0, own).map((name, i) => ({ name, color: palette.series[i] }));
  if (own < categories.length)
    shown.push({ name: `${categories.length - own} others`, color: palette.series[own] });
  const entries = [...shown, { name: 'none', color: palette.dim }];
  const indices = Uint8Array.from(values, (v) =>
    Number.isNaN(v) ? entries.length - 1 : Math.min(v, shown.length - 1),
  );
  return {
    colors: entries.map(({ color }) => color),
    indices,
    legend: { kind: 'categories', title, entries },
  };
}
