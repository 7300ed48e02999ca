import { element } from '../mjcf/write.ts';
import { marker, muscleElements, point, type MusclePath } from './muscle.ts';

/**
 * A right human arm and shoulder in three dimensions: three hinges at the shoulder, elbow, forearm and two at the wrist, 19 muscles.
 * Segment masses, centers and radii of gyration after de Leva (1996), a man of 1.74 m and 73 kg; peak forces after Holzbaur, Murray &
 * Delp (2005), heads that are near each other taken together; muscle paths are simplified: they wrap a sphere for the humeral head, a cylinder
 * for the elbow. The shoulder girdle does not move. World frame: x forward, y to the left, z up; all angles are zero with the arm hanging
 * and the palm facing the thigh.
 */
const head = { around: 'humeral_head' };
const elbow = { around: 'trochlea', side: 'elbow_back' };
// prettier-ignore
const muscles: readonly MusclePath[] = [
  { name: 'deltoid_anterior', force: 1143, path: ['deltoid_anterior_o', head, 'deltoid_anterior_i'], lengthRange: [0.071, 0.198] },
  { name: 'deltoid_middle', force: 1143, path: ['deltoid_middle_o', head, 'deltoid_middle_i'], lengthRange: [0.085, 0.186] },
  { name: 'deltoid_posterior', force: 260, path: ['deltoid_posterior_o', head, 'deltoid_posterior_i'], lengthRange: [0.089, 0.216] },
  { name: 'pectoralis_major', force: 1270, path: ['pectoralis_major_o', head, 'pectoralis_major_i'], lengthRange: [0.116, 0.242] },
  { name: 'latissimus_dorsi', force: 1059, path: ['latissimus_dorsi_o', 'latissimus_dorsi_i'], lengthRange: [0.239, 0.342] },
  { name: 'teres_major', force: 425, path: ['teres_major_o', 'teres_major_i'], lengthRange: [0.108, 0.222] },
  { name: 'supraspinatus', force: 488, path: ['supraspinatus_o', head, 'supraspinatus_i'], lengthRange: [0.082, 0.153] },
  { name: 'infraspinatus', force: 1211, path: ['infraspinatus_o', head, 'infraspinatus_i'], lengthRange: [0.104, 0.175] },
  { name: 'subscapularis', force: 1378, path: ['subscapularis_o', head, 'subscapularis_i'], lengthRange: [0.082, 0.150] },
  { name: 'biceps', force: 1060, path: ['biceps_o', head, 'biceps_m', 'biceps_i'], lengthRange: [0.199, 0.380] },
  { name: 'triceps_long', force: 799, path: ['triceps_long_o', 'triceps_long_m', elbow, 'triceps_i'], lengthRange: [0.263, 0.417] },
  { name: 'triceps_lateral', force: 1249, path: ['triceps_lateral_o', elbow, 'triceps_i'], lengthRange: [0.212, 0.263] },
  { name: 'brachialis', force: 987, path: ['brachialis_o', 'brachialis_i'], lengthRange: [0.100, 0.162] },
  { name: 'pronator_teres', force: 566, path: ['pronator_teres_o', 'pronator_teres_i'], lengthRange: [0.121, 0.148] },
  { name: 'supinator', force: 476, path: ['supinator_o', 'supinator_i'], lengthRange: [0.055, 0.063] },
  { name: 'flexor_carpi_radialis', force: 74, path: ['wrist_flexors_o', 'flexor_radialis_m', 'flexor_radialis_i'], lengthRange: [0.265, 0.315] },
  { name: 'flexor_carpi_ulnaris', force: 129, path: ['wrist_flexors_o', 'flexor_ulnaris_m', 'flexor_ulnaris_i'], lengthRange: [0.265, 0.315] },
  { name: 'extensor_carpi_radialis', force: 405, path: ['wrist_extensors_o', 'extensor_radialis_m', 'extensor_radialis_i'], lengthRange: [0.271, 0.319] },
  { name: 'extensor_carpi_ulnaris', force: 93, path: ['wrist_extensors_o', 'extensor_ulnaris_m', 'extensor_ulnaris_i'], lengthRange: [0.273, 0.315] },
];

