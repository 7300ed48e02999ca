import { beforeAll, describe, expect, test } from 'vitest';
import { convertOpenSim, loadPhysics, type Physics } from '../../../src/model/body/index.ts';
import { InputError } from '../../../src/signal/error.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

const frame = (name: string, of: string, translation: string, orientation = '0 0 0'): string =>
  `<PhysicalOffsetFrame name="${name}"><socket_parent>${of}</socket_parent><translation>${translation}</translation><orientation>${orientation}</orientation></PhysicalOffsetFrame>`;
const axis = (name: string, coordinate: string, direction: string, f: string): string =>
  `<TransformAxis name="${name}"><coordinates>${coordinate}</coordinates><axis>${direction}</axis>${f}</TransformAxis>`;
const body = (name: string): string =>
  `<Body name="${name}"><mass>2</mass><mass_center>0 -0.1 0</mass_center><inertia>0.02 0.01 0.02 0 0 0</inertia></Body>`;
const model = (edit: (text: string) => string = (t) => t): string =>
  edit(`<OpenSimDocument Version="40000"><Model name="leg"><gravity>0 -9.81 0</gravity>
<BodySet><objects>${body('thigh')}${body('shank')}</objects></BodySet>
<JointSet><objects>
<PinJoint name="hip"><socket_parent_frame>g</socket_parent_frame><socket_child_frame>t</socket_child_frame>
<coordinates><Coordinate name="hip_flexion"><range>-1 2</range><clamped>true</clamped></Coordinate></coordinates>
<frames>${frame('g', '/ground', '0 1 0')}${frame('t', '/bodyset/thigh', '0.01 0.02 0.03', '0 0 0.5')}</frames></PinJoint>
<CustomJoint name="knee"><socket_parent_frame>k</socket_parent_frame><socket_child_frame>s</socket_child_frame>
<coordinates><Coordinate name="knee_angle"><range>-2 0</range><clamped>false</clamped></Coordinate></coordinates>
<frames>${frame('k', '/bodyset/thigh', '0 -0.1 0')}${frame('s', '/bodyset/shank', '0 0 0')}</frames>
<SpatialTransform>${axis('rotation1', 'knee_angle', '0 0 1', '<LinearFunction><coefficients>1 0</coefficients></LinearFunction>')}
${axis('translation1', 'knee_angle', '1 0 0', '<SimmSpline><x>-2 -1.5 -1 -0.5 0</x><y>0.01 0.004 0.001 0 0.002</y></SimmSpline>')}
${axis('translation2', '', '0 1 0', '<MultiplierFunction><function><Constant><value>-0.3</value></Constant></function><scale>1.1</scale></MultiplierFunction>')}
</SpatialTransform></CustomJoint></objects></JointSet>
<MarkerSet><objects><Marker name="R.Ankle"><socket_parent_frame>/bodyset/shank</socket_parent_frame><location>0 -0.4 0</location></Marker></objects></MarkerSet>
<ForceSet><objects><Muscle name="m"/></objects></ForceSet></Model></OpenSimDocument>`);

