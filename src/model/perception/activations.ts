import { exportModel, float32, sizeOf, type Engine } from '../../learn/index.ts';
import type { Afferents } from './afferents.ts';
import { checkAfferents, checkFelt, feedOf, perceive, type Felt, type PerceptionNetwork } from './network.ts';
import { perceptionTaskCalled } from './tasks/index.ts';
import type { PerceptionScore } from './tasks/task.ts';

/** What the units of one layer do while movements are felt. */
export interface LayerActivity {
  readonly layer: string;
  readonly movements: number;
  readonly times: number;
  readonly units: number;
  /** Steps of the movements from one time to the next: time k is centered on step k x stride. */
  readonly stride: number;
  readonly stepSeconds: number;
  /** Movement x time x unit; units are the layer's channels at each place among the muscles, channel by channel. */
  readonly values: Float32Array;
}

/** Movements that run through the network at once. */
const together = 50;

/**
 * The activity of every layer, the standardized afferents first. Throws `UsageError` for afferents of other sizes than the network's, `InputError` for a
 * missing one.
 */
export async function activations(
  network: PerceptionNetwork,
  afferents: Afferents,
  engine: Engine,
): Promise<readonly LayerActivity[]> {
  checkAfferents(afferents, network.terminals);
  const { outputs, layers } = await run(network, afferents, engine, 'layers');
  return layers.map(({ name, stride, shape }) => {
    const [, channels, muscles, times] = shape;
    const units = channels * muscles;
    const from = outputs[name];
    const values = new Float32Array(from.length);
    for (let i = 0; i < afferents.count; i++) {
      const offset = i * units * times;
      for (let u = 0; u < units; u++) {
        for (let t = 0; t < times; t++) values[offset + t * units + u] = from[offset + u * times + t];
      }
    }
    return {
      layer: name,
      movements: afferents.count,
      times,
      units,
      stride,
      stepSeconds: afferents.stepSeconds,
      values,
    };
  });
}

/** How well a network does its task; give it movements that it was not trained on. Throws as `activations` does. */
export async function judge(
  network: PerceptionNetwork,
  felt: Felt,
  engine: Engine,
): Promise<PerceptionScore> {
  checkFelt(felt, network.terminals);
  const { outputs } = await run(network, felt.afferents, engine, 'answer');
  return perceptionTaskCalled(network.task).score(outputs.answer, felt.movements, network.target);
}

interface RunLayer {
  readonly name: string;
  readonly stride: number;
  readonly shape: readonly number[];
}

/** Everything wanted of all movements, joined along the first dimension. */
async function run(
  network: PerceptionNetwork,
  afferents: Afferents,
  engine: Engine,
  wanted: 'layers' | 'answer',
): Promise<{
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly layers: readonly RunLayer[];
}> {
  const { count } = afferents;
  const batch = Math.min(together, count);
  let layers: RunLayer[] = [];
  const model = exportModel({
    weights: network.weights,
    network: (scope) => {
      const { encoding, output } = perceive(scope, network, batch);
      layers = encoding.layers.map(({ name, stride, output: { shape } }) => ({ name, stride, shape }));
      return wanted === 'answer'
        ? { answer: output }
        : Object.fromEntries(encoding.layers.map((layer) => [layer.name, layer.output]));
    },
  });
  const session = await engine.load(model);
  const outputs: Record<string, Float32Array> = {};
  try {
    for (let first = 0; first < count; first += batch) {
      // The last batch is filled up with the last movement; what it gives is cut off.
      const which = Array.from({ length: batch }, (_, i) => Math.min(first + i, count - 1));
      const feed = feedOf(afferents, which, network.input);
      const results = await session.run({ afferents: float32(feed.shape, feed.data as Float32Array) });
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
  if (wanted === 'answer') return { outputs, layers };
  const all = feedOf(
    afferents,
    Array.from({ length: count }, (_, i) => i),
    network.input,
  );
  outputs.afferents = all.data as Float32Array;
  return { outputs, layers: [{ name: 'afferents', stride: 1, shape: all.shape }, ...layers] };
}
