/** Spikes as a raster, written pixel by pixel: a million spikes are one pass over their times, whatever the zoom. */
import type { Spikes } from '../../../signal/spikes.ts';
import { firstAtOrAfter } from '../../core/frame-times.ts';
import { rgbOf } from '../../core/palette.ts';
import type { RasterLane } from './lane.ts';
import { note } from './draw-signal.ts';
import type { Plot } from './plot.ts';

/** How strongly 1, 2, 3 ... spikes on one pixel show: each one more by less, so that bursts stand out and single spikes are seen. */
const shades = Uint8Array.from({ length: 256 }, (_, n) => Math.round(255 * (1 - 0.45 * 0.75 ** (n - 1))));
shades[0] = 0;

interface Held {
  readonly counts: Uint8Array;
  readonly picture: ImageData;
  readonly canvas: OffscreenCanvas;
  /** A pixel's bytes (ABGR) by its count of spikes. */
  readonly ink: (color: string) => Uint32Array;
}
/** Pictures are kept between draws by the context that draws, since to make one anew costs more than to fill it. */
const held = new WeakMap<CanvasRenderingContext2D, Held>();

export function drawRaster(plot: Plot, lane: RasterLane): void {
  const spikes = lane.spikes();
  const { context, left, top } = plot;
  const [width, height] = [Math.round(plot.width), Math.round(plot.height)];
  if (spikes.units.length === 0) return note(plot, 'no unit');
  if (width < 1 || height < 1) return;
  let own = held.get(context);
  if (!own || own.canvas.width !== width || own.canvas.height !== height) {
    own = {
      counts: new Uint8Array(width * height),
      picture: new ImageData(width, height),
      canvas: new OffscreenCanvas(width, height),
      ink: inkWell(),
    };
    held.set(context, own);
  }
  countSpikes(spikes, plot.range, width, height, own.counts, Math.max(1, Math.round(plot.ratio)));
  const ink = new Uint32Array(own.picture.data.buffer);
  const shaded = own.ink(plot.palette.text);
  for (let i = 0; i < ink.length; i++) ink[i] = shaded[own.counts[i]];
  const offscreen = own.canvas.getContext('2d')!;
  offscreen.putImageData(own.picture, 0, 0);
  context.drawImage(own.canvas, Math.round(left), Math.round(top));
}

/**
 * How many spikes fall on each pixel, at most 255. Where there are more rows of pixels than units, a unit has several, with a gap
 * below if there is room; where there are fewer, units share a row.
 *
 * @param tick width of a spike in pixels.
 */
export function countSpikes(
  spikes: Spikes,
  range: { readonly from: number; readonly to: number },
  width: number,
  height: number,
  counts: Uint8Array,
  tick = 1,
): void {
  counts.fill(0);
  const units = spikes.units.length;
  const scale = width / (range.to - range.from);
  for (let u = 0; u < units; u++) {
    const first = Math.floor((u * height) / units);
    const next = Math.max(first + 1, Math.floor(((u + 1) * height) / units));
    const last = next - first > 3 ? next - 1 : next;
    const times = spikes.times;
    const end = spikes.ends[u];
    const unit = times.subarray(spikes.starts[u], end);
    let i = spikes.starts[u] + firstAtOrAfter(unit, range.from);
    const row = first * width;
    for (; i < end; i++) {
      const x = Math.floor((times[i] - range.from) * scale);
      if (x >= width) break;
      for (let k = 0; k < tick && x + k < width; k++) {
        if (counts[row + x + k] < 255) counts[row + x + k]++;
      }
    }
    for (let y = first + 1; y < last; y++) counts.copyWithin(y * width, row, row + width);
  }
}

function inkWell(): (color: string) => Uint32Array {
  let [last, ink] = ['', new Uint32Array(256)];
  return (color) => {
    if (color === last) return ink;
    const [red, green, blue] = rgbOf(color);
    ink = Uint32Array.from(shades, (alpha) =>
      alpha === 0 ? 0 : ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0,
    );
    last = color;
    return ink;
  };
}
