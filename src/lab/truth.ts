import { fiberScales } from '../model/body/dynamics/fibers.ts';
import { Muscles } from '../model/body/dynamics/muscles.ts';
import { mileusnicSpindle } from '../model/senses/spindles.ts';
import { sense } from '../model/senses/sense.ts';
import { tendonOrgan } from '../model/senses/tendon-organ.ts';
import { Events } from '../signal/events.ts';
import { poseTrack, type PoseTrack } from '../signal/pose.ts';
import type { Provenance } from '../signal/provenance.ts';
import { Signal } from '../signal/signal.ts';
import { regularTime, type TimeAxis } from '../signal/time.ts';
import type { Assignment, Movement } from './drive/driver.ts';
import type { Experiment } from './experiments/experiment.ts';

/** Gamma drive of the simulated spindles, pulses/s. */
const gamma = { dynamic: 70, static: 70 };

/** Everything about the movement as it really was, on the master clock. No value is missing. */
export interface Truth {
  readonly movement: Movement;
  readonly time: TimeAxis;
  /** Time x joint, rad: hinges and slides (m). */
  readonly jointAngles: Signal;
  /** The followed markers in the world, m. */
  readonly markers: PoseTrack;
  /** Time x muscle. Lengths and velocities are of the fibers, in optimal lengths and optimal lengths/s, lengthening is positive; forces in N. */
  readonly activations: Signal;
  readonly muscleLengths: Signal;
  readonly muscleVelocities: Signal;
  readonly forces: Signal;
  /** Time x muscle, pulses/s. */
  readonly primaries: Signal;
  readonly secondaries: Signal;
  readonly tendonOrgans: Signal;
  /** Trials, targets, footfalls. */
  readonly events: Events;
}

/** What follows from a movement: places, muscles, forces and senses. */
export function truthOf(
  experiment: Experiment,
  { model, events }: Pick<Assignment, 'model' | 'events'>,
  movement: Movement,
  provenance: Provenance,
): Truth {
  const { rate, steps, muscles: names, positions, velocities, activations } = movement;
  const { nq, nv, na } = model.sizes;
  const muscles = new Muscles(model);
  const n = names.length;
  const fibers = fiberScales(model, muscles);
  const { skeleton } = experiment;
  const sites = skeleton.keypoints.map((name) => model.index('sites', name));
  const [lengths, speeds, forces] = [0, 1, 2].map(() => new Float64Array(steps * n));
  const places = new Float64Array(steps * sites.length * 3);
  using simulation = model.simulate();
  for (let t = 0; t < steps; t++) {
    simulation.set('qpos', positions.subarray(t * nq, (t + 1) * nq));
    simulation.set('qvel', velocities.subarray(t * nv, (t + 1) * nv));
    // Every actuator of these bodies is a muscle with one state.
    simulation.set('act', activations.subarray(t * na, (t + 1) * na));
    simulation.forward();
    const [length, velocity, force, place] = (
      ['actuator_length', 'actuator_velocity', 'actuator_force', 'site_xpos'] as const
    ).map((field) => simulation.get(field));
    muscles.indices.forEach((i, m) => {
      const { shortest, first, optimal } = fibers[m];
      lengths[t * n + m] = first + (length[i] - shortest) / optimal;
      speeds[t * n + m] = velocity[i] / optimal;
      forces[t * n + m] = -force[i];
    });
    sites.forEach((site, k) => {
      places.set(place.subarray(3 * site, 3 * site + 3), 3 * (t * sites.length + k));
    });
  }
  const time = regularTime(steps, rate);
  const over = (name: string, labels: readonly string[], values: Float64Array, unit: string): Signal =>
    new Signal({
      name: `true ${name}`,
      dimensions: [
        { name: 'time', size: steps },
        { name: 'channel', size: labels.length, labels },
      ],
      values,
      unit,
      time,
      provenance,
    });
  const stimulus = { stepSeconds: 1 / rate, channels: n };
  const [primary, secondary] = sense(
    mileusnicSpindle,
    { ...stimulus, values: { length: lengths } },
    { gamma },
  );
  const [tendon] = sense(tendonOrgan, { ...stimulus, values: { force: forces } });
  const hinges = model.joints.filter(({ type }) => type === 'hinge' || type === 'slide');
  const angles = new Float64Array(steps * hinges.length);
  hinges.forEach(({ position }, j) => {
    for (let t = 0; t < steps; t++) angles[t * hinges.length + j] = positions[t * nq + position];
  });
  return {
    movement,
    time,
    jointAngles: over(
      'joint angles',
      hinges.map((j) => j.name),
      angles,
      'rad',
    ),
    markers: poseTrack({
      name: 'true markers',
      skeleton,
      space: 3,
      unit: 'm',
      positions: places,
      time,
      provenance,
    }),
    activations: over('activations', names, activations, '1'),
    muscleLengths: over('muscle lengths', names, lengths, '1'),
    muscleVelocities: over('muscle velocities', names, speeds, '1/s'),
    forces: over('muscle forces', names, forces, 'N'),
    primaries: over('primary afferents', names, primary.values, '1/s'),
    secondaries: over('secondary afferents', names, secondary.values, '1/s'),
    tendonOrgans: over('tendon organs', names, tendon.values, '1/s'),
    events: new Events(events, { name: 'true events', provenance }),
  };
}
