import { InputError } from '../../signal/error.ts';
import { Loop } from './loop.ts';
import type { Network } from './network.ts';
import type { Task, Trials } from './task.ts';

/** A movement that was, at the task's steps. */
export interface PastMovement {
  /** `time x coordinate`, rad or m, of the task's body. */
  readonly positions: Float64Array;
  /** What the network is told meanwhile, `time x input` in the order of `inputNames`. */
  readonly inputs: Float64Array;
}

/** Steps of a piece that is run by itself, pieces side by side, and seconds of the movement before it in which the network forgets how it started. */
const pieceSteps = 1000;
const leadSeconds = 1;
const piecesTogether = 16;

/** Coordinates may be beyond the body's limits by this much, rad or m: more is another unit or another frame. */
const slack = 0.2;

/**
 * What a controller's units do while its body is moved as it was, not as the controller would: at every step the body is put where the movement has it, the senses tell of that with
 * their delays, and the muscles have the activation that the network gives them. A hypothesis about neurons beside a movement that was recorded.
 *
 * @returns rates, `time x unit`. The first second starts from rest at the first posture. Throws `InputError` for a task without a body, and a posture that is
 *   missing or beyond the joints' limits by 0.2.
 */
export function ratesWhileMoved(network: Network, task: Task, movement: PastMovement): Float64Array {
  const { positions, inputs } = movement;
  if (!task.body) {
    throw new InputError('the network has no body that could be moved', {
      where: `task "${task.name}"`,
      expected: 'a network that was trained with a body',
    });
  }
  const { plant } = task.body;
  checkPositions(plant, positions);
  const h = task.stepSeconds;
  const times = positions.length / 2;
  const told = task.inputNames.length;
  const lead = Math.round(leadSeconds / h);
  const steps = lead + pieceSteps;
  const rates = new Float64Array(times * network.units);
  const clamped = (t: number): number => Math.max(0, Math.min(times - 1, t));
  const pieces = Math.ceil(times / pieceSteps);
  for (let first = 0; first < pieces; first += piecesTogether) {
    const batch = Math.min(piecesTogether, pieces - first);
    const timeAt = (k: number, b: number): number => clamped((first + b) * pieceSteps - lead + k);
    const trials: Trials = {
      batch,
      steps,
      inputs: new Float64Array(steps * batch * told),
      desired: new Float64Array(0),
      importance: new Float64Array(0),
      start: Float64Array.from({ length: 2 * batch }, (_, i) =>
        within(plant, positions[2 * timeAt(0, i >> 1) + (i & 1)], i & 1),
      ),
      condition: new Int32Array(batch),
      conditionNames: ['movement'],
      events: {},
    };
    for (let k = 0; k < steps; k++) {
      for (let b = 0; b < batch; b++) {
        const t = timeAt(k, b);
        trials.inputs.set(inputs.subarray(t * told, (t + 1) * told), (k * batch + b) * told);
      }
    }
    const loop = new Loop(network, { ...task, steps }, batch, { gradient: false });
    loop.run(trials, {
      intervention: {
        // Before the senses tell of it.
        taskInputs(k) {
          const motion = loop.rollout!.motionAt(k);
          for (let b = 0; b < batch; b++) {
            const t = timeAt(k, b);
            const [before, after] = [clamped(t - 1), clamped(t + 1)];
            for (let j = 0; j < 2; j++) {
              motion[4 * b + j] = positions[2 * t + j];
              motion[4 * b + 2 + j] =
                (positions[2 * after + j] - positions[2 * before + j]) / (Math.max(1, after - before) * h);
            }
          }
        },
      },
    });
    for (let k = lead; k < steps; k++) {
      for (let b = 0; b < batch; b++) {
        const t = (first + b) * pieceSteps - lead + k;
        if (t >= times) continue;
        const row = loop.at('rate', k + 1).subarray(b * network.units, (b + 1) * network.units);
        rates.set(row, t * network.units);
      }
    }
  }
  return rates;
}

type Body = NonNullable<Task['body']>['plant'];

function within({ limits }: Body, value: number, j: number): number {
  return limits?.kind === 'hard' ? Math.max(limits.low[j], Math.min(limits.high[j], value)) : value;
}

function checkPositions(plant: Body, positions: Float64Array): void {
  const { coordinates, positionUnit } = plant.skeleton;
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i];
    if (Math.abs(value - within(plant, value, i & 1)) <= slack) continue;
    const { limits } = plant;
    throw new InputError('the body cannot be in this posture', {
      where: `time ${(i >> 1) + 1}, ${coordinates[i & 1]}`,
      expected:
        limits?.kind === 'hard'
          ? `${limits.low[i & 1].toFixed(2)} to ${limits.high[i & 1].toFixed(2)} ${positionUnit}`
          : `a finite value, ${positionUnit}`,
      got: `${value}`,
      fix: 'Give the coordinates in the unit and the frame of the body.',
    });
  }
}
