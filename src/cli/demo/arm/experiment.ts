import { join } from 'node:path';
import {
  filmsOf,
  networkDriver,
  recordSession,
  simulateLaboratory,
  type Laboratory,
  type Session,
} from '../../../lab/index.ts';
import { Random } from '../../../math/random.ts';
import type { LensCamera } from '../../../math/lens.ts';
import type { Physics } from '../../../model/body/index.ts';
import type { TrainedNetwork } from '../../../model/circuit/index.ts';
import { exists } from '../../../project/index.ts';
import type { Context } from '../../command.ts';
import { alignSession, type Aligned } from '../../laboratory/align.ts';
import { writeLaboratory } from '../../laboratory/write-project.ts';
import { keepController, keptController, trainController } from './controller.ts';

/** What the demo's neurons may encode: accounts that can be made from video and muscles, and so can be put to the test. */
const possible = [
  'velocity',
  'spindle',
  'position',
  'muscle-length',
  'acceleration',
  'muscle-activity',
] as const;

/** An arm that a network moves, filmed and recorded: what is known of it, and where it lies as a project. */
export interface ArmExperiment extends Disposable {
  readonly root: string;
  readonly lab: Laboratory;
  readonly session: Session;
  readonly aligned: readonly Aligned[];
  readonly cameras: readonly LensCamera[];
  /** What really made the neurons fire. */
  readonly encoding: (typeof possible)[number];
  /** What moved the arm. */
  readonly controller: TrainedNetwork;
}

/** Trains a network that moves an arm, and simulates the experiment with two cameras, EMG and neurons, each on its own clock, and writes it as a project; an earlier run's is kept. */
export async function armExperiment(
  physics: Physics,
  root: string,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
  context: Context,
): Promise<ArmExperiment> {
  const encoding = possible[new Random(`demo/${seed}/encoding`).integer(possible.length)];
  const kept = await keptController(root);
  const controller = kept ?? (await trainController(seed, context));
  const lab = simulateLaboratory(
    physics,
    {
      experiment: 'tabletop',
      seconds,
      seed: seed + 1,
      cameras: 2,
      encoding: [encoding],
      neurons: 24,
      meanRate: 20,
    },
    networkDriver(controller),
  );
  const session = recordSession(lab);
  const aligned = alignSession(session, seconds);
  using films = filmsOf(lab, session);
  if (!(await exists(join(root, 'truth', 'clocks.json'))))
    await writeLaboratory(root, lab, session, films.films, aligned, { labeled: 25 }, context);
  if (!kept) await keepController(root, controller);
  return {
    root,
    lab,
    session,
    aligned,
    cameras: films.films.map((f) => f.camera),
    encoding,
    controller,
    [Symbol.dispose]: () => lab[Symbol.dispose](),
  };
}
