import type { Task } from '../task.ts';
import { cycling } from './cycling.ts';
import { forceField, posturePerturbation } from './disturbed.ts';
import { flipFlop } from './flip-flop.ts';
import { outAndBack } from './out-and-back.ts';
import { multiTask } from './multi-task.ts';
import { muscleActivity } from './muscle-activity.ts';
import { centerOut, delayedReach } from './reach.ts';
import { readySetGo } from './timing.ts';

/** A task by name, and how it is made with its defaults or with options of its own. */
export interface TaskRecord {
  readonly name: string;
  readonly summary: string;
  readonly make: (options?: never) => Task;
}

/** Every task. A new one is a file and a line here; one conformance suite then tests it. */
export const tasks: readonly TaskRecord[] = [
  { name: 'center-out', summary: 'reach from one place to targets around it', make: centerOut },
  { name: 'delayed reach', summary: 'see the target, hold, reach when told', make: delayedReach },
  {
    name: 'posture perturbation',
    summary: 'hold the hand against loads that come unforeseen',
    make: posturePerturbation,
  },
  {
    name: 'force field',
    summary: 'reach in a velocity-dependent field, with catch trials',
    make: forceField,
  },
  { name: 'out-and-back', summary: 'reach to targets around one place, and return', make: outAndBack },
  { name: 'cycling', summary: 'go around a circle at a given speed and direction', make: cycling },
  {
    name: 'muscle activity',
    summary: 'reproduce muscles from an input that names the condition',
    make: muscleActivity,
  },
  { name: 'ready-set-go', summary: 'measure an interval and produce it', make: readySetGo },
  { name: 'flip-flop', summary: 'hold bits that pulses set', make: flipFlop },
  { name: 'multi-task', summary: 'six tasks in one network, told by a rule', make: multiTask },
];
