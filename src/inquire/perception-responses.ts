import type { LayerActivity, Movements } from '../model/perception/index.ts';
import { responses, type Responses } from './responses.ts';
import type { HandKinematics } from './kinematic-tuning.ts';

/** What the units of a layer did in each movement, a condition a movement. */
export function perceptionResponses(layer: LayerActivity): Responses {
  const { movements, times, units, stride, stepSeconds, values } = layer;
  return responses(values, { conditions: movements, times, units, stepSeconds: stride * stepSeconds });
}

/** The hand at the times of a layer: every `stride`-th step of the movements. */
export function handKinematics(movements: Movements, stride = 1): HandKinematics {
  const { count, steps, path, velocity, arm, stepSeconds } = movements;
  const D = arm.dimensions;
  const times = Math.ceil(steps / stride);
  const sampled = (all: Float64Array): Float64Array =>
    Float64Array.from({ length: count * times * D }, (_, k) => {
      const [point, d] = [Math.floor(k / D), k % D];
      const [condition, time] = [Math.floor(point / times), point % times];
      return all[(condition * steps + time * stride) * D + d];
    });
  return {
    conditions: count,
    times,
    dimensions: D,
    stepSeconds: stride * stepSeconds,
    position: sampled(path),
    velocity: sampled(velocity),
  };
}
