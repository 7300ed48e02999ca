import type { Matrix } from '../../math/matrix.ts';

/** A regression tree over binned regressors: nodes in an array, the root first. */
export interface Tree {
  /** Regressor that a node asks; -1 for a leaf. */
  readonly feature: Int32Array;
  /** Samples in this bin or below go left. */
  readonly bin: Uint8Array;
  /** Position of the left child; the right one follows it. */
  readonly left: Int32Array;
  readonly value: Float64Array;
}

export interface TreeOptions {
  readonly depth: number;
  /** Added to the curvature of a leaf. */
  readonly leafPenalty: number;
  /** Curvature in a leaf at least. */
  readonly leastInLeaf: number;
  /** Leaf values are multiplied by this. */
  readonly scale: number;
  /** Bins of a regressor at most. */
  readonly bins: number;
}

/** Where each column is cut into at most `bins` bins of about equal counts: increasing values, each the upper end of a bin. */
export function cutPoints({ rows, columns, data }: Matrix, bins: number): Float64Array[] {
  return Array.from({ length: columns }, (_, c) => {
    const sorted = Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]).sort();
    const cuts: number[] = [];
    for (let b = 1; b < bins; b++) {
      const v = sorted[Math.floor((b * rows) / bins)];
      if (v < sorted[rows - 1] && (cuts.length === 0 || v > cuts[cuts.length - 1])) cuts.push(v);
    }
    return Float64Array.from(cuts);
  });
}

/** The bin of each value, a column at a time: the number of cuts below it. */
export function binned({ rows, columns, data }: Matrix, cuts: readonly Float64Array[]): Uint8Array[] {
  return cuts.map((own, c) => {
    const out = new Uint8Array(rows);
    for (let r = 0; r < rows; r++) {
      const v = data[r * columns + c];
      let low = 0;
      let high = own.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (own[middle] < v) low = middle + 1;
        else high = middle;
      }
      out[r] = low;
    }
    return out;
  });
}

interface Node {
  readonly rows: Int32Array;
  readonly depth: number;
  readonly at: number;
  /** Gradient and curvature by feature and bin. */
  readonly histogram: Float64Array;
}

/**
 * One tree that lowers sum(g v + h v^2 / 2): a leaf's value is -G / (H + penalty), a split's gain
 * G_l^2 / (H_l + penalty) + G_r^2 / (H_r + penalty) - G^2 / (H + penalty).
 */
export function growTree(
  columns: readonly Uint8Array[],
  rows: Int32Array,
  gradient: Float64Array,
  curvature: Float64Array,
  options: TreeOptions,
): Tree {
  const { depth, leafPenalty, scale } = options;
  const most = 2 ** (depth + 1);
  const tree = {
    feature: new Int32Array(most).fill(-1),
    bin: new Uint8Array(most),
    left: new Int32Array(most),
    value: new Float64Array(most),
  };
  let nodes = 1;
  const root = histogramOf(columns, rows, gradient, curvature, options.bins);
  const open: Node[] = [{ rows, depth: 0, at: 0, histogram: root }];
  while (open.length > 0) {
    const node = open.pop()!;
    const [g, h] = totals(node.histogram, options.bins);
    tree.value[node.at] = (-g / (h + leafPenalty)) * scale;
    if (node.depth === depth) continue;
    const split = bestSplit(node.histogram, columns.length, g, h, options);
    if (!split) continue;
    const own = columns[split.feature];
    const left = node.rows.filter((i) => own[i] <= split.bin);
    const right = node.rows.filter((i) => own[i] > split.bin);
    tree.feature[node.at] = split.feature;
    tree.bin[node.at] = split.bin;
    tree.left[node.at] = nodes;
    // Only the smaller side is counted; the other is what is left.
    const small = left.length <= right.length ? left : right;
    const counted = histogramOf(columns, small, gradient, curvature, options.bins);
    const rest = node.histogram.map((v, i) => v - counted[i]);
    for (const side of [left, right]) {
      const histogram = side === small ? counted : rest;
      open.push({ rows: side, depth: node.depth + 1, at: nodes++, histogram });
    }
  }
  return tree;
}

/** The tree's value for each of `rows` samples. */
export function treeValues(tree: Tree, columns: readonly Uint8Array[], rows: number): Float64Array {
  const out = new Float64Array(rows);
  const { feature, bin, left, value } = tree;
  for (let i = 0; i < rows; i++) {
    let at = 0;
    while (feature[at] >= 0) at = left[at] + (columns[feature[at]][i] <= bin[at] ? 0 : 1);
    out[i] = value[at];
  }
  return out;
}

function histogramOf(
  columns: readonly Uint8Array[],
  rows: Int32Array,
  gradient: Float64Array,
  curvature: Float64Array,
  bins: number,
): Float64Array {
  const histogram = new Float64Array(columns.length * bins * 2);
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c];
    const base = c * bins * 2;
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k];
      const at = base + 2 * column[i];
      histogram[at] += gradient[i];
      histogram[at + 1] += curvature[i];
    }
  }
  return histogram;
}

/** Gradient and curvature of all samples of a node, from its first column. */
function totals(histogram: Float64Array, bins: number): [gradient: number, curvature: number] {
  let g = 0;
  let h = 0;
  for (let b = 0; b < bins; b++) {
    g += histogram[2 * b];
    h += histogram[2 * b + 1];
  }
  return [g, h];
}

function bestSplit(
  histogram: Float64Array,
  features: number,
  g: number,
  h: number,
  { bins, leafPenalty, leastInLeaf }: TreeOptions,
): { readonly feature: number; readonly bin: number } | undefined {
  const whole = (g * g) / (h + leafPenalty);
  let best: { feature: number; bin: number } | undefined;
  let most = 1e-9;
  for (let feature = 0; feature < features; feature++) {
    let gl = 0;
    let hl = 0;
    for (let bin = 0; bin < bins - 1; bin++) {
      const at = (feature * bins + bin) * 2;
      gl += histogram[at];
      hl += histogram[at + 1];
      if (hl < leastInLeaf) continue;
      const hr = h - hl;
      if (hr < leastInLeaf) break;
      const gr = g - gl;
      const gain = (gl * gl) / (hl + leafPenalty) + (gr * gr) / (hr + leafPenalty) - whole;
      if (gain > most) {
        most = gain;
        best = { feature, bin };
      }
    }
  }
  return best;
}
