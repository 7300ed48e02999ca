/** A million frames in three measures that are made here, and a video of as many that has no picture: too large to be sent. */
import { Random } from '../../../src/math/random.ts';
import type { FrameMeasure } from '../../../src/app/views/scatter/frame-measure.ts';
import type { MeasureSource } from '../../../src/app/views/scatter/sources.ts';

export const millionFrames = 1_000_000;

/** Seven clouds around a circle, between which the animal goes to and fro. */
export const millionPoints: MeasureSource = {
  name: 'million',
  measures: ({ video }) => {
    const frames = video.times.length;
    const random = new Random(11);
    const [x, y, cloud] = [0, 1, 2].map(() => new Float32Array(frames));
    let now = 0;
    for (let f = 0; f < frames; f++) {
      if (f % 400 === 0) now = random.integer(7);
      cloud[f] = now;
      x[f] = 30 * Math.cos((2 * Math.PI * now) / 7) + random.normal(0, 4);
      y[f] = 20 * Math.sin((2 * Math.PI * now) / 7) + random.normal(0, 3);
    }
    const of = (id: string, title: string, values: Float32Array, categories?: string[]): FrameMeasure => ({
      id,
      title,
      unit: 'px',
      group: 'Million',
      kind: categories ? 'category' : 'value',
      load: () => Promise.resolve({ values, categories }),
    });
    const names = Array.from({ length: 7 }, (_, i) => `cloud ${i + 1}`);
    return [of('x', 'First', x), of('y', 'Second', y), of('time', 'Cloud', cloud, names)];
  },
};
