import { blockPermutation } from './block-permutation.ts';
import { circularShift } from './circular-shift.ts';
import { labelPermutation } from './label-permutation.ts';
import type { Null } from './null.ts';
import { jointPhaseRandomization, phaseRandomization } from './phase-randomization.ts';
import { signFlip } from './sign-flip.ts';
import { trialShuffle } from './trial-shuffle.ts';

export const nulls: readonly Null[] = [
  circularShift,
  trialShuffle,
  phaseRandomization,
  jointPhaseRandomization,
  blockPermutation,
  labelPermutation,
  signFlip,
];
