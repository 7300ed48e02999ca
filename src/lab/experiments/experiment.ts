import type { BodyModel } from '../../model/body/engine/model.ts';
import type { Random } from '../../math/random.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import type { Stage } from '../camera/stage.ts';
import type { Assignment } from '../drive/driver.ts';
import type { LaboratorySettings } from '../settings.ts';

/** What happens in the laboratory: one record. */
export interface Experiment {
  readonly name: LaboratorySettings['experiment'];
  readonly title: string;
  readonly species: string;
  /** The MJCF of the body that takes part. */
  readonly body: () => string;
  /** Its markers that are followed: sites of the body. */
  readonly skeleton: Skeleton;
  /** The marker that a task is about: the hand, the nose. */
  readonly effector: string;
  /** The usual one of `drivers`. */
  readonly driver: string;
  /** Steps of the truth a second. */
  readonly rate: number;
  /** How it looks to the cameras. */
  readonly stage: Stage;
  assign(model: BodyModel, settings: LaboratorySettings, random: Random): Assignment;
}
