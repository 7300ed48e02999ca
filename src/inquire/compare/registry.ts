import { cca } from './cca.ts';
import { cka, debiasedCka } from './cka.ts';
import { dsa } from './dsa.ts';
import type { Measure } from './measure.ts';
import { predictivity } from './predictivity.ts';
import { procrustesCosine } from './procrustes.ts';
import { rsa } from './rsa.ts';

/** Every measure of likeness, held to one conformance suite. */
export const measures: readonly Measure[] = [cka, debiasedCka, cca, procrustesCosine, rsa, predictivity, dsa];
