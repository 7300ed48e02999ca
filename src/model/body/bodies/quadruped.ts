import { element } from '../mjcf/write.ts';
import { marker } from './muscle.ts';

/**
 * A mouse-sized quadruped with toes: a free trunk with a bending back, neck, head and tail; each forelimb with shoulder (3), elbow,
 * wrist and toes, each hindlimb with hip (3), knee, ankle and toes; 40 degrees of freedom, 40 muscles. Lengths are those of an adult mouse
 * (body about 90 mm, 25 g) to a few mm; muscles have constant moment arms (fixed tendons),
 * and their peak forces are order of magnitude. World frame: x forward, y to the left, z
 * up, floor at 0. All angles are zero in the standing posture.
 */
export interface QuadrupedOptions {
  /** All lengths times this; masses go with its cube. Default 1. */
  readonly scale?: number;
}

type Vector = readonly [number, number, number];
const degrees = Math.PI / 180;
const sides = [
  { name: 'left', sign: 1 },
  { name: 'right', sign: -1 },
] as const;

interface Segment {
  readonly name: string;
  /** From the joint to the next one, in the standing posture's world axes, m. */
  readonly to: Vector;
  readonly radius: number;
  readonly mass: number;
  /** Hinges: name, axis, range in degrees. The lateral component of the axis is mirrored on the right. */
  readonly joints: readonly (readonly [string, Vector, number, number])[];
}

const hindlimb: readonly Segment[] = [
  {
    name: 'femur',
    to: [0.011, 0.002, -0.011],
    radius: 0.003,
    mass: 0.0007,
    joints: [
      ['hip_flexion', [0, -1, 0], -60, 60],
      ['hip_abduction', [1, 0, 0], -25, 40],
      ['hip_rotation', [0, 0, 1], -30, 30],
    ],
  },
  {
    name: 'tibia',
    to: [-0.013, 0, -0.012],
    radius: 0.002,
    mass: 0.0004,
    joints: [['knee', [0, 1, 0], -50, 70]],
  },
  {
    name: 'foot',
    to: [0.009, 0, -0.005],
    radius: 0.0012,
    mass: 0.0001,
    joints: [['ankle', [0, -1, 0], -60, 60]],
  },
  {
    name: 'toes',
    to: [0.006, 0, -0.0005],
    radius: 0.001,
    mass: 0.00004,
    joints: [['toe', [0, -1, 0], -60, 60]],
  },
];
const forelimb: readonly Segment[] = [
  {
    name: 'humerus',
    to: [-0.006, 0.001, -0.011],
    radius: 0.0025,
    mass: 0.0004,
    joints: [
      ['shoulder_flexion', [0, -1, 0], -60, 60],
      ['shoulder_abduction', [1, 0, 0], -25, 40],
      ['shoulder_rotation', [0, 0, 1], -30, 30],
    ],
  },
  {
    name: 'radius',
    to: [0.005, 0, -0.014],
    radius: 0.0016,
    mass: 0.0002,
    joints: [['elbow', [0, -1, 0], -50, 70]],
  },
  {
    name: 'hand',
    to: [0.003, 0, -0.004],
    radius: 0.001,
    mass: 0.00006,
    joints: [['wrist', [0, -1, 0], -60, 60]],
  },
  {
    name: 'fingers',
    to: [0.004, 0, -0.0005],
    radius: 0.0009,
    mass: 0.00002,
    joints: [['finger', [0, -1, 0], -60, 60]],
  },
];

/** Muscles of a limb, at the joint's number in its segments: peak force, N, and moment arm, m. They come in pairs, one each way. */
const limbMuscles = [
  { segment: 0, joint: 0, pair: ['flexor', 'extensor'], force: 1.2, arm: 0.003 },
  { segment: 0, joint: 1, pair: ['abductor', 'adductor'], force: 0.6, arm: 0.003 },
  { segment: 1, joint: 0, pair: ['flexor', 'extensor'], force: 1, arm: 0.002 },
  { segment: 2, joint: 0, pair: ['flexor', 'extensor'], force: 0.6, arm: 0.0015 },
  { segment: 3, joint: 0, pair: ['flexor', 'extensor'], force: 0.2, arm: 0.0008 },
] as const;

/** `hip` of `hip_flexion`. */
const stem = (joint: string): string => joint.replace(/_.*/, '');

