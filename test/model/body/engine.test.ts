import { beforeAll, describe, expect, test } from 'vitest';
import { arm, loadPhysics, planarArm, quadruped, type Physics } from '../../../src/model/body/index.ts';
import { MachineError, UsageError } from '../../../src/signal/error.ts';
import { bodyWithLittleRoom } from './memory.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

const ball = `<mujoco><option timestep="0.002"/><size memory="1M"/><worldbody>
  <geom name="floor" type="plane" size="1 1 1"/>
  <body pos="0 0 0.1"><freejoint name="root"/><geom name="ball" size="0.11" mass="2"/>
    <body><joint name="wheel" type="hinge" axis="0 1 0"/><geom size="0.01" pos="0 0 0.2" mass="0.1"/></body>
  </body></worldbody></mujoco>`;

describe('the wrapper around MuJoCo', () => {
  test('reads and writes survive a heap that grows', () => {
    using model = physics.compile(ball.replace('0 0 0.1"', '0 0 9"'));
    using simulation = model.simulate();
    simulation.set('qvel', [1, 2, 3, 4, 5, 6, 7]);
    const before = physics.heapBytes;
    const others = Array.from({ length: 6 }, () => physics.compile(ball.replace('1M', '8M')).simulate());
    expect(physics.heapBytes).toBeGreaterThan(before);
    expect([...simulation.get('qvel')]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    simulation.set('qvel', [7, 6, 5, 4, 3, 2, 1]);
    expect(simulation.value('qvel', 0)).toBe(7);
    const x = simulation.value('qpos', 0);
    simulation.step();
    expect(simulation.value('qpos', 0)).toBeCloseTo(x + 7 * 0.002, 3);
    for (const other of others) {
      other[Symbol.dispose]();
      other.model[Symbol.dispose]();
    }
  });

  test('what it hands out is a copy', () => {
    using model = physics.compile(ball);
    using simulation = model.simulate();
    const position = simulation.get('qpos');
    position[0] = 5;
    expect(simulation.value('qpos', 0)).toBe(0);
    model.get('body_mass')[1] = 99;
    expect(model.get('body_mass')[1]).toBe(2);
  });

  test('knows joints, their limits and names without a name', () => {
    using model = physics.compile(arm());
    const elbow = model.joints.find((j) => j.name === 'elbow_flexion')!;
    expect(elbow.range![1]).toBeCloseTo((145 * Math.PI) / 180);
    using unlimited = physics.compile(ball);
    expect(unlimited.joints.map((j) => [j.name, j.type, j.range])).toEqual([
      ['root', 'free', undefined],
      ['wheel', 'hinge', undefined],
    ]);
    expect(unlimited.names.geoms).toEqual(['floor', 'ball', 'geom 2']);
    expect(unlimited.degreeOfFreedom(6)).toBe('wheel');
    expect(unlimited.degreeOfFreedom(4)).toBe('root ry');
  });

  test('contacts carry the weight', () => {
    using model = physics.compile(ball.replace('pos="0 0 0.1"', 'pos="0 0 0.11"'));
    using simulation = model.simulate();
    simulation.step(1500);
    const [contact] = simulation.contacts();
    expect([...contact.geoms].sort()).toEqual(['ball', 'floor']);
    expect(Math.abs(contact.force[2])).toBeCloseTo(2.1 * 9.81, 0);
    expect(simulation.contacts()).toHaveLength(1);
  });

  test('a state that is not finite throws at the step, naming the joint', () => {
    using model = physics.compile(ball, { name: 'ball' });
    using simulation = model.simulate();
    simulation.step(3);
    simulation.set('qfrc_applied', [0, 0, 0, 0, 0, 0, 1e10]);
    expect(() => simulation.step(50)).toThrow(/ball, at 0\.0\d+ s: .*"(wheel|root \w+)" is not finite/);
    // At the very first step too, where the clock cannot tell.
    simulation.reset();
    simulation.set('qacc_warmstart', new Float64Array(7));
    simulation.set('qvel', [0, 0, 0, 0, 0, 0, 1e10]);
    simulation.set('qfrc_applied', [0, 0, 0, 0, 0, 0, 1e10]);
    expect(() => simulation.step(2)).toThrow(MachineError);
    // And it can go on from its default posture.
    simulation.reset();
    simulation.step(5);
    expect(simulation.warnings()).toEqual({});
  });

  test.each([NaN, Infinity, -1e11])('%f is refused, naming the joint', (bad) => {
    using model = physics.compile(ball);
    using simulation = model.simulate();
    expect(() => simulation.set('qvel', [0, 0, 0, 0, 0, 0, bad])).toThrow(/model\.qvel, wheel/);
    expect(() => simulation.set('qpos', [0, 0, bad, 1, 0, 0, 0, 0])).toThrow(/model\.qpos, root/);
    expect(() => simulation.set('qvel', [1])).toThrow(UsageError);
  });

  test('what was disposed of says so, and too many states too', () => {
    const model = physics.compile(ball);
    const simulation = model.simulate();
    simulation[Symbol.dispose]();
    simulation[Symbol.dispose]();
    expect(() => simulation.step()).toThrow(/disposed/);
    const open = Array.from({ length: 256 }, () => model.simulate());
    expect(() => model.simulate()).toThrow(/at most 256/);
    for (const one of open) one[Symbol.dispose]();
    model[Symbol.dispose]();
    expect(() => model.simulate()).toThrow(/disposed/);
  });

  test('more memory than there is: a clear error, and the engine goes on', async () => {
    const own = await loadPhysics();
    using model = own.compile(ball.replace('1M', '900M'));
    using first = model.simulate();
    expect(() => {
      for (let i = 0; i < 3; i++) model.simulate();
    }).toThrow(/no memory left/);
    first.step();
    expect(first.time).toBeCloseTo(0.002);
  });

  // A million steps of the quadruped: bench/body/memory.ts.
  test.each([
    ['planar arm', planarArm(), 100_000],
    ['quadruped', quadruped(), 1200],
  ])('the memory stays flat over many steps with all that is read: %s', async (_, mjcf, steps) => {
    const { physics: own, heapBytes, step } = await bodyWithLittleRoom(mjcf);
    step(steps, steps / 20);
    expect(own.heapBytes).toBe(heapBytes);
  });
});

describe('agreement with what is known', () => {
  test('mass matrix and Coriolis forces of the planar arm are those of the two-link equations', () => {
    using model = physics.compile(planarArm());
    using simulation = model.simulate();
    const [m1, m2, g1, g2, i1, i2, l1] = [1.82, 1.43, 0.135, 0.165, 0.051, 0.057, 0.309];
    const h = m2 * l1 * g2;
    for (const [q2, v1, v2] of [
      [0.3, 1, -2],
      [1.2, -3, 4],
      [2.5, 0.5, 6],
    ]) {
      simulation.set('qpos', [0.8, q2]);
      simulation.set('qvel', [v1, v2]);
      simulation.forward();
      const m11 = m1 * g1 ** 2 + i1 + m2 * (g2 ** 2 + l1 ** 2) + i2 + 2 * h * Math.cos(q2);
      const m22 = m2 * g2 ** 2 + i2;
      const m12 = m22 + h * Math.cos(q2);
      [...simulation.massMatrix()].forEach((m, k) => expect(m).toBeCloseTo([m11, m12, m12, m22][k], 12));
      const [c1, c2] = simulation.get('qfrc_bias');
      expect(c1).toBeCloseTo(-h * Math.sin(q2) * (2 * v1 + v2) * v2, 10);
      expect(c2).toBeCloseTo(h * Math.sin(q2) * v1 ** 2, 10);
    }
  });

  test('muscle force and activation are those of the equations, over a movement', () => {
    using model = physics.compile(planarArm());
    using simulation = model.simulate();
    const gain = model.get('actuator_gainprm');
    const ranges = model.get('actuator_lengthrange');
    const per = gain.length / 6;
    const u = [0.1, 0.05, 0.2, 0.1, 0.15, 0.05];
    simulation.set('qpos', [0.8, 1.2]);
    simulation.set('ctrl', u);
    for (let step = 0; step < 100; step++) {
      const a = simulation.get('act');
      simulation.forward();
      const [length, velocity, force, da] = (
        ['actuator_length', 'actuator_velocity', 'actuator_force', 'act_dot'] as const
      ).map((f) => simulation.get(f));
      for (let m = 0; m < 6; m++) {
        const [r0, r1, peak, , lmin, lmax, vmax, fpmax, fvmax] = gain.subarray(m * per);
        const l0 = (ranges[2 * m + 1] - ranges[2 * m]) / (r1 - r0);
        const l = r0 + (length[m] - ranges[2 * m]) / l0;
        const v = velocity[m] / (l0 * vmax);
        const expected =
          -peak * (activeLength(l, lmin, lmax) * forceVelocity(v, fvmax) * a[m] + passive(l, lmax, fpmax));
        expect(force[m]).toBeCloseTo(expected, 9);
        const rising = u[m] > a[m];
        expect(da[m]).toBeCloseTo(
          (u[m] - a[m]) / (rising ? 0.01 * (0.5 + 1.5 * a[m]) : 0.04 / (0.5 + 1.5 * a[m])),
          9,
        );
      }
      simulation.step();
    }
    expect(simulation.value('qpos', 0)).not.toBeCloseTo(0.8, 3);
  });

  test('a movement of the planar arm is the one of native MuJoCo 2.2.2 (Debian)', () => {
    using model = physics.compile(planarArm());
    using simulation = model.simulate();
    simulation.set('qpos', [0.8, 1.2]);
    simulation.set('ctrl', [0.1, 0.05, 0.2, 0.1, 0.15, 0.05]);
    simulation.step(300);
    const golden = {
      qpos: [2.3697150089255, 1.16067549406693],
      qvel: [-0.388013979287877, 4.23693792526605],
      actuator_force: [
        -42.8152431474, -80.4617237082, -94.1105217778, -163.892394835, -32.2767071348, -35.2861019477,
      ],
    };
    for (const field of ['qpos', 'qvel', 'actuator_force'] as const) {
      simulation.get(field).forEach((v, i) => expect(Math.abs(v / golden[field][i] - 1)).toBeLessThan(1e-10));
    }
  });

  // Millard et al. (2013) as MuJoCo simplifies it: bump, force-velocity curve, passive force.
  function activeLength(l: number, lmin: number, lmax: number): number {
    const a = 0.5 * (lmin + 1);
    const b = 0.5 * (1 + lmax);
    if (l < lmin || l > lmax) return 0;
    if (l <= a) return 0.5 * ((l - lmin) / (a - lmin)) ** 2;
    if (l <= 1) return 1 - 0.5 * ((1 - l) / (1 - a)) ** 2;
    if (l <= b) return 1 - 0.5 * ((l - 1) / (b - 1)) ** 2;
    return 0.5 * ((lmax - l) / (lmax - b)) ** 2;
  }
  function forceVelocity(v: number, fvmax: number): number {
    const y = fvmax - 1;
    if (v <= -1) return 0;
    if (v <= 0) return (v + 1) ** 2;
    return v <= y ? fvmax - (y - v) ** 2 / y : fvmax;
  }
  function passive(l: number, lmax: number, fpmax: number): number {
    const b = 0.5 * (1 + lmax);
    if (l <= 1) return 0;
    return l <= b ? fpmax * 0.5 * ((l - 1) / (b - 1)) ** 2 : fpmax * (0.5 + (l - b) / (b - 1));
  }

  test.each([planarArm, arm, quadruped])(
    "$name: inverse dynamics gives back the muscles' torques",
    (mjcf) => {
      using model = physics.compile(mjcf());
      using simulation = model.simulate();
      simulation.set(
        'ctrl',
        Array.from({ length: model.sizes.nu }, (_, i) => 0.05 + 0.1 * (i % 3)),
      );
      const position = model.get('qpos0');
      // Above the floor, inside the limits.
      if (mjcf === quadruped) position[2] = 0.3;
      for (const j of model.joints) if (j.range) position[j.position] = 0.6 * j.range[0] + 0.4 * j.range[1];
      simulation.set('qpos', position);
      simulation.step(5);
      simulation.forward();
      const torque = simulation.get('qfrc_actuator');
      const moments = simulation.moments();
      const force = simulation.get('actuator_force');
      simulation.inverse();
      const found = simulation.get('qfrc_inverse');
      const scale = Math.max(...torque.map(Math.abs));
      torque.forEach((t, d) => {
        expect(Math.abs(found[d] - t) / scale).toBeLessThan(1e-9);
        let sum = 0;
        for (let m = 0; m < force.length; m++) sum += moments[m * torque.length + d] * force[m];
        expect(Math.abs(sum - t) / scale).toBeLessThan(1e-12);
      });
    },
  );
});
