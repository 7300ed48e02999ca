/**
 * What a network says of one animal in one picture. Every keypoint has a position, also an unlikely one: `confidence` says
 * how far to trust it. Picture coordinates: px of the full picture, center of the top left pixel at (0, 0).
 */
export interface PosePrediction {
  /** keypoint x 2 (x, y). NaN only where the picture itself is missing. */
  readonly positions: Float32Array;
  /** One a keypoint: the probability that the position lies within the model's stated radius of the truth. */
  readonly confidence: Float32Array;
  /** keypoint x 3: variance of x, covariance, variance of y, px^2. */
  readonly covariance: Float32Array;
}
