import type { Scope, Tensor } from '../../../learn/index.ts';

/** What a pose network says of pictures [n, 1, height, width]. */
export interface NetworkOutput {
  /** Logits of each keypoint over the cells, [n, keypoint, height / stride, width / stride]. */
  readonly maps: Tensor;
  /** From a cell's center to the keypoint, in cells: channel 2k is x, 2k + 1 is y. [n, 2 keypoints, h, w]. */
  readonly offsets: Tensor;
  /** Logit of "not in this picture", competing with the cells in one softmax. [n, keypoint, 1, 1]. */
  readonly absent: Tensor;
}

/** A network one can choose: add a record to `networks` and it can be trained, exported and run. */
export interface PoseNetwork {
  readonly name: string;
  /** Input pixels to a cell. */
  readonly stride: number;
  /** Width and height of the input are multiples of this. */
  readonly multiple: number;
  /** Appends the network to a graph. Pictures are gray, in [-0.5, 0.5]. */
  build(scope: Scope, image: Tensor, keypoints: number): NetworkOutput;
  /** Multiplications for one picture. */
  multiplications(width: number, height: number, keypoints: number): number;
}