/** The quadruped's MJCF. Markers: nose, ears, shoulders, back, hips, four of the tail, and each joint of each limb with its tip. */
export function quadruped({ scale = 1 }: QuadrupedOptions = {}): string {
  const tendons: string[] = [];
  const actuators: string[] = [];
  const s = (v: number): number => Number((v * scale).toPrecision(6));
  const v = (p: readonly number[]): number[] => p.map(s);
  const kilograms = (m: number): number => Number((m * scale ** 3).toPrecision(6));
  const hinge = (name: string, axis: readonly number[], low: number, high: number): string =>
    element('joint', {
      name,
      axis,
      limited: true,
      range: [low * degrees, high * degrees],
      damping: Number((2e-6 * scale ** 4).toPrecision(3)),
      armature: Number((1e-8 * scale ** 5).toPrecision(3)),
    });
  const capsule = (to: readonly number[], radius: number, mass: number, collides = false): string =>
    element('geom', {
      type: 'capsule',
      fromto: [0, 0, 0, ...v(to)],
      size: s(radius),
      mass: kilograms(mass),
      contype: 0,
      conaffinity: collides ? 1 : 0,
    });

  const limb = (
    prefix: string,
    segments: readonly Segment[],
    side: (typeof sides)[number],
    at: Vector,
  ): string => {
    const mirrored = ([x, y, z]: Vector): Vector => [x, y * side.sign, z];
    // A mirrored hinge about an axis in the sagittal plane turns the other way.
    const mirroredAxis = ([x, y, z]: Vector): Vector => [x * side.sign, y, z * side.sign];
    const named = (what: string): string => `${what}_${side.name}`;
    for (const { segment, joint, pair, force, arm } of limbMuscles) {
      const [name, , low, high] = segments[segment].joints[joint];
      pair.forEach((kind, k) => {
        // A positive moment arm lengthens with the angle: that of an extensor.
        const coefficient = s(k === 0 ? -arm : arm);
        const ends = [low, high].map((angle) => angle * degrees * coefficient).sort((a, b) => a - b);
        const muscle = named(`${stem(name)}_${kind}`);
        tendons.push(
          element('fixed', { name: muscle }, element('joint', { joint: named(name), coef: coefficient })),
        );
        actuators.push(
          element('muscle', {
            name: muscle,
            tendon: muscle,
            force: Number((force * scale ** 2).toPrecision(6)),
            lengthrange: ends.map((l) => Number(l.toPrecision(6))),
            ctrllimited: true,
            ctrlrange: [0, 1],
          }),
        );
      });
    }
    const build = (i: number, pos: Vector): string => {
      const { name, to, radius, mass, joints } = segments[i];
      const end = mirrored(to);
      return element(
        'body',
        { name: named(name), pos: v(pos) },
        joints.map(([joint, axis, low, high]) => hinge(named(joint), mirroredAxis(axis), low, high)),
        capsule(end, radius, mass, i >= 2),
        marker(named(stem(joints[0][0])), [0, 0, 0]),
        i + 1 < segments.length
          ? build(i + 1, end)
          : marker(named(prefix === 'hind' ? 'toe_tip' : 'finger_tip'), v(end)),
      );
    };
    return build(0, mirrored(at));
  };
  const pair = (prefix: string, segments: readonly Segment[], at: Vector): string[] =>
    sides.map((side) => limb(prefix, segments, side, at));

  const pelvis = [
    element('freejoint', { name: 'trunk' }),
    element('geom', {
      type: 'ellipsoid',
      size: v([0.02, 0.013, 0.013]),
      mass: kilograms(0.009),
      contype: 0,
      conaffinity: 0,
    }),
    marker('back', v([0, 0, 0.014])),
    marker('hips', v([-0.018, 0, 0.008])),
    pair('hind', hindlimb, [-0.014, 0.008, -0.004]),
    element(
      'body',
      { name: 'tail_base', pos: v([-0.022, 0, 0.002]) },
      hinge('tail_yaw', [0, 0, 1], -70, 70),
      hinge('tail_pitch', [0, 1, 0], -50, 50),
      capsule([-0.03, 0, 0], 0.002, 0.0004),
      marker('tail_base', [0, 0, 0]),
      marker('tail_middle', v([-0.03, 0, 0])),
      element(
        'body',
        { name: 'tail_end', pos: v([-0.03, 0, 0]) },
        hinge('tail_end_yaw', [0, 0, 1], -70, 70),
        hinge('tail_end_pitch', [0, 1, 0], -50, 50),
        capsule([-0.035, 0, 0], 0.0012, 0.0002),
        marker('tail_tip', v([-0.035, 0, 0])),
      ),
    ),
    element(
      'body',
      { name: 'chest', pos: v([0.016, 0, 0]) },
      hinge('back_yaw', [0, 0, 1], -35, 35),
      hinge('back_pitch', [0, 1, 0], -35, 35),
      hinge('back_roll', [1, 0, 0], -25, 25),
      element('geom', {
        type: 'ellipsoid',
        pos: v([0.012, 0, 0]),
        size: v([0.016, 0.011, 0.011]),
        mass: kilograms(0.007),
        contype: 0,
        conaffinity: 0,
      }),
      marker('shoulders', v([0.016, 0, 0.013])),
      pair('fore', forelimb, [0.018, 0.007, -0.003]),
      element(
        'body',
        { name: 'head', pos: v([0.03, 0, 0.006]) },
        hinge('neck_yaw', [0, 0, 1], -60, 60),
        hinge('neck_pitch', [0, 1, 0], -50, 50),
        hinge('neck_roll', [1, 0, 0], -40, 40),
        element('geom', {
          type: 'ellipsoid',
          pos: v([0.012, 0, 0]),
          size: v([0.014, 0.008, 0.008]),
          mass: kilograms(0.0025),
          contype: 0,
          conaffinity: 0,
        }),
        marker('nose', v([0.026, 0, -0.002])),
        marker('ear_left', v([0.004, 0.009, 0.008])),
        marker('ear_right', v([0.004, -0.009, 0.008])),
      ),
    ),
  ];
  // 0.011 + 0.012 + 0.005 and the toes below the hip, which is 4 mm below the trunk's center.
  return element(
    'mujoco',
    { model: 'quadruped' },
    element('compiler', { angle: 'radian', autolimits: true }),
    element('option', { timestep: 0.001 }),
    element('size', { memory: '4M' }),
    element(
      'worldbody',
      {},
      element('geom', { name: 'floor', type: 'plane', size: [1, 1, 0.1], contype: 1, conaffinity: 1 }),
      element('body', { name: 'pelvis', pos: v([0, 0, 0.0335]) }, pelvis.flat()),
    ),
    element('tendon', {}, tendons),
    element('actuator', {}, actuators),
  );
}
