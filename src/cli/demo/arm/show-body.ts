import { basename, extname } from 'node:path';
import { quantile } from '../../../math/quantile.ts';
import { bodyAppearance } from '../../../model/body/index.ts';
import { Project, type VideoBody } from '../../../project/index.ts';
import type { ArmExperiment } from './experiment.ts';
import { muscleActivity } from './neurons.ts';
import type { Posture } from './posture.ts';

/** Leaves the fitted body in the project, beside each camera's video, its muscles colored by their EMG. */
export async function showBody(experiment: ArmExperiment, posture: Posture): Promise<void> {
  const { root, lab, session, aligned } = experiment;
  const body = bodyAppearance(lab.model, posture.fit.positions);
  const activity: VideoBody['activity'] = {
    what: 'EMG envelope, from pale (0) to red (its 99th percentile)',
    values: envelopesAt(posture.times, body.muscles, muscleActivity(experiment)),
  };
  await using project = await Project.open(root);
  const { videos } = project.config.recordings.find((r) => r.name === lab.experiment.name)!;
  const clockOf = (name: string) => aligned.find((a) => a.name === name)!.clock;
  const [first] = session.cameras;
  for (const [k, { name, timestamps }] of session.cameras.entries()) {
    const times = posture.times.map(
      (t) => clockOf(name).toDevice(clockOf(first.name).toMaster(t + first.timestamps[0])) - timestamps[0],
    );
    const video = basename(videos[k], extname(videos[k]));
    await project.bodies.write(video, { ...body, times: k === 0 ? posture.times : times, activity });
  }
}

/** [time, muscle]: linear between samples, of each channel's 99th percentile; NaN beyond both ends and for a muscle without a channel. */
function envelopesAt(
  times: Float64Array,
  muscles: readonly string[],
  { times: own, names, values }: ReturnType<typeof muscleActivity>,
): Float32Array {
  const n = names.length;
  const columns = muscles.map((muscle) => {
    const c = names.indexOf(muscle);
    const full = quantile(
      Float64Array.from(own, (_, i) => values[i * n + c]),
      0.99,
    );
    return { c, full };
  });
  const out = new Float32Array(times.length * muscles.length).fill(NaN);
  let i = 0;
  times.forEach((t, k) => {
    while (i + 2 < own.length && own[i + 1] <= t) i++;
    const share = (t - own[i]) / (own[i + 1] - own[i]);
    if (!(share >= 0 && share <= 1)) return;
    columns.forEach(({ c, full }, m) => {
      if (c >= 0)
        out[k * muscles.length + m] =
          (values[i * n + c] + share * (values[(i + 1) * n + c] - values[i * n + c])) / full;
    });
  });
  return out;
}
