import type { GaitReport } from '../data.ts';
import type { Figure } from '../figure.ts';
import { stridesOverSpeed } from './strides-over-speed.ts';

/** How far a paw goes from contact to contact, over speed. */
export function strideLength(data: GaitReport): Figure {
  return stridesOverSpeed(data, {
    id: 'stride-length',
    title: 'Stride length over speed',
    of: 'length',
    axis: 'Stride length',
    unit: data.lengthUnit,
    caption: 'Distance between successive places of a paw on the ground, over the mean speed of that stride.',
  });
}
