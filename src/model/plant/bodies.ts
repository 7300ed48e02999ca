import {
  eulerActivation,
  exactActivation,
  instantActivation,
  linearActivation,
  type Activation,
} from './activation.ts';
import type { JointLimits } from './limits.ts';
import { hillMuscle } from './muscles/hill.ts';
import type { Muscle } from './muscles/muscle.ts';
import { motor, reluMuscle } from './muscles/relu.ts';
import { polynomialPaths, type Pair, type PolynomialPath } from './paths/polynomial.ts';
import { straightPaths } from './paths/straight.ts';
import { checkPlant, type Plant } from './plant.ts';
import { pointMassSkeleton } from './skeletons/point-mass.ts';
import { twoLinkSkeleton, type Segments } from './skeletons/two-link.ts';

export interface BodyOptions {
  /** Default 0.01 s. */
  readonly stepSeconds?: number;
  /** `exact` (default) and `euler` are Thelen's dynamics with the muscle's time constants; or any other dynamics. */
  readonly activation?: 'exact' | 'euler' | Activation;
  /** Default `semi-implicit`. */
  readonly integrator?: Plant['integrator'];
  /** Default 0: the force of a step acts in that step. */
  readonly forceDelaySteps?: Plant['forceDelaySteps'];
  /** Torque = -damping x velocity; N m s/rad or N s/m. Default: none. */
  readonly damping?: Pair;
  /** Default: the body's own hard limits; `none` for none. */
  readonly limits?: JointLimits | 'none';
  /** m/s^2 towards -y. Default 0: movement in a horizontal plane. */
  readonly gravity?: number;
}

export interface ArmOptions extends BodyOptions {
  /** Default: Nijhof and Kouwenhoven's (2000). */
  readonly segments?: Segments;
  /** Mass in the hand, kg. */
  readonly payload?: number;
}

/**
 * The options under which a body steps like simulators that take one explicit Euler step of everything: activation overshoots, the force of
 * a step acts in the next, positions move with the old velocity. For agreement with results from them.
 */
export const eulerSteps = {
  activation: 'euler',
  integrator: 'explicit',
  forceDelaySteps: 1,
} as const satisfies BodyOptions;

const degrees = Math.PI / 180;

const armLimits: JointLimits = { kind: 'hard', low: [0, 0], high: [135 * degrees, 155 * degrees] };

/** The six muscles of Nijhof and Kouwenhoven's arm: two at the shoulder, two at the elbow, two over both. */
const armMuscles = {
  names: ['pectoralis', 'deltoid', 'brachioradialis', 'triceps lateral', 'biceps', 'triceps long'],
  maximalForce: [838, 1207, 1422, 1549, 414, 603],
  optimalLength: [0.134, 0.14, 0.092, 0.093, 0.137, 0.127],
  slackLength: [0.039, 0.066, 0.172, 0.187, 0.204, 0.217],
} as const;

const armPaths: readonly PolynomialPath[] = [
  { constant: 0.151, linear: [-0.03, 0] },
  { constant: 0.2322, linear: [0.03, 0] },
  { constant: 0.2859, linear: [0, -0.014], quadratic: [0, -0.004] },
  { constant: 0.2355, linear: [0, 0.025], quadratic: [0, -0.0022] },
  { constant: 0.3329, linear: [-0.03, -0.016], quadratic: [0, -0.0057] },
  { constant: 0.2989, linear: [0.03, 0.03], quadratic: [0, -0.0032] },
];

const muscleActivation = (muscle: Muscle, { activation = 'exact' }: BodyOptions): Activation => {
  if (typeof activation !== 'string') return activation;
  const constants = { ...muscle, minimum: muscle.minimumActivation };
  return activation === 'exact' ? exactActivation(constants) : eulerActivation(constants);
};

const rest = (options: BodyOptions, limits: JointLimits): Omit<Plant, 'name' | 'skeleton' | 'actuators'> => ({
  damping: options.damping ?? [0, 0],
  limits: options.limits === 'none' ? undefined : (options.limits ?? limits),
  stepSeconds: options.stepSeconds ?? 0.01,
  integrator: options.integrator ?? 'semi-implicit',
  forceDelaySteps: options.forceDelaySteps ?? 0,
});

