import { basename, extname, join } from 'node:path';
import { writePose } from '../../../formats/index.ts';
import { filmsOf } from '../../../lab/index.ts';
import { openFrames } from '../../../media/index.ts';
import { loadPhysics } from '../../../model/body/index.ts';
import type { JudgedClaim } from '../../../project/claims/index.ts';
import { Project } from '../../../project/index.ts';
import { trackStep, trainStep } from '../../../project/steps/index.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import type { Context } from '../../command.ts';
import { demoTraining, type DemoTraining } from '../training.ts';
import { agreementOf, type ArmAgreement } from './agreement.ts';
import { armExperiment, type ArmExperiment } from './experiment.ts';
import { judgeNeurons, neuronsBesideMovement } from './neurons.ts';
import { postureOf, type Posture } from './posture.ts';
import { showBody } from './show-body.ts';

export interface ArmOptions {
  readonly seed: number;
  readonly threads?: number;
  readonly training: DemoTraining;
  /** Of the experiment. */
  readonly seconds: number;
}

export interface ArmResult {
  readonly root: string;
  readonly seconds: number;
  readonly encoding: ArmExperiment['encoding'];
  readonly controller: ArmExperiment['controller'];
  readonly posture: Posture;
  readonly agreement: ArmAgreement;
  readonly judged: JudgedClaim;
  readonly neurons: Awaited<ReturnType<typeof neuronsBesideMovement>>;
}

/**
 * From pictures to a hypothesis about neurons, beside the truth: a trained network moves an arm before two cameras whose clocks drift; its posture is tracked in the
 * pictures, found in space, and fitted by a body with muscles; what made its neurons fire is judged among six accounts.
 */
export async function runArm(root: string, options: ArmOptions, context: Context): Promise<ArmResult> {
  const { console, signal } = context;
  using experiment = await armExperiment(await loadPhysics(), root, options, context);
  const { network, record } = experiment.controller;
  console.line(
    `A network of ${network.units} units learned to move an arm: ${record.score.value.toFixed(1)} mm off after ${record.steps} steps. Filmed ${options.seconds} s of it, with EMG and neurons.`,
  );
  const tracks = await tracksOf(root, experiment, options, context);
  signal.throwIfAborted();
  console.progress({ what: 'Fitting the body', fraction: 0 });
  const posture = postureOf(experiment, tracks);
  using films = filmsOf(experiment.lab, experiment.session);
  const agreement = agreementOf(experiment, films.films, tracks, posture);
  console.line(
    `Joint angles off by ${agreement.joints.reduce((a, j) => a + j.rmsDeg / agreement.joints.length, 0).toFixed(1)} deg in the mean.`,
  );
  await showBody(experiment, posture);
  const judged = await judgeNeurons(experiment, posture, context);
  const neurons = await neuronsBesideMovement(experiment, options, context);
  return {
    root,
    seconds: options.seconds,
    encoding: experiment.encoding,
    controller: experiment.controller,
    posture,
    agreement,
    judged,
    neurons,
  };
}

async function tracksOf(
  root: string,
  { lab }: ArmExperiment,
  options: ArmOptions,
  { console, signal }: Context,
): Promise<PoseTrack[]> {
  await using project = await Project.open(root);
  await trainStep(project, {
    ...demoTraining('arm', options),
    threads: options.threads,
    signal,
    onProgress: ({ stage, fraction, remainingSeconds }) =>
      console.progress({ what: `Training on the arm, ${stage}`, fraction, secondsLeft: remainingSeconds }),
  });
  const { videos } = project.config.recordings.find((r) => r.name === lab.experiment.name)!;
  const tracks: PoseTrack[] = [];
  for (const video of videos) {
    const path = join(root, video);
    await using source = await openFrames(path, { gray: true, cacheDir: project.layout.cache });
    const name = basename(path, extname(path));
    const { track } = await trackStep(project, source, {
      threads: options.threads,
      signal,
      onProgress: (done, total) => console.progress({ what: `Tracking ${name}`, fraction: done / total }),
    });
    await writePose(join(project.layout.tracks, `${name}.csv`), track, { video: path });
    tracks.push(track);
  }
  return tracks;
}
