/**
 * How honest the covariances of a fitted body are: movements of all joints are simulated, keypoints get errors of a known size, and the share of true
 * joint angles within 1.96 of the deviations that the fit states is counted, smoothed and frame by frame.
 *
 *   npx tsx validation/body.ts
 *
 * Aim: 90 to 98 % of the smoothed angles in the mean of the seeds, whether the errors are new in every frame or last, and whether or not covariances
 * come with the keypoints; these may be out by one factor that makes them too small. Errors that never change at all (a keypoint that sits elsewhere on
 * the body) are seen only in so far as the body cannot follow them.
 */
import { mean } from '../src/math/moments.ts';
import { bodies, fitBody, loadPhysics, type BodyModel } from '../src/model/body/index.ts';
import { lastingErrors, movement, trackOf } from '../test/model/body/movement.ts';

const frames = 400;
const rate = 100;
const seeds = ['a', 'b', 'c', 'd'];

interface Kind {
  readonly name: string;
  /** Of the errors' variance, what lasts, and for how many frames. */
  readonly lasting?: number;
  readonly span?: number;
  /** Stated over true deviation of the keypoints; no covariances where it is left out. */
  readonly stated?: number;
}

const kinds: readonly Kind[] = [
  { name: 'new in every frame', stated: 1 },
  { name: 'new in every frame, no covariances' },
  { name: 'new in every frame, twice as large as stated', stated: 0.5 },
  { name: 'half of them last 10 frames', lasting: 0.5, span: 10, stated: 1 },
  { name: 'all last 10 frames', lasting: 1, span: 10, stated: 1 },
  { name: 'all last 50 frames', lasting: 1, span: 50, stated: 1 },
  { name: 'all last 20 frames, twice as large as stated', lasting: 1, span: 20, stated: 0.5 },
];

interface Coverage {
  readonly within: number;
  /** Root mean square, deg: of the errors, and of the deviations stated. */
  readonly error: number;
  readonly stated: number;
}

/** @param deviation of each coordinate of a keypoint, m. */
function coverageOf(
  model: BodyModel,
  kind: Kind,
  {
    deviation,
    seed,
    smooth,
  }: { readonly deviation: number; readonly seed: string; readonly smooth: boolean },
): Coverage {
  const { postures, keypoints, places } = movement(model, frames, rate, seed);
  const noise = lastingErrors(frames, places.length / frames, { ...kind, seed: `errors ${seed}` });
  const track = trackOf(
    keypoints,
    places.map((v, i) => v + deviation * noise[i]),
    { rate, bare: kind.stated === undefined, stated: (kind.stated ?? 1) * deviation },
  );
  const { angles } = fitBody(model, [{ track }], { smooth });
  const hinges = model.joints.filter((j) => j.type === 'hinge');
  const n = hinges.length;
  let [within, count, squares, variances] = [0, 0, 0, 0];
  hinges.forEach((joint, k) => {
    postures.forEach((q, t) => {
      const error = angles.at(t, k) - q[joint.position];
      const variance = angles.covariance!.at(t, k * n - (k * (k - 1)) / 2);
      if (Number.isNaN(error)) return;
      count++;
      within += Number(error ** 2 <= 1.96 ** 2 * variance);
      squares += error ** 2;
      variances += variance;
    });
  });
  const deg = (sum: number): number => (180 / Math.PI) * Math.sqrt(sum / count);
  return { within: within / count, error: deg(squares), stated: deg(variances) };
}

/** A keypoint's deviation on each body, m: 0.3 % of its length. */
const deviations: Readonly<Record<string, number>> = {
  'planar-arm': 0.002,
  arm: 0.002,
  quadruped: 0.0003,
};

const physics = await loadPhysics();
console.log('| body | errors | smoothed: within 95 % (seeds) | error, stated (deg) | frame by frame |');
console.log('| --- | --- | --- | --- | --- |');
for (const { name, mjcf } of bodies) {
  using model = physics.compile(mjcf());
  const deviation = deviations[name];
  for (const kind of kinds) {
    const [smoothed, single] = [true, false].map((smooth) =>
      seeds.map((seed) => coverageOf(model, kind, { deviation, seed, smooth })),
    );
    const percent = (c: readonly Coverage[]): string => (100 * mean(c.map((s) => s.within))).toFixed(1);
    const low = Math.min(...smoothed.map((s) => s.within));
    const high = Math.max(...smoothed.map((s) => s.within));
    const of = (read: (c: Coverage) => number): string => mean(smoothed.map(read)).toFixed(2);
    console.log(
      `| ${name} | ${kind.name} | ${percent(smoothed)} % (${(100 * low).toFixed(0)}-${(100 * high).toFixed(0)}) | ${of((c) => c.error)}, ${of((c) => c.stated)} | ${percent(single)} % |`,
    );
  }
}
