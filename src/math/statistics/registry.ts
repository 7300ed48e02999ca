import type { StatisticalTest } from './calibration/scenario.ts';
import { animalMeans, mixed, mixedBootstrap } from './mixed/records.ts';
import { rayleigh, v, watsonU2Permutation, watsonWilliams } from './tests/circular.ts';
import { cluster } from './tests/cluster.ts';
import {
  correlation,
  correlationEffectivePairs,
  correlationPhases,
  correlationTrials,
} from './tests/correlation.ts';
import { decoding } from './tests/decoding.ts';
import { equivalence } from './tests/equivalence.ts';
import {
  benjaminiHochbergCorrection,
  benjaminiYekutieliCorrection,
  holmCorrection,
  maxStatistic,
} from './tests/max-statistic.ts';
import { paired, signFlips } from './tests/paired.ts';
import { phaseLocking } from './tests/phase-locking.ts';
import { permutation, welch } from './tests/two-sample.ts';

/** Every test, with the scenarios that its false positives and its power are measured on. */
export const statisticalTests: readonly StatisticalTest[] = [
  welch,
  permutation,
  paired,
  signFlips,
  equivalence,
  correlation,
  correlationPhases,
  correlationTrials,
  correlationEffectivePairs,
  rayleigh,
  v,
  watsonWilliams,
  watsonU2Permutation,
  phaseLocking,
  holmCorrection,
  benjaminiHochbergCorrection,
  benjaminiYekutieliCorrection,
  maxStatistic,
  cluster,
  decoding,
  animalMeans,
  mixed,
  mixedBootstrap,
];
