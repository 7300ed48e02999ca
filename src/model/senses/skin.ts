import { UsageError } from '../../signal/error.ts';
import type { Receptor } from './sense.ts';
import { differences } from './stimulus.ts';

export interface SkinOptions {
  /** Pressure at which slowly adapting receptors fire at half their peak, kPa. Default 10. */
  readonly halfPressure?: number;
  /** Rate of change at which rapidly adapting receptors fire at half their peak, kPa/s. Default 100. */
  readonly halfChange?: number;
  /** Pulses/s. Default 100. */
  readonly peakRate?: number;
}

/**
 * Mechanoreceptors of the skin: slowly adapting ones (SA) fire with pressure, rapidly adapting ones (RA) with its change in either direction, both saturating as
 * peak x / (x + half). Descriptive, after the two classes that Knibestöl and Vallbo (1970) tell apart. Negative pressure counts as none. Throws
 * `UsageError` for constants that are not above 0.
 */
export function skinReceptor(options: SkinOptions = {}): Receptor {
  const { halfPressure = 10, halfChange = 100, peakRate = 100 } = options;
  if (![halfPressure, halfChange, peakRate].every((x) => x > 0 && Number.isFinite(x))) {
    throw new UsageError('not the constants of a receptor', {
      where: 'skinReceptor',
      expected: 'halfPressure, halfChange and peakRate above 0',
      got: `${halfPressure}, ${halfChange}, ${peakRate}`,
    });
  }
  const saturating = (x: number, half: number): number => (peakRate * x) / (x + half);
  return {
    name: 'skin',
    needs: ['pressure'],
    afferents: [
      { name: 'SA', unit: 'pulses/s', rate: true },
      { name: 'RA', unit: 'pulses/s', rate: true },
    ],
    gamma: false,
    respond(stimulus) {
      const pressure = stimulus.values.pressure!.map((p) => (p < 0 ? 0 : p));
      const change = differences(stimulus, pressure);
      return [
        pressure.map((p) => saturating(p, halfPressure)),
        change.map((x) => saturating(Math.abs(x), halfChange)),
      ];
    },
  };
}
