import {
  channel,
  curlField,
  deGrooteMuscle,
  elasticField,
  eulerSteps,
  forcedPointMass,
  fourMusclePointMass,
  handForce,
  hillMuscle,
  jointTorque,
  mujocoMuscle,
  reluMuscle,
  sixMuscleArm,
  thelenMuscle,
  torqueArm,
  viscousField,
  type BodyOptions,
  type JointLimits,
  type Load,
  type Muscle,
  type Plant,
} from '../../../src/model/plant/index.ts';

export const muscles: readonly Muscle[] = [
  hillMuscle(),
  hillMuscle({ velocityUnit: 10 }),
  thelenMuscle,
  mujocoMuscle(),
  deGrooteMuscle,
  reluMuscle,
];

export interface PlantCase {
  readonly name: string;
  readonly plant: Plant;
  readonly loads: readonly Load[];
}

const softArm: JointLimits = { kind: 'soft', low: [0.5, 1], high: [1, 1.6], stiffness: [40, 25] };
const softBox: JointLimits = { kind: 'soft', low: [-0.1, -0.1], high: [0.1, 0.1], stiffness: [900, 700] };
const nearArm: JointLimits = { kind: 'hard', low: [0.6, 1], high: [0.95, 1.5] };
const nearBox: JointLimits = { kind: 'hard', low: [-0.3, -0.3], high: [0.3, 0.3] };

interface Variant {
  readonly name: string;
  readonly options: BodyOptions & { readonly payload?: number; readonly motorSeconds?: number };
  readonly loads?: readonly Load[];
}

const variants = (soft: JointLimits, near: JointLimits): readonly Variant[] => [
  { name: 'defaults', options: {} },
  { name: 'Euler steps', options: eulerSteps },
  { name: 'explicit, short steps', options: { integrator: 'explicit', stepSeconds: 0.002 } },
  { name: 'late force, hard limits hit', options: { forceDelaySteps: 1, limits: near } },
  {
    name: 'gravity, damping, payload, soft limits, filter',
    options: { gravity: 9.81, damping: [0.4, 0.3], payload: 0.7, limits: soft, motorSeconds: 0.03 },
  },
  {
    name: 'loads',
    options: { limits: 'none' },
    loads: [
      curlField(7),
      viscousField(3, { trials: [1] }),
      elasticField(60, [0.1, 0.4], { fromSeconds: 0.03 }),
      channel({ from: [0, 0.3], to: [0.1, 0.5], stiffness: 200, damping: 5 }, { trials: [0] }),
      handForce([3, -2], { fromSeconds: 0.02, toSeconds: 0.06 }),
      jointTorque([0.2, -0.3], { toSeconds: 0.05, trials: [1] }),
    ],
  },
];

/** Every body with every muscle under every option. */
export const plantCases: readonly PlantCase[] = [
  ...variants(softArm, nearArm).flatMap(({ name, options, loads = [] }) => [
    ...muscles.map((muscle) => ({ plant: sixMuscleArm({ ...options, muscle }), name, loads })),
    { plant: torqueArm(options as object), name, loads },
  ]),
  ...variants(softBox, nearBox).flatMap(({ name, options, loads = [] }) => [
    ...muscles.map((muscle) => ({ plant: fourMusclePointMass({ ...options, muscle }), name, loads })),
    { plant: forcedPointMass(options as object), name, loads },
  ]),
].map(({ plant, name, loads }) => ({ plant, loads, name: `${plant.name}: ${name}` }));
