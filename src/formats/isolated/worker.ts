import { parentPort } from 'node:worker_threads';
import { answer, type Request } from './operations.ts';

parentPort!.on('message', async (request: Request) => {
  parentPort!.postMessage(await answer(request));
});
