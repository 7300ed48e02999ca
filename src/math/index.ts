/**
 * Statistics and linear algebra for the measuring half: small, dense, double precision, seeded. Missing values are NaN and
 * are left out by every statistic; algebra (factorizations, least squares, clustering) refuses them with a clear error. Angles
 * are in rad.
 */
export {
  bootstrap,
  bootstrapBy,
  type BootstrapInterval,
  type BootstrapOptions,
  type Resampling,
} from './bootstrap.ts';
export { butterworthSections, sectionPadding, zeroPhase, type Section } from './butterworth.ts';
export { cholesky, choleskySolve } from './cholesky.ts';
export * from './circular.ts';
export { crossCorrelation, pearson, ranks, spearman, type LaggedCorrelation } from './correlation.ts';
export {
  chi2Cdf,
  chi2Quantile,
  fCdf,
  fQuantile,
  fTail,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from './distribution.ts';
export { symmetricEigen, type SymmetricEigen } from './eigen.ts';
export { eigenvalues, type Eigenvalues } from './eigenvalues.ts';
export { fastLength, Fft, inverseRealFft, realFft, spectrumFrequencies, type RealSpectrum } from './fft.ts';
export {
  cubicInterpolator,
  linearInterpolator,
  pchipInterpolator,
  type Interpolator,
} from './interpolate.ts';
export { kmeans, type KMeans, type KMeansOptions } from './kmeans.ts';
export { leastSquares, type LeastSquares } from './least-squares.ts';
export { determinant, lu, solve, type LuFactors } from './lu.ts';
export { identity, matrix, multiply, multiplyVector, transpose, type Matrix } from './matrix.ts';
export { mean, Moments, standardDeviation, variance } from './moments.ts';
export { minimizeBetween, nelderMead, type Minimum, type NelderMeadOptions } from './optimize.ts';
export { wilsonInterval } from './proportion.ts';
export { noncentralityAt, noncentralTCdf } from './noncentral.ts';
export { procrustes, type Similarity } from './procrustes.ts';
export {
  interquartileRange,
  median,
  medianAbsoluteDeviation,
  normalConsistency,
  quantile,
  quantileOfSorted,
  quantiles,
  sortedPresent,
} from './quantile.ts';
export { Random } from './random.ts';
export {
  besselRatio,
  erf,
  erfc,
  incompleteBeta,
  incompleteGamma,
  incompleteGammaUpper,
  logGamma,
} from './special.ts';
export { svd, type Svd } from './svd.ts';
export { clockFromContent, type ContentMatch, type ContentOptions } from './synchronize.ts';
export { Workspace, type Packed, type Strided } from './product/workspace.ts';
