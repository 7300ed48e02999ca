/** Changing the size of images [sample, channel, height, width]. */
import type { Graph, Tensor } from '../graph/graph.ts';
import { reshape, sum } from './broadcast.ts';
import { imageSize } from './convolution/geometry.ts';
import { matmul } from './matmul.ts';

export interface ResizeOptions {
  /**
   * `nearest` takes the element at floor(i in / out); `bilinear` interpolates between pixel centers (half-pixel
   * coordinates, borders repeated, no smoothing when an image is reduced). `bilinear` by default.
   */
  readonly mode?: 'nearest' | 'bilinear';
}

/** The image at another height and width. */
export function resize2d(x: Tensor, size: readonly [number, number], options: ResizeOptions = {}): Tensor {
  const { mode = 'bilinear' } = options;
  const from = imageSize(x.shape, 'resize2d');
  if (from[0] === size[0] && from[1] === size[1]) return x;
  const { graph } = x;
  const shape = [x.shape[0], x.shape[1], ...size];
  return graph.node(
    'Resize',
    [x, undefined, undefined, graph.integers(shape)],
    { shape },
    {
      attributes:
        mode === 'nearest'
          ? { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' }
          : { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
      vjp: ([g]) => [g && resizeGradient(g, from, size, mode)],
    },
  );
}

// Resizing is linear and separable, Y = A X B^T, so its adjoint is A^T G B. Repeating pixels is the cheap special case.
function resizeGradient(
  gradient: Tensor,
  from: readonly [number, number],
  to: readonly [number, number],
  mode: 'nearest' | 'bilinear',
): Tensor {
  const { graph } = gradient;
  const [n, channels] = gradient.shape;
  if (mode === 'nearest' && to[0] % from[0] === 0 && to[1] % from[1] === 0) {
    const cells = reshape(gradient, [n, channels, from[0], to[0] / from[0], from[1], to[1] / from[1]]);
    return sum(cells, { axes: [3, 5] });
  }
  const vertical = interpolation(graph, from[0], to[0], mode);
  const horizontal = interpolation(graph, from[1], to[1], mode);
  const rows = matmul(reshape(gradient, [n * channels * to[0], to[1]]), horizontal);
  const columns = matmul(vertical, reshape(rows, [n * channels, to[0], from[1]]), { transposeA: true });
  return reshape(columns, [n, channels, ...from]);
}

/** The weight of each input position in each output position of one dimension, [to, from]. */
export function interpolationWeights(from: number, to: number, mode: 'nearest' | 'bilinear'): Float64Array {
  const weights = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    if (mode === 'nearest') {
      weights[i * from + Math.floor((i * from) / to)] = 1;
      continue;
    }
    const center = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const left = Math.floor(center);
    weights[i * from + left] += 1 - (center - left);
    if (left + 1 < from) weights[i * from + left + 1] += center - left;
  }
  return weights;
}

function interpolation(graph: Graph, from: number, to: number, mode: 'nearest' | 'bilinear'): Tensor {
  return graph.constant([to, from], Float32Array.from(interpolationWeights(from, to, mode)));
}
