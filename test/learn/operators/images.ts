import * as ops from '../../../src/learn/operators/index.ts';
import type { PaddingSpec } from '../../../src/learn/operators/index.ts';
import type { Random } from '../../../src/math/random.ts';
import type { OperatorCase } from './case.ts';
import { at, between, build, folded } from './ndarray.ts';
import type { NdArray } from './ndarray.ts';

type Two = [number, number];
const two = (random: Random, low: number, high: number): Two => [
  between(random, low, high),
  between(random, low, high),
];

interface Window {
  readonly kernel: Two;
  readonly stride: Two;
  readonly dilation: Two;
  readonly pads: [number, number, number, number];
}

function outputOf(size: readonly number[], { kernel, stride, dilation, pads }: Window): Two {
  const out = [0, 1].map((i) =>
    Math.floor((size[i] + pads[i] + pads[i + 2] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1),
  );
  return [out[0], out[1]];
}

/** The inputs that a window sees at an output position, with their taps; those in the border are left out. */
function* seen(size: readonly number[], window: Window, row: number, column: number) {
  const { kernel, stride, dilation, pads } = window;
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const y = row * stride[0] + i * dilation[0] - pads[0];
      const x = column * stride[1] + j * dilation[1] - pads[1];
      if (y >= 0 && y < size[0] && x >= 0 && x < size[1]) yield { i, j, y, x };
    }
  }
}

function convolved(x: NdArray, w: NdArray, b: NdArray | undefined, window: Window, groups: number): NdArray {
  const [n, , height, width] = x.shape;
  const [outputs, inGroup] = w.shape;
  return build([n, outputs, ...outputOf([height, width], window)], ([s, o, row, column]) => {
    let total = b ? b.data[o] : 0;
    const firstInput = Math.floor(o / (outputs / groups)) * inGroup;
    for (const tap of seen([height, width], window, row, column)) {
      for (let c = 0; c < inGroup; c++) {
        total += at(x, [s, firstInput + c, tap.y, tap.x]) * at(w, [o, c, tap.i, tap.j]);
      }
    }
    return total;
  });
}

/** A random window that fits an image of this size (at least 6; a window is at most 5), half of the time of stride 1. */
function randomWindow(random: Random, size: Two): Window {
  const kernel = two(random, 1, 3);
  const dilation = two(random, 1, 2);
  const border = random.uniform() < 0.5 ? 1 : 2;
  const pads = [0, 1, 2, 3].map(() => between(random, 0, border)) as [number, number, number, number];
  return {
    kernel,
    stride: random.uniform() < 0.5 ? [1, 1] : two(random, 1, size[0] > 7 ? 3 : 2),
    dilation,
    pads,
  };
}

const channelGroups = (random: Random): { inputs: number; outputs: number; groups: number } =>
  [
    { inputs: 3, outputs: 4, groups: 1 },
    { inputs: 1, outputs: 1, groups: 1 },
    { inputs: 4, outputs: 4, groups: 4 },
    { inputs: 4, outputs: 6, groups: 2 },
    { inputs: 2, outputs: 4, groups: 2 },
  ][random.integer(5)];

