import type { GaitReport } from '../data.ts';
import type { Figure } from '../figure.ts';
import { stridesOverSpeed } from './strides-over-speed.ts';

/** The share of a stride that the paw stands, over speed. */
export function dutyFactor(data: GaitReport): Figure {
  return stridesOverSpeed(data, {
    id: 'duty-factor',
    title: 'Duty factor over speed',
    of: 'duty',
    axis: 'Duty factor',
    unit: '1',
    domain: [0, 1],
    caption:
      'Stance over stride time. Above 0.5, of two limbs in alternation at least one is always on the ground.',
  });
}
