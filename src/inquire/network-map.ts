import { matrix } from '../math/index.ts';
import type { Network } from '../model/circuit/index.ts';
import { UsageError } from '../signal/error.ts';
import type { StateMap } from './dynamics/fixed-points.ts';

/**
 * A trained network under constant inputs as a map of its state (the drive of units whose state is a current, else the rate), for `fixedPoints`.
 *
 * @param inputs one a network's input, task and senses. Default: all 0. Throws `UsageError` where they do not fit, and for connections with delays of more than a step, whose
 *   state is more than the units'.
 */
export function networkMap(
  network: Network,
  inputs: ArrayLike<number> = new Float64Array(network.inputs.length),
): StateMap {
  const { units, cell, input, bias, recurrent } = network;
  if (inputs.length !== network.inputs.length) {
    throw new UsageError('the inputs are not those of the network', {
      where: 'networkMap',
      expected: network.inputs.join(', '),
      got: `${inputs.length} numbers`,
    });
  }
  if (recurrent.some(({ delaySteps }) => delaySteps > 1)) {
    throw new UsageError('a network with delays has no state of its units alone', {
      where: 'networkMap',
      expected: 'connections that act in the next step',
    });
  }
  const wide = cell.gates * units;
  const fromInputs = Float64Array.from(network.at(bias));
  const weights = network.at(input);
  for (let i = 0; i < inputs.length; i++) {
    for (let j = 0; j < wide; j++) fromInputs[j] += inputs[i] * weights[i * wide + j];
  }
  const joined = matrix(units, wide);
  for (const block of recurrent) network.at(block).forEach((w, i) => (joined.data[i] += w));
  const rate = new Float64Array(units);
  const nextRate = new Float64Array(units);
  const fromUnits = new Float64Array(wide);
  return {
    units,
    step(state, next) {
      cell.rateOf(state, rate);
      fromUnits.fill(0);
      for (let i = 0; i < units; i++) {
        for (let j = 0; j < wide; j++) fromUnits[j] += rate[i] * joined.data[i * wide + j];
      }
      cell.update(fromUnits, fromInputs, state, next, cell.stateIsRate ? next : nextRate);
    },
  };
}
