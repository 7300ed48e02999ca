import { adamW, cosine, epochBatches, fit, Trainer, type Engine, type Shape } from '../../learn/index.ts';
import { UsageError } from '../../signal/error.ts';
import { checkFelt, feedOf, perceive, type Felt, type PerceptionNetwork } from './network.ts';
import { perceptionTaskCalled } from './tasks/index.ts';

export interface PerceptionTrainingOptions {
  readonly engine: Engine;
  /** Batches to learn from. */
  readonly steps: number;
  /** Movements in a batch. Default 64. */
  readonly batch?: number;
  /** At its highest; it rises over the first 5 % of the steps and falls to zero along a cosine. Default 0.003. */
  readonly learningRate?: number;
  readonly onProgress?: (fraction: number, loss: number) => void;
  readonly signal?: AbortSignal;
}

export interface TrainedPerception {
  readonly network: PerceptionNetwork;
  /** Of every step. */
  readonly losses: Float64Array;
  readonly seconds: number;
}

/**
 * Trains a network by Adam on movements that are drawn anew in each epoch; same network, movements and options, same weights. Nothing is
 * chosen by looking at a score: judge the result (`judge`) on movements it has not seen. The network passed in is not changed: it stays the untrained twin. Throws
 * `UsageError` where the movements are not of the network's sizes or steps and batch are no counts, `CancelledError` on `signal`.
 */
export async function trainPerception(
  network: PerceptionNetwork,
  felt: Felt,
  options: PerceptionTrainingOptions,
): Promise<TrainedPerception> {
  const { engine, steps, batch = 64, learningRate = 0.003, onProgress, signal } = options;
  if (![steps, batch].every((n) => Number.isInteger(n) && n > 0) || !(learningRate > 0)) {
    throw new UsageError('this is no training', {
      where: 'trainPerception',
      expected: 'steps and batch of 1 or more, a learning rate above 0',
      got: `${steps} steps, batches of ${batch}, rate ${learningRate}`,
    });
  }
  checkFelt(felt, network.terminals);
  const { movements, afferents } = felt;
  const task = perceptionTaskCalled(network.task);
  let shape: Shape = [];
  const trainer = await Trainer.create({
    engine,
    seed: network.seed,
    weights: network.weights,
    optimizer: adamW(),
    clipNorm: 1,
    model: (scope) => {
      const { output } = perceive(scope, network, batch);
      shape = output.shape;
      return { loss: task.loss(output, scope.input('target', shape)) };
    },
  });
  try {
    const drawn = epochBatches(movements.count, batch, network.seed);
    const losses: number[] = [];
    const result = await fit(trainer, {
      steps,
      schedule: cosine({ peak: learningRate, warmup: 0.05 }),
      batches: (step) => {
        const which = drawn(step);
        const data = task.target(movements, which, network.target);
        return {
          input: feedOf(afferents, which, network.input),
          target: { dtype: 'float32', shape, data },
        };
      },
      onProgress: ({ fraction, result: { loss } }) => {
        losses.push(loss);
        onProgress?.(fraction, loss);
      },
      signal,
    });
    return {
      network: { ...network, weights: result.weights, trainedSteps: network.trainedSteps + steps },
      losses: Float64Array.from(losses),
      seconds: result.seconds,
    };
  } finally {
    await trainer.dispose();
  }
}
