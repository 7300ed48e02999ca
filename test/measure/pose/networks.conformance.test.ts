/** What every network record must do: train, resume to the bit, export, take any number of pictures. */
import { beforeAll, describe, expect, test } from 'vitest';
import { float32, Scope, toModel } from '../../../src/learn/index.ts';
import type { Engine, Store } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import type { PoseModel } from '../../../src/measure/pose/model.ts';
import { networkNamed, networks } from '../../../src/measure/pose/networks/index.ts';
import type { NetworkName } from '../../../src/measure/pose/networks/index.ts';
import { trainPose } from '../../../src/measure/pose/train.ts';
import { CancelledError, InputError, UsageError } from '../../../src/signal/error.ts';
import { drawnLabels } from './drawn-animals.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine({ threads: 1 });
});

function memoryStore(): Store & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    read: async (name) => files.get(name),
  };
}

describe.each(Object.keys(networks) as NetworkName[])('network "%s"', (network) => {
  const short = async (options: Partial<Parameters<typeof trainPose>[1]> = {}): Promise<PoseModel> => {
    // Every third frame lacks its last keypoint: missing labels must not disturb.
    const { labels, pictures } = drawnLabels(8, 6, (f, k) => f % 3 === 0 && k === 3);
    return trainPose(labels, { engine, pictures, steps: 2, seed: 7, network, ...options });
  };
  let whole: PoseModel;
  beforeAll(async () => {
    whole = await short();
  });

  test('same seed, same bytes', async () => {
    expect((await short()).networks).toEqual(whole.networks);
  });

  test('another seed, other weights; a run that was stopped and resumed ends with those of one that never was', async () => {
    const store = memoryStore();
    const controller = new AbortController();
    const steps: string[] = [];
    const stopped = short({
      checkpoints: store,
      signal: controller.signal,
      onProgress: ({ stage, step }) => {
        steps.push(`${stage} ${step}`);
        if (steps.length === 3) controller.abort();
      },
    });
    await expect(stopped).rejects.toThrow(CancelledError);
    const resumed = await short({ checkpoints: store });
    expect(resumed.networks).toEqual(whole.networks);
    for (const [name, bytes] of store.files) store.files.set(name, bytes.slice(0, bytes.length - 7));
    await expect(short({ checkpoints: store })).rejects.toThrow(InputError);
    expect((await short({ seed: 8, steps: 1 })).networks).not.toEqual(whole.networks);
  });

  test('maps have the size that the record states, for one picture and for three', async () => {
    const { stride, multiple } = networkNamed(network);
    const [width, height] = [3 * multiple, 2 * multiple];
    const scope = Scope.training(1);
    const image = scope.input('image', [1, 1, height, width]);
    const output = networkNamed(network).build(scope, image, 5);
    expect(output.maps.shape).toEqual([1, 5, height / stride, width / stride]);
    expect(output.offsets.shape).toEqual([1, 10, height / stride, width / stride]);
    expect(output.absent.shape).toEqual([1, 5, 1, 1]);
    expect(toModel(scope.graph, { ...output }).length).toBeGreaterThan(0);
    const [stage] = whole.plan.stages;
    const session = await engine.load(whole.networks[0]);
    for (const n of [1, 3]) {
      const feed = float32(
        [n, 1, stage.height, stage.width],
        new Float32Array(n * stage.height * stage.width),
      );
      const { maps } = await session.run({ image: feed });
      expect(maps.shape).toEqual([n, 4, stage.height / stride, stage.width / stride]);
    }
    await session.dispose();
  });
});

test('the cost of "fast" is less than half of "accurate"', () => {
  const cost = (name: NetworkName): number => networks[name].multiplications(160, 128, 4);
  expect(cost('fast')).toBeLessThan(cost('accurate') / 2);
});

test('an unknown network is refused by name', () => {
  expect(() => networkNamed('enormous')).toThrow(UsageError);
});
