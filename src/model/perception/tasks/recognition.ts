import { crossEntropy, dense, dropout } from '../../../learn/index.ts';
import { wilsonInterval } from '../../../math/proportion.ts';
import type { PerceptionTask } from './task.ts';

/** Units left out of the summary in each step of training. */
export const leftOut = 0.3;

/** Which character does the hand write? One output a character; scored by the share that is named correctly. */
export const recognition: PerceptionTask = {
  name: 'recognition',
  title: 'which character is written',
  head: (scope, { summary }, { characters }) =>
    dense(scope, dropout(scope, summary, leftOut), { units: characters }),
  loss: (output, target) => crossEntropy(output, target),
  standard: () => ({ mean: [], deviation: [] }),
  target({ labels, characters }, which) {
    const oneHot = new Float32Array(which.length * characters.length);
    which.forEach((i, row) => (oneHot[row * characters.length + labels[i]] = 1));
    return oneHot;
  },
  score(outputs, { labels, characters, count }) {
    let right = 0;
    for (let i = 0; i < count; i++) {
      const row = outputs.subarray(i * characters.length, (i + 1) * characters.length);
      if (row.indexOf(Math.max(...row)) === labels[i]) right++;
    }
    const [low, high] = wilsonInterval(right, count);
    return {
      meaning: 'share of characters recognized',
      value: right / count,
      interval: [low, high],
      chance: 1 / characters.length,
      better: 'high',
    };
  },
};
