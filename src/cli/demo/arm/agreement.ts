import { pearson } from '../../../math/correlation.ts';
import type { Film } from '../../../lab/index.ts';
import { mean } from '../../../math/moments.ts';
import { median } from '../../../math/quantile.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import type { Signal } from '../../../signal/signal.ts';
import type { ArmExperiment } from './experiment.ts';
import type { Posture } from './posture.ts';

/** How far off each station of the way is from the truth. */
export interface ArmAgreement {
  /** Worst error of a device's clock, ms. */
  readonly clockMs: number;
  /** Of a tracked point that could be seen, px, median over both cameras. */
  readonly pictureMedianPx: number;
  /** Of a point in space, mm, median; and the share of points that two cameras saw and agreed on. */
  readonly spaceMedianMm: number;
  readonly spaceShare: number;
  /** Root mean square, deg, each joint, beside how far it moves. */
  readonly joints: readonly { readonly name: string; readonly rmsDeg: number; readonly rangeDeg: number }[];
  /** Share of joint angles within the 95 % interval that their covariance states. */
  readonly jointsWithin95: number;
  /** Mean over muscles of the root-mean-square error, % of optimal length; median correlation of lengths, and of primary afferents. */
  readonly lengthRmsPercent: number;
  readonly lengthCorrelation: number;
  readonly spindleCorrelation: number;
  /** True joint angles at the frames, rad: frames x joint. */
  readonly trueAngles: Float64Array;
  readonly trueLengths: Float64Array;
  readonly trueSpindles: Float64Array;
}

export function agreementOf(
  { lab, aligned }: ArmExperiment,
  films: readonly Film[],
  tracks: readonly PoseTrack[],
  posture: Posture,
): ArmAgreement {
  const { truth } = lab;
  const at = (signal: Signal): Float64Array => sampled(signal, truth.movement.rate, posture.trueTimes);
  const trueAngles = at(truth.jointAngles);
  const names = truth.jointAngles.dimensions[1].labels!;
  const { angles } = posture.fit;
  const found = angles.contiguous();
  const variances = angles.covariance!.contiguous();
  const own = angles.dimensions[1].labels!;
  const entries = (own.length * (own.length + 1)) / 2;
  let [within, all] = [0, 0];
  const joints = own.map((name, j) => {
    const c = names.indexOf(name);
    // The variances of a covariance's upper triangle lie at 0, n, n + (n - 1), ...
    const entry = j * own.length - (j * (j - 1)) / 2;
    let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
    posture.times.forEach((_, t) => {
      const truly = trueAngles[t * names.length + c];
      const error = found[t * own.length + j] - truly;
      low = Math.min(low, truly);
      high = Math.max(high, truly);
      if (Number.isNaN(error)) return;
      sum += error ** 2;
      count++;
      all++;
      if (Math.abs(error) <= 1.96 * Math.sqrt(variances[t * entries + entry])) within++;
    });
    const deg = 180 / Math.PI;
    return { name, rmsDeg: Math.sqrt(sum / count) * deg, rangeDeg: (high - low) * deg };
  });
  const trueLengths = at(truth.muscleLengths);
  const trueSpindles = at(truth.primaries);
  const muscles = posture.muscles.length;
  const across = (values: Float64Array, m: number): Float64Array =>
    Float64Array.from(posture.times, (_, t) => values[t * muscles + m]);
  const each = <T>(read: (m: number) => T): T[] => posture.muscles.map((_, m) => read(m));
  const likeness = (a: Float64Array, b: Float64Array): number =>
    median(each((m) => pearson(across(a, m), across(b, m))));
  const places = at(truth.markers.positions);
  const spaceErrors = distances(posture.space.track.positions.contiguous(), places, 3).filter(
    (d) => !Number.isNaN(d),
  );
  return {
    clockMs: 1000 * Math.max(...aligned.map((a) => a.worstSeconds)),
    pictureMedianPx: median(
      tracks.flatMap((track, k) => {
        const { pose, visible } = films[k];
        const off = distances(track.positions.contiguous(), pose.positions.contiguous(), 2);
        return Array.from(off.filter((d, i) => visible[i] && !Number.isNaN(d)));
      }),
    ),
    spaceMedianMm: 1000 * median(spaceErrors),
    spaceShare: spaceErrors.length / posture.space.points,
    joints,
    jointsWithin95: within / all,
    lengthRmsPercent:
      100 *
      mean(
        each((m) =>
          Math.sqrt(mean(across(posture.lengths, m).map((v, t) => (v - trueLengths[t * muscles + m]) ** 2))),
        ),
      ),
    lengthCorrelation: likeness(posture.lengths, trueLengths),
    spindleCorrelation: likeness(posture.spindles, trueSpindles),
    trueAngles,
    trueLengths,
    trueSpindles,
  };
}

/** Values of a signal over regular time at other times, linear between samples. */
function sampled(signal: Signal, rate: number, times: Float64Array): Float64Array {
  const values = signal.contiguous();
  const count = signal.dimensions[0].size;
  const width = values.length / count;
  const out = new Float64Array(times.length * width);
  times.forEach((t, i) => {
    const at = Math.min(Math.max(t * rate, 0), count - 1);
    const before = Math.min(Math.floor(at), count - 2);
    const share = at - before;
    for (let c = 0; c < width; c++) {
      const [a, b] = [values[before * width + c], values[(before + 1) * width + c]];
      out[i * width + c] = a + share * (b - a);
    }
  });
  return out;
}

function distances(a: ArrayLike<number>, b: ArrayLike<number>, space: number): Float64Array {
  return Float64Array.from({ length: a.length / space }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < space; c++) sum += (a[i * space + c] - b[i * space + c]) ** 2;
    return Math.sqrt(sum);
  });
}
