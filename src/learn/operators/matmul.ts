/** Products of matrices and of stacks of matrices. */
import { UsageError } from '../../signal/error.ts';
import { graphOf } from '../graph/graph.ts';
import type { Tensor } from '../graph/graph.ts';
import { broadcastShape } from '../graph/tensor.ts';
import { reshape, unbroadcast } from './broadcast.ts';
import { swapLast } from './shape.ts';

export interface MatmulOptions {
  /** Use the transpose of the last two dimensions of `a`. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to the product of two matrices; of shape [columns] or [rows, columns]. */
  readonly bias?: Tensor;
}

/**
 * The product over the last two dimensions, [..., n, k] x [..., k, m] -> [..., n, m]; leading dimensions broadcast.
 * @throws UsageError where the inner sizes differ, or where a bias is given for stacks.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false, bias } = options;
  const [rows, inner] = lastTwo(a, transposeA);
  const [innerB, columns] = lastTwo(b, transposeB);
  if (inner !== innerB) {
    throw new UsageError('The inner sizes of a product differ', {
      where: 'matmul',
      got: `[${a.shape}]${transposeA ? ' transposed' : ''} and [${b.shape}]${transposeB ? ' transposed' : ''}`,
    });
  }
  if (a.shape.length === 2 && b.shape.length === 2)
    return gemm(a, b, [rows, columns], transposeA, transposeB, bias);
  if (bias)
    throw new UsageError('A bias goes with a product of two matrices', { where: 'matmul', fix: 'Use add.' });
  return stacked(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b, rows, columns);
}

function lastTwo(x: Tensor, transposed: boolean): [number, number] {
  if (x.shape.length < 2)
    throw new UsageError('A product needs matrices', { where: 'matmul', got: `[${x.shape}]` });
  const [rows, columns] = x.shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

// With Y = op(A) op(B): dA = G op(B)^T, dB = op(A)^T G, each written so that no transpose is computed.
function gemm(
  a: Tensor,
  b: Tensor,
  shape: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
  bias: Tensor | undefined,
): Tensor {
  const inputs = bias ? [a, b, bias] : [a, b];
  return graphOf(...inputs).node(
    'Gemm',
    inputs,
    { shape },
    {
      attributes: { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
      vjp: ([g]) => {
        if (!g) return [];
        const ga = transposeA
          ? matmul(b, g, { transposeA: transposeB, transposeB: true })
          : matmul(g, b, { transposeB: !transposeB });
        const gb = transposeB
          ? matmul(g, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, g, { transposeA: !transposeA });
        return [ga, gb, bias && unbroadcast(g, bias.shape)];
      },
    },
  );
}

function stacked(a: Tensor, b: Tensor, rows: number, columns: number): Tensor {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2), 'matmul');
  return graphOf(a, b).node(
    'MatMul',
    [a, b],
    { shape: [...batch, rows, columns] },
    {
      vjp: ([g]) => {
        if (!g) return [];
        const ga = unbroadcast(matmul(g, b, { transposeB: true }), a.shape);
        // A stack times one matrix: its gradient is a single product over all rows of the stack.
        const gb =
          b.shape.length === 2
            ? matmul(reshape(a, [-1, b.shape[0]]), reshape(g, [-1, columns]), { transposeA: true })
            : unbroadcast(matmul(a, g, { transposeA: true }), b.shape);
        return [ga, gb];
      },
    },
  );
}
