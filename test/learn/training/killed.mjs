/**
 * A training run to be killed: `node killed.mjs FOLDER STEPS`. It checkpoints after every step, prints the number of each
 * step once its checkpoint is written, and at the end a checksum of the weights. Runs the compiled `learn`.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as learn from '../../../dist/learn/index.js';
import { nodeEngine } from '../../../dist/learn/engine/node.js';
import { crc32 } from '../../../dist/signal/checksum.js';

const [folder, steps] = process.argv.slice(2);
const store = {
  async write(name, bytes) {
    const file = await open(join(folder, `${name}.writing`), 'w');
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
    await rename(join(folder, `${name}.writing`), join(folder, name));
  },
  read: (name) =>
    readFile(join(folder, name)).catch((error) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }),
};

const trainer = await learn.Trainer.create({
  engine: await nodeEngine(),
  seed: 9,
  threads: 1,
  optimizer: learn.adamW(),
  averaging: 0.9,
  model: (scope) => {
    const hidden = learn.tanh(learn.dense(scope.at('hidden'), scope.input('x', [16, 8]), { units: 32 }));
    const y = learn.dense(scope.at('output'), learn.dropout(scope.at('drop'), hidden, 0.2), { units: 4 });
    return { loss: learn.meanSquaredError(y, scope.input('y', y.shape)) };
  },
});
const normals = (random, n) => Float32Array.from({ length: n }, () => random.normal());
const { weights } = await learn.fit(trainer, {
  steps: Number(steps),
  schedule: learn.cosine({ peak: 0.01, warmup: 0.1 }),
  batches: (_step, random) => ({
    x: learn.float32([16, 8], normals(random, 16 * 8)),
    y: learn.float32([16, 4], normals(random, 16 * 4)),
  }),
  checkpoint: { store, name: 'run', every: 1 },
  onProgress: ({ step }) => process.stdout.write(`${step}\n`),
});
const bytes = learn.encodeCheckpoint({ values: weights, record: {} });
process.stdout.write(`weights ${crc32(bytes)}\n`);