describe('OpenSim models', () => {
  test('joints, offset frames, splines and markers are where OpenSim has them', () => {
    const { mjcf, notes } = convertOpenSim(model(), 'leg.osim');
    expect(notes.some((n) => /1 forces .* left out/.test(n))).toBe(true);
    using converted = physics.compile(mjcf);
    using simulation = converted.simulate();
    expect(converted.joints.find((j) => j.name === 'hip_flexion')!.range).toEqual([-1, 2]);
    expect(converted.joints.find((j) => j.name === 'knee_angle')!.range).toBeUndefined();
    const [hip, knee, spline] = [0.4, -1.5, 0.004];
    const q = converted.get('qpos0');
    const set = (name: string, v: number): void => {
      q[converted.joints.find((j) => j.name === name)!.position] = v;
    };
    set('hip_flexion', hip);
    set('knee_angle', knee);
    const follower = converted.joints.find((j) => j.type === 'slide')!;
    set(follower.name, spline);
    simulation.set('qpos', q);
    simulation.kinematics();
    // By hand: ankle -> shank -> thigh -> its offset frame back -> hip -> ground.
    const turn = (a: number, [x, y]: number[]): number[] => [
      Math.cos(a) * x - Math.sin(a) * y,
      Math.sin(a) * x + Math.cos(a) * y,
    ];
    const [sx, sy] = turn(knee, [0, -0.4]);
    const inThigh = [sx + spline, sy - 0.1 - 0.33];
    const inFrame = turn(-0.5, [inThigh[0] - 0.01, inThigh[1] - 0.02]);
    const [gx, gy] = turn(hip, inFrame);
    const place = simulation.get('site_xpos');
    [gx, gy + 1, -0.03].forEach((v, c) => expect(place[c]).toBeCloseTo(v, 10));
    // The follower's polynomial goes through the five points of the spline.
    const data = converted.get('eq_data');
    expect(data.subarray(0, 5).reduceRight((sum, c) => sum * knee + c, 0)).toBeCloseTo(spline, 3);
  });

  const muscle = (name: string, points: readonly string[], more = ''): string =>
    `<Millard2012EquilibriumMuscle name="${name}"><GeometryPath><PathPointSet><objects>${points.join('')}</objects></PathPointSet>${more}</GeometryPath>
<max_isometric_force>800</max_isometric_force><optimal_fiber_length>0.1</optimal_fiber_length><tendon_slack_length>0.05</tendon_slack_length>
<pennation_angle_at_optimal>0.3</pennation_angle_at_optimal><max_contraction_velocity>12</max_contraction_velocity></Millard2012EquilibriumMuscle>`;
  const at = (on: string, location: string, kind = 'PathPoint'): string =>
    `<${kind} name="p"><socket_parent_frame>${on}</socket_parent_frame><location>${location}</location></${kind}>`;
  const withMuscles = (...muscles: string[]): string =>
    model((t) => t.replace('<Muscle name="m"/>', muscles.join('')));

  test('muscles from point to point have the lengths, moment arms and Hill parameters that OpenSim gives them', () => {
    const { mjcf, notes } = convertOpenSim(
      withMuscles(
        muscle('straight', [at('/ground', '0.05 1.06 0'), at('/bodyset/thigh', '0.02 -0.06 0.01')]),
        muscle(
          'wrapped',
          [at('/ground', '0 1 0'), at('/bodyset/thigh', '0 0 0')],
          '<PathWrapSet><objects><PathWrap name="w"/></objects></PathWrapSet>',
        ),
        muscle('moving', [at('/ground', '0 1 0'), at('/bodyset/thigh', '0 0 0', 'MovingPathPoint')]),
        '<CoordinateActuator name="motor"/>',
      ),
      'leg.osim',
    );
    expect(notes.join(' ')).toMatch(/1 muscles became.* left out: wrapped, moving\..* 1 forces .* left out/);
    using converted = physics.compile(mjcf);
    expect(converted.names.actuators).toEqual(['straight']);
    using simulation = converted.simulate();
    const hip = converted.joints.find((j) => j.name === 'hip_flexion')!;
    // By hand: the point in the thigh -> the thigh's offset frame -> turned about the hip at height 1.
    const length = (angle: number): number => {
      const [x, y] = [0.02 - 0.01, -0.06 - 0.02];
      const turn = angle - 0.5;
      const [gx, gy] = [Math.cos(turn) * x - Math.sin(turn) * y, Math.sin(turn) * x + Math.cos(turn) * y + 1];
      return Math.hypot(gx - 0.05, gy - 1.06, 0.01 - 0.03);
    };
    const q = converted.get('qpos0');
    for (const angle of [-0.8, -0.2, 0.4, 1.1, 1.9]) {
      q[hip.position] = angle;
      simulation.set('qpos', q);
      simulation.forward();
      expect(simulation.value('actuator_length', 0)).toBeCloseTo(length(angle), 12);
      const arm = (length(angle + 1e-6) - length(angle - 1e-6)) / 2e-6;
      expect(simulation.moments()[hip.velocity]).toBeCloseTo(arm, 7);
    }
    // Fully active, still, at optimal fiber length: peak force along the tendon. Where is that, by halving?
    const wanted = 0.05 + 0.1 * Math.cos(0.3);
    let [low, high] = [-1, 2];
    const rises = length(high) > length(low);
    expect(length(low) < wanted !== length(high) < wanted).toBe(true);
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (length(middle) < wanted === rises) low = middle;
      else high = middle;
    }
    q[hip.position] = low;
    simulation.set('qpos', q);
    simulation.set('act', [1]);
    simulation.forward();
    expect(simulation.value('actuator_force', 0)).toBeCloseTo(-800 * Math.cos(0.3), 3);
  });

  test.each([
    [withMuscles(muscle('m', [at('/bodyset/foot', '0 0 0')])), /a point of the muscle "m" is on no body/],
    [model((t) => t.replace('40000', '30000')), /old version.*Expected version 40000/],
    [
      model((t) => t.replaceAll('PinJoint', 'UniversalJoint')),
      /line 4: the joint UniversalJoint is not converted/,
    ],
    [
      model((t) => t.replaceAll('SimmSpline', 'PiecewiseLinearFunction')),
      /the function PiecewiseLinearFunction is not converted/,
    ],
    [
      model((t) =>
        t.replace(
          '/bodyset/shank</socket_parent><translation>',
          '/bodyset/foot</socket_parent><translation>',
        ),
      ),
      /no body "foot"/,
    ],
    [model((t) => t.replace('<location>0 -0.4 0', '<location>0 x 0')), /no numbers where there should be/],
    ['<mujoco/>', /no OpenSim model/],
  ])('what is not known is refused with its place', (osim, message) => {
    expect(() => convertOpenSim(osim, 'leg.osim')).toThrow(message);
    expect(() => convertOpenSim(osim, 'leg.osim')).toThrow(InputError);
  });
});
