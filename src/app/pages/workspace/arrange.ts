/** Where panels stand: rows of panels. Pure, so that it can be kept in the address and tested without a page. */

export interface Arrangement {
  readonly rows: readonly (readonly string[])[];
  /** Share of the height of each row, and of the width of each panel in its row; any positive numbers. */
  readonly heights?: readonly number[];
  readonly widths?: readonly (readonly number[])[];
}

/** Panels stand two in a row, where nobody has said otherwise; the last of an odd number has a row to itself. */
const perRow = 2;

/** The kept rows with exactly these panels: closed ones are gone, new ones are added at the shortest row. */
export function arranged(panels: readonly string[], kept: Arrangement | undefined): Arrangement {
  if (!kept) return { rows: fresh(panels) };
  const rows = kept.rows.map((row) => row.filter((id) => panels.includes(id)));
  const known = new Set(rows.flat());
  const added = panels.filter((id) => !known.has(id));
  const left = rows.filter((row) => row.length > 0);
  const changed = added.length > 0 || rows.some((row, i) => row.length !== kept.rows[i].length);
  for (const id of added) {
    const shortest = left.findIndex((row) => row.length < perRow);
    if (shortest < 0) left.push([id]);
    else left[shortest] = [...left[shortest], id];
  }
  return changed ? { rows: left } : kept;
}

function fresh(panels: readonly string[]): string[][] {
  if (panels.length === 2) return [[panels[0]], [panels[1]]];
  const rows: string[][] = [];
  for (let i = 0; i < panels.length; i += perRow) rows.push(panels.slice(i, i + perRow));
  return rows;
}

export type Move = 'left' | 'right' | 'up' | 'down';

/** One panel moved: along its row, into the next row, or, beyond the first and last row, into a row of its own. */
export function moved({ rows }: Arrangement, id: string, to: Move): Arrangement {
  const r = rows.findIndex((row) => row.includes(id));
  if (r < 0) return { rows };
  const c = rows[r].indexOf(id);
  const next = rows.map((row) => [...row]);
  if (to === 'left' || to === 'right') {
    const other = c + (to === 'left' ? -1 : 1);
    if (other < 0 || other >= next[r].length) return { rows };
    [next[r][c], next[r][other]] = [next[r][other], next[r][c]];
    return { rows: next };
  }
  next[r].splice(c, 1);
  const alone = next[r].length === 0;
  const target = r + (to === 'up' ? -1 : 1);
  if (target >= 0 && target < next.length) next[target].push(id);
  else if (alone) return { rows };
  else if (to === 'up') next.unshift([id]);
  else next.push([id]);
  return { rows: next.filter((row) => row.length > 0) };
}

/** Whether a move would change anything. */
export function canMove({ rows }: Arrangement, id: string, to: Move): boolean {
  const r = rows.findIndex((row) => row.includes(id));
  if (r < 0) return false;
  const c = rows[r].indexOf(id);
  if (to === 'left') return c > 0;
  if (to === 'right') return c < rows[r].length - 1;
  return rows[r].length > 1 || (to === 'up' ? r > 0 : r < rows.length - 1);
}

/** Shares, or equal ones where those kept are not of this number. */
export function shares(kept: readonly number[] | undefined, count: number): readonly number[] {
  return kept?.length === count ? kept : Array.from({ length: count }, () => 1 / count);
}

/** Smallest share of the two neighbors of a divider that one of them keeps. */
const smallest = 0.1;

/** The divider after `index` moved so that its first neighbor has `fraction` of what both have. */
export function divided(sizes: readonly number[], index: number, fraction: number): readonly number[] {
  const both = sizes[index] + sizes[index + 1];
  const first = both * Math.min(1 - smallest, Math.max(smallest, fraction));
  return sizes.map((size, i) => (i === index ? first : i === index + 1 ? both - first : size));
}

/** What an address holds, if it is an arrangement. */
export function readArrangement(value: unknown): Arrangement | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { rows, heights, widths } = value as Record<string, unknown>;
  const texts = (row: unknown): row is string[] =>
    Array.isArray(row) && row.length > 0 && row.every((id) => typeof id === 'string');
  const numbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => typeof n === 'number' && n > 0);
  if (!Array.isArray(rows) || !rows.every(texts)) return undefined;
  return {
    rows,
    heights: numbers(heights) ? heights : undefined,
    widths: Array.isArray(widths) && widths.every(numbers) ? widths : undefined,
  };
}
