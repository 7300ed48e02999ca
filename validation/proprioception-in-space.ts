/**
 * The card of `proprioception.ts` for the arm in three dimensions: 4 joints, 16 muscles, writing in a horizontal and an upright plane. More movements and more steps, since
 * one hand's place is felt in many postures: about four times as long.
 *
 *     npx tsx validation/proprioception-in-space.ts [--seeds 5] [--from 0] [--write]
 *
 * Not yet run at these settings. With 3000 movements, 500 and 2000 steps and two seeds, 82 and 85 % were recognized (short of 90 %) and decoding was 2.4 and 2.6 cm off; the
 * other parts were there in both.
 */
import { armCalled } from '../src/model/perception/index.ts';
import { proprioceptionCard } from './proprioception.ts';

using arm = await armCalled('arm in space');
await proprioceptionCard('proprioception-in-space', 'an arm in three dimensions with 16 muscles', {
  arm,
  encoder: 'spatial-temporal',
  movements: 6000,
  heldOut: 600,
  steps: { recognition: 1500, decoding: 3000 },
});
