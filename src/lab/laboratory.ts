import { Random } from '../math/random.ts';
import type { BodyModel } from '../model/body/engine/model.ts';
import type { Physics } from '../model/body/engine/physics.ts';
import type { Provenance } from '../signal/provenance.ts';
import { driverCalled } from './drive/drivers.ts';
import type { Driver } from './drive/driver.ts';
import type { Experiment } from './experiments/experiment.ts';
import { experimentCalled } from './experiments/experiments.ts';
import { laboratorySettings, type LaboratoryOptions, type LaboratorySettings } from './settings.ts';
import { truthOf, type Truth } from './truth.ts';

/** An experiment that took place, with all that is true about it. Holds a body of the physics engine: dispose of it. */
export interface Laboratory extends Disposable {
  readonly settings: LaboratorySettings;
  readonly experiment: Experiment;
  readonly driver: Driver;
  readonly model: BodyModel;
  readonly truth: Truth;
  readonly provenance: Provenance;
}

/**
 * The stream of random numbers of one part of the laboratory: turning one knob leaves the draws of the others as they were.
 *
 * @param part for instance `task`, `clock emg`.
 */
export function streamOf({ experiment, seed }: LaboratorySettings, part: string): Random {
  return new Random(`laboratory ${experiment} ${seed} ${part}`);
}

/**
 * Lets an experiment take place: a body moves as its driver has it, and everything about it is known. `own` is a driver that no name stands for: a trained
 * network. Throws `UsageError` for settings that
 * do not fit.
 */
export function simulateLaboratory(
  physics: Physics,
  options: LaboratoryOptions = {},
  own?: Driver,
): Laboratory {
  const settings = laboratorySettings(options);
  const experiment = experimentCalled(settings.experiment);
  const driver = own ?? driverCalled(settings.driver ?? experiment.driver);
  const provenance: Provenance = { step: 'lab', options: { ...settings, driver: driver.name } };
  const model = physics.compile(experiment.body(), { name: experiment.name });
  try {
    const assignment = experiment.assign(model, settings, streamOf(settings, 'task'));
    const truth = truthOf(experiment, assignment, driver.drive(assignment), provenance);
    return {
      settings,
      experiment,
      driver,
      model,
      truth,
      provenance,
      [Symbol.dispose]: () => model[Symbol.dispose](),
    };
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  }
}
