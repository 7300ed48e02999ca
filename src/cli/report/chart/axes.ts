import { markup, type Content, type Markup } from '../markup.ts';
import type { Scale } from './scale.ts';

/** A rectangle on the drawing, px. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The positions that a horizontal and a vertical scale run over inside a frame. */
export const across = (f: Frame): [number, number] => [f.left, f.left + f.width];
export const upwards = (f: Frame): [number, number] => [f.top + f.height, f.top];

/**
 * A drawing that screen readers announce: a title and a description, and the numbers themselves in the table beneath.
 * @param id unique on the page.
 */
export function drawing(
  {
    id,
    title,
    description,
    width,
    height,
  }: {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly width: number;
    readonly height: number;
  },
  content: Content,
): Markup {
  return markup`<svg class="chart" role="img" viewBox="0 0 ${width} ${height}" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${content}</svg>`;
}

/** Grid, ticks and names of both axes around a frame; rows that are named one by one need no `y`. */
export function axes(
  frame: Frame,
  x: { readonly scale: Scale; readonly name?: string; readonly labels?: boolean },
  y?: { readonly scale: Scale; readonly name?: string },
): Markup {
  const bottom = frame.top + frame.height;
  const right = frame.left + frame.width;
  const middle = frame.top + frame.height / 2;
  const nameAt = frame.left - 40;
  return markup`<g class="axes">
${y?.scale.ticks.map(({ value, text }) => {
  const at = y.scale(value);
  return markup`<line class="grid" x1="${frame.left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick" x="${frame.left - 7}" y="${at + 4}" text-anchor="end">${text}</text>`;
})}
${x.scale.ticks.map(({ value, text }) => {
  const at = x.scale(value);
  return markup`${y === undefined && markup`<line class="grid" x1="${at}" x2="${at}" y1="${frame.top}" y2="${bottom}"/>`}<line class="tickmark" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/>${x.labels !== false && markup`<text class="tick" x="${at}" y="${bottom + 17}" text-anchor="middle">${text}</text>`}`;
})}
<line class="axis" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
${x.name !== undefined && markup`<text class="name" x="${frame.left + frame.width / 2}" y="${bottom + 35}" text-anchor="middle">${x.name}</text>`}
${y?.name !== undefined && markup`<text class="name" x="${nameAt}" y="${middle}" text-anchor="middle" transform="rotate(-90 ${nameAt} ${middle})">${y.name}</text>`}
</g>`;
}

/** One entry of a legend: a swatch drawn around (0, 0), 22 px wide, and its name. */
export interface LegendEntry {
  readonly name: string;
  readonly swatch: Markup;
}

/** Entries in a row from (left, top), wrapped at `width`. */
export function legend(left: number, top: number, width: number, entries: readonly LegendEntry[]): Markup {
  let x = 0;
  let y = 0;
  const placed = entries.map(({ name, swatch }) => {
    const need = 30 + name.length * 7.1 + 16;
    if (x > 0 && x + need > width) {
      x = 0;
      y += 18;
    }
    const item = markup`<g transform="translate(${left + x} ${top + y})"><g transform="translate(11 -4)">${swatch}</g><text class="legend" x="28" y="0">${name}</text></g>`;
    x += need;
    return item;
  });
  return markup`<g>${placed}</g>`;
}