const conv2d: OperatorCase = {
  name: 'conv2d',
  sample: (random) => {
    const size = two(random, 6, 9);
    const window = randomWindow(random, size);
    const { inputs, outputs, groups } = channelGroups(random);
    const same = random.uniform() < 0.3;
    if (same) {
      for (const i of [0, 1] as const) {
        const { kernel, stride, dilation } = window;
        const need =
          (Math.ceil(size[i] / stride[i]) - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 - size[i];
        window.pads[i] = Math.floor(Math.max(need, 0) / 2);
        window.pads[i + 2] = Math.max(need, 0) - window.pads[i];
      }
    }
    const padding: PaddingSpec = same ? 'same' : window.pads;
    const bias = random.uniform() < 0.5 ? [[outputs]] : [];
    return {
      shapes: [
        [between(random, 1, 3), inputs, ...size],
        [outputs, inputs / groups, ...window.kernel],
        ...bias,
      ],
      build: ([x, w, b]) =>
        ops.conv2d(x, w, b, { stride: window.stride, dilation: window.dilation, padding, groups }),
      reference: ([x, w, b]) => convolved(x, w, b, window, groups),
    };
  },
};

const convTranspose2d: OperatorCase = {
  name: 'convTranspose2d',
  sample: (random) => {
    const size = two(random, 3, 5);
    const kernel = two(random, 2, 4);
    const stride = two(random, 1, 3);
    const dilation = two(random, 1, 2);
    const pads = [0, 1, 2, 3].map(() => between(random, 0, 1)) as [number, number, number, number];
    const { inputs, outputs, groups } = channelGroups(random);
    const outputPadding: Two = [random.integer(stride[0]), random.integer(stride[1])];
    const out = [0, 1].map(
      (i) =>
        (size[i] - 1) * stride[i] +
        dilation[i] * (kernel[i] - 1) +
        1 -
        pads[i] -
        pads[i + 2] +
        outputPadding[i],
    );
    const bias = random.uniform() < 0.5 ? [[outputs]] : [];
    return {
      shapes: [[between(random, 1, 2), inputs, ...size], [inputs, outputs / groups, ...kernel], ...bias],
      build: ([x, w, b]) =>
        ops.convTranspose2d(x, w, b, { stride, dilation, padding: pads, outputPadding, groups }),
      // Each input pixel paints its kernel, scaled, into the output.
      reference: ([x, w, b]) => {
        const y = build([x.shape[0], outputs, ...out], ([, o]) => (b ? b.data[o] : 0));
        const [inGroup, outGroup] = [inputs / groups, outputs / groups];
        for (let s = 0; s < x.shape[0]; s++)
          for (let c = 0; c < inputs; c++)
            for (let o = 0; o < outGroup; o++)
              for (let row = 0; row < size[0]; row++)
                for (let column = 0; column < size[1]; column++)
                  for (let i = 0; i < kernel[0]; i++)
                    for (let j = 0; j < kernel[1]; j++) {
                      const p = row * stride[0] + i * dilation[0] - pads[0];
                      const q = column * stride[1] + j * dilation[1] - pads[1];
                      if (p < 0 || q < 0 || p >= out[0] || q >= out[1]) continue;
                      const channel = Math.floor(c / inGroup) * outGroup + o;
                      y.data[((s * outputs + channel) * out[0] + p) * out[1] + q] +=
                        at(x, [s, c, row, column]) * at(w, [c, o, i, j]);
                    }
        return y;
      },
    };
  },
};

function pooling(
  operator: typeof ops.maxPool2d,
  fold: (elements: number[], area: number) => number,
): OperatorCase {
  return {
    name: operator.name,
    sample: (random) => {
      const size = two(random, 5, 8);
      const kernel = two(random, 2, 3);
      const tiled = random.uniform() < 0.5;
      const stride = tiled ? kernel : two(random, 1, 3);
      const pads = (tiled ? [0, 0, 0, 0] : [0, 1, 2, 3].map(() => between(random, 0, 1))) as Window['pads'];
      const window: Window = { kernel, stride, dilation: [1, 1], pads };
      return {
        shapes: [[between(random, 1, 2), between(random, 1, 3), ...size]],
        draw: ['apart'],
        build: ([x]) => (tiled ? operator(x, kernel) : operator(x, kernel, { stride, padding: pads })),
        reference: ([x]) =>
          build([x.shape[0], x.shape[1], ...outputOf(size, window)], ([s, c, row, column]) => {
            const elements = [...seen(size, window, row, column)].map((tap) => at(x, [s, c, tap.y, tap.x]));
            return fold(elements, kernel[0] * kernel[1]);
          }),
      };
    },
  };
}

function interpolated(x: NdArray, size: Two, mode: 'nearest' | 'bilinear'): NdArray {
  const [n, c, height, width] = x.shape;
  const from: Two = [height, width];
  return build([n, c, ...size], ([s, k, row, column]) => {
    if (mode === 'nearest') {
      return at(x, [s, k, Math.floor((row * height) / size[0]), Math.floor((column * width) / size[1])]);
    }
    const centers = [row, column].map((p, i) =>
      Math.min(Math.max(((p + 0.5) * from[i]) / size[i] - 0.5, 0), from[i] - 1),
    );
    const [i, j] = centers.map(Math.floor);
    const [u, v] = [centers[0] - i, centers[1] - j];
    const pixel = (p: number, q: number): number =>
      at(x, [s, k, Math.min(p, height - 1), Math.min(q, width - 1)]);
    return (
      (1 - u) * ((1 - v) * pixel(i, j) + v * pixel(i, j + 1)) +
      u * ((1 - v) * pixel(i + 1, j) + v * pixel(i + 1, j + 1))
    );
  });
}

const resize2d: OperatorCase = {
  name: 'resize2d',
  sample: (random) => {
    const from = two(random, 2, 5);
    const factor = between(random, 2, 3);
    const size: Two = random.uniform() < 0.5 ? [from[0] * factor, from[1] * factor] : two(random, 2, 9);
    const mode = random.uniform() < 0.5 ? 'nearest' : 'bilinear';
    return {
      shapes: [[between(random, 1, 2), between(random, 1, 3), ...from]],
      build: ([x]) => ops.resize2d(x, size, { mode }),
      reference: ([x]) => interpolated(x, size, mode),
    };
  },
};

const globalAveragePool2d: OperatorCase = {
  name: 'globalAveragePool2d',
  sample: (random) => ({
    shapes: [[2, between(random, 1, 4), ...two(random, 1, 5)]],
    build: ([x]) => ops.globalAveragePool2d(x),
    reference: ([x]) =>
      folded(x, [2, 3], false, (elements) => elements.reduce((a, b) => a + b) / elements.length),
  }),
};

export const images: readonly OperatorCase[] = [
  conv2d,
  convTranspose2d,
  pooling(ops.maxPool2d, (elements) => Math.max(...elements)),
  pooling(ops.averagePool2d, (elements, area) => elements.reduce((a, b) => a + b, 0) / area),
  globalAveragePool2d,
  resize2d,
];
