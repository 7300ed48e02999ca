import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { nodeEngine } from '../../learn/engine/node.ts';
import { whyNoFfmpeg } from '../../media/video/ffmpeg.ts';
import { whyNoNodeAv } from '../../media/video/node-av.ts';
import { sizeText } from '../size.ts';
import { count, fail, ok, warn, type Check, type MachineSubject } from './check.ts';

const oldestNode = [20, 19] as const;
/** What training needs at most, bytes; tracking needs a third. */
const trainingBytes = 3e9;
const scarceBytes = 2e9;
const fullBytes = 100e6;

export const machineChecks: readonly Check<MachineSubject>[] = [
  {
    name: 'Node',
    run: async () => {
      const [major, minor] = process.versions.node.split('.').map(Number);
      const what = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
      if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return ok(what);
      return fail(`${what} is too old`, `Install Node ${oldestNode.join('.')} or newer.`);
    },
  },
  {
    name: 'processor',
    run: async () => {
      const usable = availableParallelism();
      const what = `${count(usable, 'core')} to use, ${cpus()[0]?.model.trim() ?? 'of an unknown kind'}`;
      return usable > 1 ? ok(what) : warn(what, 'Training and tracking are about twice as fast on two.');
    },
  },
  {
    name: 'memory',
    run: async () => {
      const what = `${sizeText(freemem())} free of ${sizeText(totalmem())}`;
      if (freemem() >= trainingBytes) return ok(what);
      return warn(what, `Training may need ${sizeText(trainingBytes)}: close other programs first.`);
    },
  },
  {
    name: 'disk',
    run: async ({ folder }) => {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const what = `${sizeText(free)} free for ${folder}`;
      if (free < fullBytes) return fail(what, 'Free some space: labels cannot be saved on a full disk.');
      return free < scarceBytes ? warn(what, 'Free some space before training.') : ok(what);
    },
  },
  {
    name: 'engine',
    run: async () => {
      const { name, notice } = await nodeEngine();
      if (notice === undefined) return ok(name);
      return warn(
        `${name}: ${notice}`,
        'Install onnxruntime-node for native speed (npm install onnxruntime-node).',
      );
    },
  },
  {
    name: 'video decoder',
    run: async () => {
      const [noNodeAv, noFfmpeg] = [await whyNoNodeAv(), await whyNoFfmpeg()];
      if (noNodeAv === undefined)
        return ok(`node-av${noFfmpeg === undefined ? ', and ffmpeg beside it' : ''}`);
      if (noFfmpeg === undefined) return ok('ffmpeg (node-av is not installed)');
      return fail('no video can be read', noNodeAv.facts.fix ?? noNodeAv.message, [
        noNodeAv.message,
        noFfmpeg.message,
      ]);
    },
  },
];
