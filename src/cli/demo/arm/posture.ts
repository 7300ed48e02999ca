import { fiberScales, fitBody, Muscles, type BodyFit, type BodyModel } from '../../../model/body/index.ts';
import { mileusnicSpindle, sense } from '../../../model/senses/index.ts';
import { inStep, triangulate, type Triangulated } from '../../../measure/space/index.ts';
import { derived } from '../../../signal/provenance.ts';
import { poseTrack, type PoseTrack } from '../../../signal/pose.ts';
import { irregularTime } from '../../../signal/time.ts';
import type { ArmExperiment } from './experiment.ts';

/** What the cameras and the body together say of the movement, at the frames of the first camera. */
export interface Posture {
  /** Video time of the first camera, s. */
  readonly times: Float64Array;
  /** When these frames really were, s, to look the truth up. */
  readonly trueTimes: Float64Array;
  readonly space: Triangulated;
  readonly fit: BodyFit;
  readonly muscles: readonly string[];
  /** Time x muscle: fibers in optimal lengths; primary afferents, pulses/s. */
  readonly lengths: Float64Array;
  readonly spindles: Float64Array;
  /** Time x 3, m: the marker that the task is about, on the fitted body. */
  readonly hand: Float64Array;
}

/** Gamma drive as a resting animal has it, pulses/s. */
const gamma = { dynamic: 70, static: 70 };

/** From tracks in two pictures to points in space, joint angles, muscle lengths and what spindles would report. */
export function postureOf(
  { lab, session, aligned, cameras }: ArmExperiment,
  tracks: readonly PoseTrack[],
): Posture {
  const [first] = session.cameras;
  const begin = first.timestamps[0];
  const video = aligned.find((a) => a.name === first.name)!.clock;
  const times = first.timestamps.map((t) => t - begin);
  // Every camera's frames on the time of the first one's video.
  const onVideo = tracks.map((track, k) => {
    const { name, timestamps } = session.cameras[k];
    const { clock } = aligned.find((a) => a.name === name)!;
    return retimed(
      track,
      timestamps.map((t) => video.toDevice(clock.toMaster(t)) - begin),
    );
  });
  const axis = irregularTime(times);
  const gap = 2.5 / lab.settings.frameRate;
  const views = onVideo.map((track, k) => ({
    camera: cameras[k],
    track: k === 0 ? track : inStep(track, axis, gap),
  }));
  const space = triangulate(views, 'm');
  const fit = fitBody(lab.model, [{ track: space.track }]);
  const { names, lengths, hand } = muscleLengths(lab.model, fit, lab.experiment.effector);
  const [primary] = sense(
    mileusnicSpindle,
    { stepSeconds: 1 / lab.settings.frameRate, channels: names.length, values: { length: lengths } },
    { gamma },
  );
  return {
    times,
    trueTimes: first.trueTimes,
    space,
    fit,
    muscles: names,
    lengths,
    spindles: primary.values,
    hand,
  };
}

function retimed({ skeleton, positions: p }: PoseTrack, times: Float64Array): PoseTrack {
  const values = (signal: typeof p | undefined): Float64Array | undefined =>
    signal && Float64Array.from(signal.contiguous());
  return poseTrack({
    name: p.name,
    skeleton,
    positions: values(p)!,
    confidence: values(p.confidence),
    covariance: values(p.covariance),
    time: irregularTime(times),
    provenance: derived('demo.alignedFrames', [p.provenance]),
  });
}

function muscleLengths(
  model: BodyModel,
  { positions }: BodyFit,
  effector: string,
): { readonly names: readonly string[]; readonly lengths: Float64Array; readonly hand: Float64Array } {
  const muscles = new Muscles(model);
  const fibers = fiberScales(model, muscles);
  const { nq } = model.sizes;
  const frames = positions.length / nq;
  const lengths = new Float64Array(frames * fibers.length);
  const hand = new Float64Array(3 * frames);
  const site = model.index('sites', effector);
  using simulation = model.simulate();
  for (let t = 0; t < frames; t++) {
    simulation.set('qpos', positions.subarray(t * nq, (t + 1) * nq));
    simulation.forward();
    const paths = simulation.get('actuator_length');
    muscles.indices.forEach((i, m) => {
      const { shortest, first, optimal } = fibers[m];
      lengths[t * fibers.length + m] = first + (paths[i] - shortest) / optimal;
    });
    hand.set(simulation.get('site_xpos').subarray(3 * site, 3 * site + 3), 3 * t);
  }
  return { names: muscles.names, lengths, hand };
}
