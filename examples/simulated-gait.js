// Simulates a walking mouse with known footfalls and finds its gait from the true posture.
// Run: node examples/simulated-gait.js
import { simulateOpenField } from 'marey/lab';
import { gait } from 'marey/measure/kinematics';

const field = simulateOpenField({ seed: 3, seconds: 10 });
const { summary } = gait(field.truth.pose, { feet: ['lefthind', 'leftfore', 'righthind', 'rightfore'] });
for (const { foot, measures } of summary) {
  const length = measures.find((m) => m.name === 'length');
  const duty = measures.find((m) => m.name === 'duty');
  const millimeters = length.mean / field.info.pixelsPerMillimeter;
  console.log(
    `${foot.padEnd(10)} ${length.n} strides, ${millimeters.toFixed(1)} mm, duty factor ${duty.mean.toFixed(2)}`,
  );
}
