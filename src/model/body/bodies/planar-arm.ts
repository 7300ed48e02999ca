import { element } from '../mjcf/write.ts';
import { marker, muscleElements, point, type MusclePath } from './muscle.ts';

/**
 * A human arm in the horizontal plane: shoulder and elbow, two muscles at each joint and two across both. Inertia and segment lengths of
 * Nijhof & Kouwenhoven (2000); peak forces and moment arms after Kistemaker, Wong & Gribble (2010), the moment arms as radii of the
 * cylinders that the muscles wrap (there they are polynomials). World frame: the shoulder at the origin, x to the right, y forward;
 * angles are counterclockwise and zero with the arm straight along x. No gravity.
 */
const muscles: readonly MusclePath[] = [
  {
    name: 'pectoralis',
    force: 838,
    path: ['pectoralis_o', { around: 'shoulder_wrap', side: 'shoulder_front' }, 'pectoralis_i'],
    lengthRange: [0.081, 0.234],
  },
  {
    name: 'deltoid',
    force: 1207,
    path: ['deltoid_o', { around: 'shoulder_wrap', side: 'shoulder_back' }, 'deltoid_i'],
    lengthRange: [0.143, 0.214],
  },
  {
    name: 'brachioradialis',
    force: 1422,
    path: ['brachioradialis_o', { around: 'flexor_wrap', side: 'elbow_inside' }, 'brachioradialis_i'],
    lengthRange: [0.201, 0.239],
  },
  {
    name: 'triceps_lateral',
    force: 1549,
    path: ['triceps_lateral_o', { around: 'extensor_wrap', side: 'elbow_back' }, 'triceps_i'],
    lengthRange: [0.199, 0.269],
  },
  {
    name: 'biceps',
    force: 414,
    path: [
      'biceps_o',
      { around: 'shoulder_wrap', side: 'shoulder_front' },
      'biceps_m',
      { around: 'flexor_wrap', side: 'elbow_inside' },
      'biceps_i',
    ],
    lengthRange: [0.255, 0.481],
  },
  {
    name: 'triceps_long',
    force: 603,
    path: [
      'triceps_long_o',
      { around: 'shoulder_wrap', side: 'shoulder_back' },
      'triceps_long_m',
      { around: 'extensor_wrap', side: 'elbow_back' },
      'triceps_i',
    ],
    lengthRange: [0.402, 0.548],
  },
];

const degrees = Math.PI / 180;

/** The planar arm's MJCF. Markers: `shoulder`, `elbow`, `wrist`. */
export function planarArm(): string {
  const cylinder = (name: string, radius: number, x = 0): string =>
    element('geom', {
      name,
      type: 'cylinder',
      pos: [x, 0, 0],
      size: [radius, 0.02],
      contype: 0,
      conaffinity: 0,
      mass: 0,
      group: 4,
    });
  const segment = (length: number): string =>
    element('geom', {
      type: 'capsule',
      fromto: [0, 0, 0, length, 0, 0],
      size: 0.02,
      contype: 0,
      conaffinity: 0,
      mass: 0,
    });
  const hinge = (name: string, high: number): string =>
    element('joint', {
      name,
      type: 'hinge',
      axis: [0, 0, 1],
      limited: true,
      range: [0, high * degrees],
      damping: 0.05,
    });
  return element(
    'mujoco',
    { model: 'planar arm' },
    element('compiler', { angle: 'radian', autolimits: true }),
    element('option', { timestep: 0.002, gravity: [0, 0, 0] }),
    element('size', { memory: '1M' }),
    element(
      'worldbody',
      {},
      marker('shoulder', [0, 0, 0]),
      cylinder('shoulder_wrap', 0.03),
      point('shoulder_front', [0.0, 0.05, 0]),
      point('shoulder_back', [0.05, -0.05, 0]),
      point('pectoralis_o', [-0.15, 0.06, 0]),
      point('biceps_o', [-0.12, 0.05, 0]),
      point('deltoid_o', [-0.06, -0.05, 0]),
      point('triceps_long_o', [-0.05, -0.06, 0]),
      element(
        'body',
        { name: 'upper_arm' },
        element('inertial', { pos: [0.135, 0, 0], mass: 1.82, diaginertia: [0.051, 0.051, 0.051] }),
        hinge('shoulder', 135),
        segment(0.309),
        point('pectoralis_i', [0.08, 0.02, 0]),
        point('deltoid_i', [0.08, -0.02, 0]),
        point('biceps_m', [0.1, 0.025, 0]),
        point('triceps_long_m', [0.1, -0.03, 0]),
        point('brachioradialis_o', [0.19, 0.014, 0]),
        point('triceps_lateral_o', [0.15, -0.025, 0]),
        point('elbow_inside', [0.309, 0.01, 0]),
        point('elbow_back', [0.309, -0.05, 0]),
        cylinder('flexor_wrap', 0.02, 0.309),
        cylinder('extensor_wrap', 0.026, 0.309),
        element(
          'body',
          { name: 'forearm', pos: [0.309, 0, 0] },
          element('inertial', { pos: [0.165, 0, 0], mass: 1.43, diaginertia: [0.057, 0.057, 0.057] }),
          hinge('elbow', 155),
          segment(0.333),
          marker('elbow', [0, 0, 0]),
          marker('wrist', [0.333, 0, 0]),
          point('brachioradialis_i', [0.12, 0.014, 0]),
          point('biceps_i', [0.05, 0.016, 0]),
          point('triceps_i', [0.04, -0.026, 0]),
        ),
      ),
    ),
    muscleElements(muscles),
  );
}