/**
 * The planar arm with six muscles (Nijhof and Kouwenhoven 2000): shoulder 0 to 135 degrees, elbow 0 to 155, no damping but the muscles'. Any
 * `muscle` of this folder; Hill's by default. Excitations are in [0, 1]. Throws `UsageError` where the options do not fit.
 */
export function sixMuscleArm(options: ArmOptions & { readonly muscle?: Muscle } = {}): Plant {
  const { muscle = hillMuscle() } = options;
  return checkPlant({
    name: `six-muscle arm (${muscle.name})`,
    skeleton: twoLinkSkeleton(options),
    actuators: {
      ...armMuscles,
      paths: polynomialPaths(armPaths, [Math.PI / 2, 0]),
      muscle,
      activation: muscleActivation(muscle, options),
    },
    ...rest(options, armLimits),
  });
}

/** Motors that turn one coordinate each; their "length" is minus the coordinate. */
const motors = (names: Pair | readonly [string, string], maximal: Pair, activation: Activation) => ({
  names: names as readonly [string, string],
  paths: polynomialPaths([
    { constant: 0, linear: [-1, 0] },
    { constant: 0, linear: [0, -1] },
  ]),
  muscle: motor,
  activation,
  maximalForce: maximal,
  optimalLength: [1, 1],
  slackLength: [-1000, -1000],
});

export interface MotorOptions {
  /** Torque (N m) or force (N) of a full command. */
  readonly maximal?: Pair;
  /** Time constant of the motors' low-pass filter, s. Default 0: none. */
  readonly motorSeconds?: number;
}

const motorActivation = ({ motorSeconds = 0 }: MotorOptions): Activation =>
  motorSeconds === 0 ? instantActivation() : linearActivation({ seconds: motorSeconds, range: [-1, 1] });

/** The planar arm driven by a motor at each joint, commands in [-1, 1]. Default at most 10 N m each. */
export function torqueArm(options: Omit<ArmOptions, 'activation'> & MotorOptions = {}): Plant {
  return checkPlant({
    name: 'torque-driven arm',
    skeleton: twoLinkSkeleton(options),
    actuators: motors(
      ['shoulder motor', 'elbow motor'],
      options.maximal ?? [10, 10],
      motorActivation(options),
    ),
    ...rest(options, armLimits),
  });
}

export interface PointMassOptions extends BodyOptions {
  /** kg. Default 1. */
  readonly mass?: number;
}

const box: JointLimits = { kind: 'hard', low: [-1, -1], high: [1, 1] };

/**
 * A mass in a plane pulled by four muscles (500 N) from the corners (2, 2), (-2, 2), (2, -2), (-2, -2) m; it stays within 1 m of the
 * origin in x and y. Optimal lengths are those at the origin. Muscle: ReLU by default.
 */
export function fourMusclePointMass(options: PointMassOptions & { readonly muscle?: Muscle } = {}): Plant {
  const { muscle = reluMuscle } = options;
  const anchors: readonly Pair[] = [
    [2, 2],
    [-2, 2],
    [2, -2],
    [-2, -2],
  ];
  return checkPlant({
    name: `four-muscle point mass (${muscle.name})`,
    skeleton: pointMassSkeleton(options),
    actuators: {
      names: ['right up', 'left up', 'right down', 'left down'],
      paths: straightPaths(anchors),
      muscle,
      activation: muscleActivation(muscle, options),
      maximalForce: anchors.map(() => 500),
      optimalLength: anchors.map(() => Math.SQRT2),
      slackLength: anchors.map(() => Math.SQRT2),
    },
    ...rest(options, box),
  });
}

/** A mass in a plane pushed by a force, commands in [-1, 1] for x and y. Default at most 10 N each. */
export function forcedPointMass(options: Omit<PointMassOptions, 'activation'> & MotorOptions = {}): Plant {
  return checkPlant({
    name: 'forced point mass',
    skeleton: pointMassSkeleton(options),
    actuators: motors(['force x', 'force y'], options.maximal ?? [10, 10], motorActivation(options)),
    ...rest(options, box),
  });
}
