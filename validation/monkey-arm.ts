import {
  checkPlant,
  linearActivation,
  mujocoMuscle,
  polynomialPaths,
  twoLinkSkeleton,
  type Plant,
} from '../src/model/plant/index.ts';
import type { ReachOptions } from '../src/model/circuit/index.ts';

const middle = [0.48, 1.56] as const;
/** m; positive flexes. */
const momentArms = [
  [0.02, 0],
  [-0.02, 0],
  [0, 0.02],
  [0, -0.02],
  [0.015, 0.02],
  [-0.02, -0.015],
] as const;
const optimalLength = 0.08;
/** N. */
const force = 75;

/**
 * A macaque's arm in a horizontal plane with six muscles: segments, moment arms, joint friction and the muscles' time constant of Kalidindi et al. 2021 (after Cheng
 * and Scott 2000). Theirs have relations of force, length and velocity fitted to cats and strengths that are not told; here they are MuJoCo's, of 75 N, at optimal length in
 * the middle of the workspace.
 */
function monkeyArm(): Plant {
  const names = [
    'shoulder flexor',
    'shoulder extensor',
    'elbow flexor',
    'elbow extensor',
    'biarticular flexor',
    'biarticular extensor',
  ];
  return checkPlant({
    name: "monkey's arm",
    skeleton: twoLinkSkeleton({
      segments: {
        mass: [0.2108, 0.1938],
        length: [0.145, 0.284],
        center: [0.0749, 0.0757],
        inertia: [0.025, 0.045],
      },
    }),
    actuators: {
      names,
      paths: polynomialPaths(
        momentArms.map(([s, e]) => ({
          constant: optimalLength + s * middle[0] + e * middle[1],
          linear: [-s, -e],
        })),
      ),
      muscle: mujocoMuscle(),
      activation: linearActivation({ seconds: 0.05 }),
      maximalForce: names.map(() => force),
      optimalLength: names.map(() => optimalLength),
      slackLength: names.map(() => 0),
    },
    damping: [0.5, 0.1],
    limits: { kind: 'hard', low: [-1, 0], high: [2.5, 2.7] },
    stepSeconds: 0.01,
    integrator: 'semi-implicit',
    forceDelaySteps: 0,
  });
}

const late = { delaySeconds: 0.05 };

/** The arm, where its hand starts (m: the shoulder at 27 degrees, the elbow at 90), and what the published network is told of it. */
export const monkeyBody = {
  plant: monkeyArm(),
  center: [0, 0.32],
  senses: [
    { of: 'joint position', ...late },
    { of: 'joint velocity', ...late },
    { of: 'activation', ...late },
  ],
} satisfies ReachOptions;
