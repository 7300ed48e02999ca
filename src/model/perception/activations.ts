import { exportModel, float32, sizeOf, type Engine } from '../../learn/index.ts';
import type { Afferents } from './afferents.ts';
import {
  checkAfferents,
  checkFelt,
  feedOf,
  layerCalled,
  layersOf,
  perceive,
  type Felt,
  type LayerSize,
  type PerceptionNetwork,
} from './network.ts';

import { perceptionTaskCalled } from './tasks/index.ts';
import type { PerceptionScore } from './tasks/task.ts';

/** What the units of one layer do while movements are felt. */
export interface LayerActivity extends LayerSize {
  readonly movements: number;
  readonly stepSeconds: number;
  /** Movement x time x unit; units are the layer's channels at each place among the muscles, channel by channel. */
  readonly values: Float32Array;
}

/** Movements that run through the network at once. */
const together = 50;

/**
 * The activity of every layer, the standardized afferents first, or of one. Throws `UsageError` for a layer that is not there and for afferents of other sizes than the network's, `InputError` for a
 * missing one.
 */
export async function activations(
  network: PerceptionNetwork,
  afferents: Afferents,
  engine: Engine,
  only?: string,
): Promise<readonly LayerActivity[]> {
  checkAfferents(afferents, network.terminals);
  const wanted = only === undefined ? layersOf(network) : [layerCalled(network, only)];
  const outputs = await run(
    network,
    afferents,
    engine,
    wanted.map(({ layer }) => layer),
  );
  return wanted.map((size) => {
    const { layer, units, times } = size;
    const from = outputs[layer];
    const values = new Float32Array(from.length);
    for (let i = 0; i < afferents.count; i++) {
      const offset = i * units * times;
      for (let u = 0; u < units; u++) {
        for (let t = 0; t < times; t++) values[offset + t * units + u] = from[offset + u * times + t];
      }
    }
    return { ...size, movements: afferents.count, stepSeconds: afferents.stepSeconds, values };
  });
}

/** How well a network does its task; give it movements that it was not trained on. Throws as `activations` does. */
export async function judge(
  network: PerceptionNetwork,
  felt: Felt,
  engine: Engine,
): Promise<PerceptionScore> {
  checkFelt(felt, network.terminals);
  const outputs = await run(network, felt.afferents, engine, 'answer');
  return perceptionTaskCalled(network.task).score(outputs.answer, felt.movements, network.target);
}

/** Everything wanted of all movements, joined along the first dimension. */
async function run(
  network: PerceptionNetwork,
  afferents: Afferents,
  engine: Engine,
  wanted: 'answer' | readonly string[],
): Promise<Readonly<Record<string, Float32Array>>> {
  const { count } = afferents;
  const batch = Math.min(together, count);
  const model = exportModel({
    weights: network.weights,
    network: (scope) => {
      const { input, encoding, output } = perceive(scope, network, batch);
      if (wanted === 'answer') return { answer: output };
      const layers = [{ name: 'afferents', output: input }, ...encoding.layers];
      return Object.fromEntries(
        layers.filter(({ name }) => wanted.includes(name)).map((layer) => [layer.name, layer.output]),
      );
    },
  });
  const session = await engine.load(model);
  const outputs: Record<string, Float32Array> = {};
  try {
    for (let first = 0; first < count; first += batch) {
      // The last batch is filled up with the last movement; what it gives is cut off.
      const which = Array.from({ length: batch }, (_, i) => Math.min(first + i, count - 1));
      const feed = feedOf(afferents, which, network.input);
      const results = await session.run({ input: float32(feed.shape, feed.data as Float32Array) });
      const present = Math.min(batch, count - first);
      for (const [name, { data, shape }] of Object.entries(results)) {
        const size = sizeOf(shape) / batch;
        outputs[name] ??= new Float32Array(count * size);
        outputs[name].set((data as Float32Array).subarray(0, present * size), first * size);
      }
    }
  } finally {
    await session.dispose();
  }
  return outputs;
}
