// Simulates a walking mouse with known footfalls, adds the noise of a good tracker, and finds its gait.
// Run: node examples/simulated-gait.js
import { simulateOpenField } from 'marey/lab';
import { Random } from 'marey/math';
import { gait } from 'marey/measure/kinematics';
import { poseTrack } from 'marey/signal';

const field = simulateOpenField({ seed: 3, seconds: 10 });
const { skeleton, positions } = field.truth.pose;
const random = new Random(1);
const track = poseTrack({
  skeleton,
  positions: Float64Array.from(positions.contiguous(), (v) => v + random.normal(0, 0.5)),
  time: positions.time,
  provenance: positions.provenance,
});
const { summary } = gait(track, { feet: ['lefthind', 'leftfore', 'righthind', 'rightfore'] });
for (const { foot, measures } of summary) {
  const length = measures.find((m) => m.name === 'length');
  const duty = measures.find((m) => m.name === 'duty');
  const millimeters = length.mean / field.info.pixelsPerMillimeter;
  console.log(
    `${foot.padEnd(10)} ${length.n} strides, ${millimeters.toFixed(1)} mm, duty factor ${duty.mean.toFixed(2)}`,
  );
}