const degrees = Math.PI / 180;
const upperArm = 0.282;
const forearm = 0.269;
const hand = 0.086;

/** Mass from the fraction of the body's, center from the fraction of the length, inertia from radii of gyration (de Leva 1996, table 4). */
function inertial(
  length: number,
  fraction: number,
  center: number,
  radii: readonly [number, number, number],
): string {
  const mass = 73 * fraction;
  return element('inertial', {
    pos: [0, 0, -center * length],
    mass: Number(mass.toFixed(4)),
    diaginertia: radii.map((r) => Number((mass * (r * length) ** 2).toFixed(7))),
  });
}

/**
 * The arm's MJCF. Markers: `sternum`, `c7`, `acromion`, `deltoid_tip`, `epicondyle_lateral`, `epicondyle_medial`, `radial_styloid`,
 * `ulnar_styloid`, `knuckle_index`, `knuckle_little`.
 */
export function arm(): string {
  const hinge = (name: string, axis: readonly number[], low: number, high: number): string =>
    element('joint', {
      name,
      axis,
      limited: true,
      range: [low * degrees, high * degrees],
      damping: 0.2,
      armature: 0.002,
    });
  const bone = (length: number, size: number): string =>
    element('geom', {
      type: 'capsule',
      fromto: [0, 0, 0, 0, 0, -length],
      size,
      contype: 0,
      conaffinity: 0,
      mass: 0,
    });
  const wrap = (name: string, type: string, size: readonly number[], extra = {}): string =>
    element('geom', { name, type, size, contype: 0, conaffinity: 0, mass: 0, group: 4, ...extra });
  return element(
    'mujoco',
    { model: 'arm' },
    element('compiler', { angle: 'radian', autolimits: true }),
    element('option', { timestep: 0.002 }),
    element('size', { memory: '2M' }),
    element(
      'worldbody',
      {},
      element(
        'body',
        { name: 'thorax', pos: [0, 0, 1.4] },
        element('geom', {
          type: 'capsule',
          fromto: [-0.03, 0.17, 0, -0.03, 0.17, -0.3],
          size: 0.1,
          contype: 0,
          conaffinity: 0,
        }),
        marker('sternum', [0.09, 0.17, -0.04]),
        marker('c7', [-0.1, 0.17, 0.08]),
        marker('acromion', [-0.01, 0, 0.045]),
        wrap('humeral_head', 'sphere', [0.025]),
        point('deltoid_anterior_o', [0.045, 0.02, 0.035]),
        point('deltoid_middle_o', [-0.005, -0.012, 0.045]),
        point('deltoid_posterior_o', [-0.065, 0.035, 0.03]),
        point('pectoralis_major_o', [0.085, 0.14, -0.06]),
        point('latissimus_dorsi_o', [-0.1, 0.13, -0.24]),
        point('teres_major_o', [-0.08, 0.08, -0.12]),
        point('supraspinatus_o', [-0.06, 0.09, 0.03]),
        point('infraspinatus_o', [-0.09, 0.09, -0.04]),
        point('subscapularis_o', [-0.03, 0.09, -0.05]),
        point('biceps_o', [0.015, 0.02, 0.03]),
        point('triceps_long_o', [-0.03, 0.035, -0.025]),
        element(
          'body',
          { name: 'humerus' },
          inertial(upperArm, 0.0271, 0.5772, [0.285, 0.269, 0.158]),
          hinge('shoulder_flexion', [0, -1, 0], -60, 160),
          hinge('shoulder_abduction', [-1, 0, 0], -30, 150),
          hinge('shoulder_rotation', [0, 0, 1], -80, 80),
          bone(upperArm, 0.03),
          marker('deltoid_tip', [0, -0.04, -0.13]),
          marker('epicondyle_lateral', [0, -0.035, -upperArm]),
          marker('epicondyle_medial', [0, 0.035, -upperArm]),
          point('deltoid_anterior_i', [0.008, -0.012, -0.13]),
          point('deltoid_middle_i', [0, -0.014, -0.13]),
          point('deltoid_posterior_i', [-0.008, -0.012, -0.13]),
          point('pectoralis_major_i', [0.012, -0.004, -0.06]),
          point('latissimus_dorsi_i', [0.01, 0.008, -0.05]),
          point('teres_major_i', [0.006, 0.012, -0.055]),
          point('supraspinatus_i', [0.004, -0.024, 0.018]),
          point('infraspinatus_i', [-0.014, -0.024, 0.008]),
          point('subscapularis_i', [0.022, -0.014, -0.012]),
          point('biceps_m', [0.025, 0, -0.12]),
          point('triceps_long_m', [-0.025, 0, -0.15]),
          point('triceps_lateral_o', [-0.015, -0.01, -0.1]),
          point('brachialis_o', [0.012, 0, -0.15]),
          point('elbow_back', [-0.06, 0, -upperArm]),
          point('pronator_teres_o', [0.005, 0.03, -upperArm + 0.01]),
          point('wrist_flexors_o', [0.005, 0.03, -upperArm]),
          point('wrist_extensors_o', [-0.002, -0.03, -upperArm]),
          element(
            'body',
            { name: 'trochlea_axis', pos: [0, 0, -upperArm] },
            wrap('trochlea', 'cylinder', [0.02, 0.03], { euler: [90 * degrees, 0, 0] }),
          ),
          element(
            'body',
            { name: 'ulna', pos: [0, 0, -upperArm] },
            inertial(forearm, 0.0081, 0.4574, [0.276, 0.265, 0.121]),
            hinge('elbow_flexion', [0, -1, 0], 0, 145),
            bone(forearm, 0.02),
            marker('ulnar_styloid', [-0.028, 0, -forearm]),
            point('triceps_i', [-0.02, 0, -0.03]),
            point('brachialis_i', [0.014, 0, -0.03]),
            point('supinator_o', [-0.018, -0.008, -0.03]),
            element(
              'body',
              { name: 'radius' },
              inertial(forearm, 0.0081, 0.4574, [0.276, 0.265, 0.121]),
              hinge('forearm_pronation', [0, 0, 1], -80, 80),
              marker('radial_styloid', [0.028, 0, -forearm]),
              point('biceps_i', [0.016, 0.012, -0.045]),
              point('pronator_teres_i', [0.012, -0.012, -0.13]),
              point('supinator_i', [0.012, 0.014, -0.08]),
              point('flexor_radialis_m', [0.012, 0.016, -forearm + 0.02]),
              point('flexor_ulnaris_m', [-0.016, 0.014, -forearm + 0.02]),
              point('extensor_radialis_m', [0.016, -0.014, -forearm + 0.02]),
              point('extensor_ulnaris_m', [-0.018, -0.01, -forearm + 0.02]),
              element(
                'body',
                { name: 'hand', pos: [0, 0, -forearm] },
                inertial(hand, 0.0061, 0.79, [0.628, 0.513, 0.401]),
                hinge('wrist_flexion', [1, 0, 0], -70, 70),
                hinge('wrist_deviation', [0, -1, 0], -30, 20),
                bone(hand, 0.02),
                marker('knuckle_index', [0.035, -0.01, -hand]),
                marker('knuckle_little', [-0.035, -0.01, -hand]),
                point('flexor_radialis_i', [0.012, 0.016, -0.03]),
                point('flexor_ulnaris_i', [-0.016, 0.014, -0.03]),
                point('extensor_radialis_i', [0.016, -0.014, -0.03]),
                point('extensor_ulnaris_i', [-0.018, -0.01, -0.03]),
              ),
            ),
          ),
        ),
      ),
    ),
    muscleElements(muscles),
  );
}
