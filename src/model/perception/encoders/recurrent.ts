import { gru, reshape, transpose } from '../../../learn/index.ts';
import { convolutions, spatial } from './convolutional.ts';
import type { Encoder } from './encoder.ts';

/** Over muscles at each time, then gated recurrent units over time; the summary is their last state. */
export const recurrent: Encoder = {
  name: 'recurrent',
  title: 'over muscles first, then gated recurrent units over time',
  source:
    'after the LSTM of Sandbrink et al. 2023, eLife 12:e81499, with gated recurrent units (Cho et al. 2014)',
  encode(scope, x) {
    const layers = convolutions(scope, x, [spatial(1, 8), spatial(2, 16)]);
    const { output } = layers[layers.length - 1];
    const [movements, channels, muscles, time] = output.shape;
    const sequence = reshape(transpose(output, [3, 0, 1, 2]), [time, movements, channels * muscles]);
    const units = 64;
    const { outputs, states } = gru(scope.at('recurrent'), sequence, { units });
    const steps = transpose(outputs, [1, 0, 2]);
    const unitsFirst = reshape(transpose(outputs, [1, 2, 0]), [movements, units, 1, time]);
    return {
      layers: [...layers, { name: 'recurrent', output: unitsFirst, stride: 1 }],
      summary: states[0],
      steps,
    };
  },
};
