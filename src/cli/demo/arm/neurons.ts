import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTable } from '../../../formats/index.ts';
import { table } from '../../../formats/table.ts';
import { judgeClaim, readData, type JudgedClaim } from '../../../project/claims/index.ts';
import { Project } from '../../../project/index.ts';
import { besideMovement, emgEnvelope, type BesideMovement } from '../../../relate/index.ts';
import { timesOf } from '../../../signal/time.ts';
import type { Context } from '../../command.ts';
import { keepDecoded } from '../../relate-report/keep-decoded.ts';
import type { ArmExperiment } from './experiment.ts';
import type { Posture } from './posture.ts';

/** Cut off at both ends, s. */
const edgeSeconds = 0.5;

/** The first target is shown then, s. */
const fromSeconds = 0.5;

/** The demo's claim: written before the neurons are looked at, and left in the project to be run again. */
const claimText = `# Judge it again, or change it and see that this is said: marey claim claim.yaml
claim: What made these neurons fire?
# The first half second is left out, before the first target is shown.
data: {project: ., bin: 0.05, from: ${fromSeconds}}
activity: {of: spikes}
hypotheses:
  # Rates are seldom linear in what they follow: each account may use squares too.
  position: [{of: hand, lags: [-0.1]}, {of: hand, as: square, lags: [-0.1]}]
  velocity: [{of: hand, as: change, lags: [-0.1]}, {of: hand, as: [change, square], lags: [-0.1]}]
  acceleration: [{of: hand, as: [change, change], lags: [-0.1]}, {of: hand, as: [change, change, square], lags: [-0.1]}]
  muscle-length: [{of: muscle-lengths}, {of: muscle-lengths, as: square}]
  spindle: [{of: spindles}, {of: spindles, as: square}]
  muscle-activity: [{of: muscle-activity, lags: [-0.05, 0]}, {of: muscle-activity, as: square, lags: [-0.05, 0]}]
seed: 1
`;

/** Writes what the video said of the movement, and the muscles' envelopes, as data of the project, and judges the claim about its neurons. */
export async function judgeNeurons(
  experiment: ArmExperiment,
  posture: Posture,
  context: Context,
): Promise<JudgedClaim> {
  const { root, lab } = experiment;
  const { times, muscles, lengths, spindles, hand } = posture;
  await writeColumns(join(root, 'data', 'hand.csv'), times, ['x', 'y'], inPlane(hand));
  await writeColumns(join(root, 'data', 'muscle-lengths.csv'), times, muscles, lengths);
  await writeColumns(join(root, 'data', 'spindles.csv'), times, muscles, spindles);
  const activity = muscleActivity(experiment);
  await writeColumns(
    join(root, 'data', 'muscle-activity.csv'),
    activity.times,
    activity.names,
    activity.values,
  );
  await using project = await Project.open(root);
  const recording = lab.experiment.name;
  for (const [name, unit] of [
    ['hand', 'm'],
    ['muscle-lengths', '1'],
    ['spindles', '1/s'],
    ['muscle-activity', 'mV'],
  ]) {
    await project.addData(recording, { path: `data/${name}.csv`, kind: 'signal', name, unit, time: 'time' });
  }
  const path = join(root, 'claim.yaml');
  await writeFile(path, claimText);
  return judgeClaim(path, {
    signal: context.signal,
    onProgress: ({ stage, fraction }) =>
      context.console.progress({ what: `Judging hypotheses, ${stage}`, fraction }),
  });
}

/** On the table: what is measured of its height is noise. */
const inPlane = (hand: Float64Array): Float64Array => hand.filter((_, i) => i % 3 < 2);

/** What the neurons have to do with the hand as the video shows it, and with muscles: the same data as the claim's. */
export async function neuronsBesideMovement(
  { root, lab }: ArmExperiment,
  { seed }: { readonly seed: number },
  { console, signal }: Context,
): Promise<{ readonly found: BesideMovement; readonly startSeconds: number }> {
  const data = { project: '.', bin: 0.05, from: fromSeconds };
  const { variables, startSeconds } = await readData(data, ['spikes', 'hand', 'muscle-lengths'], root);
  const found = await besideMovement(variables.get('spikes')!, variables.get('hand')!, {
    binSeconds: data.bin,
    seed,
    others: new Map([['muscle lengths', variables.get('muscle-lengths')!]]),
    signal,
    onProgress: (stage, fraction) =>
      console.progress({ what: `Neurons beside movement, ${stage}`, fraction }),
  });
  const begin = Math.max(startSeconds, fromSeconds);
  await using project = await Project.open(root);
  await keepDecoded(project, lab.experiment.name, found, {
    name: 'decoded-hand',
    startSeconds: begin,
    unit: 'm',
  });
  return { found, startSeconds: begin };
}

/** Envelopes of the EMG on the time of the first camera's video, a hundred samples a second, without what the filters make of both ends. */
export function muscleActivity({ lab, session, aligned }: ArmExperiment): {
  readonly times: Float64Array;
  readonly names: readonly string[];
  readonly values: Float64Array;
} {
  const [emg] = session.devices.find((d) => d.name === 'emg')!.signals;
  const envelope = emgEnvelope(emg, { smoothHz: 6 });
  const clock = aligned.find((a) => a.name === 'emg')!.clock;
  const [first] = session.cameras;
  const video = aligned.find((a) => a.name === first.name)!.clock;
  const own = timesOf(envelope.time!);
  const names = envelope.dimensions[1].labels!;
  const every = Math.round(lab.settings.emgRate / 100);
  const edge = Math.round(edgeSeconds * lab.settings.emgRate);
  const kept: number[] = [];
  for (let i = edge; i < own.length - edge; i += every) kept.push(i);
  const values = envelope.contiguous();
  return {
    times: Float64Array.from(kept, (i) => video.toDevice(clock.toMaster(own[i])) - first.timestamps[0]),
    names,
    values: Float64Array.from(kept.flatMap((i) => names.map((_, c) => values[i * names.length + c]))),
  };
}

async function writeColumns(
  path: string,
  times: Float64Array,
  names: readonly string[],
  values: Float64Array,
): Promise<void> {
  const k = names.length;
  await writeTable(
    path,
    table([
      { name: 'time', values: times },
      ...names.map((name, c) => ({
        name,
        values: Float64Array.from(times, (_, t) => values[t * k + c]),
      })),
    ]),
  );
}
