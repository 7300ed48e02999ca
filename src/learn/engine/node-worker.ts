/** The entry of the worker thread that `nodeWorkerEngine` starts. */
import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../../signal/error.ts';
import { nodeEngine } from './node.ts';
import type { NodeEngineOptions } from './node.ts';
import { serveEngine } from './remote.ts';

const port = parentPort;
if (!port) throw new UsageError('This file is a worker thread', { where: 'node-worker' });
serveEngine(
  {
    post: (message) => port.postMessage(message, []),
    onMessage: (handler) => void port.on('message', handler),
  },
  nodeEngine(workerData as NodeEngineOptions),
);
