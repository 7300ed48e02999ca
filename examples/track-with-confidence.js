// Reads a DeepLabCut prediction file, keeps the points that are confident, and prints how fast the animal moved.
// Run: node examples/track-with-confidence.js
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPose } from 'marey/formats';

// A file such as DeepLabCut writes: three header rows, one row a frame.
const rows = Array.from(
  { length: 100 },
  (_, i) => `${i},${10 + 2 * i},${20 + i},${i % 10 === 9 ? 0.1 : 0.95}`,
);
const file = join(await mkdtemp(join(tmpdir(), 'marey-')), 'video.csv');
await writeFile(
  file,
  ['scorer,net,net,net', 'bodyparts,nose,nose,nose', 'coords,x,y,likelihood', ...rows].join('\n'),
);

const track = await readPose(file, { framesPerSecond: 50 });
const nose = track.positions.select('individual', 0).select('keypoint', 'nose');
const confidence = nose.confidence.contiguous();
const xy = nose.contiguous();

let [distance, steps] = [0, 0];
for (let i = 1; i < confidence.length; i++) {
  if (confidence[i] < 0.5 || confidence[i - 1] < 0.5) continue;
  distance += Math.hypot(xy[2 * i] - xy[2 * i - 2], xy[2 * i + 1] - xy[2 * i - 1]);
  steps++;
}
console.log(`mean speed ${((distance / steps) * 50).toFixed(1)} px/s over ${steps} confident steps`);
