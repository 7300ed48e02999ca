import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { bodies, loadPhysics, quadruped, type Physics } from '../../../src/model/body/index.ts';
import { loadMjcf } from '../../../src/model/body/node.ts';
import { parseXml } from '../../../src/model/body/mjcf/xml.ts';
import { InputError } from '../../../src/signal/error.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

describe.each(bodies)('$name', ({ mjcf }) => {
  test("every muscle's length range covers its joints' ranges", () => {
    using model = physics.compile(mjcf());
    using simulation = model.simulate();
    const random = new Random('length ranges');
    const ranges = model.get('actuator_lengthrange');
    const position = model.get('qpos0');
    for (let sample = 0; sample < 100; sample++) {
      for (const j of model.joints) if (j.range) position[j.position] = random.uniform(...j.range);
      simulation.set('qpos', position);
      simulation.forward();
      simulation.get('actuator_length').forEach((length, m) => {
        const slack = 0.02 * (ranges[2 * m + 1] - ranges[2 * m]);
        expect(length, model.names.actuators[m]).toBeGreaterThan(ranges[2 * m] - slack);
        expect(length, model.names.actuators[m]).toBeLessThan(ranges[2 * m + 1] + slack);
      });
    }
  });

  test('every muscle pulls and moves some joint; it runs with all of them active', () => {
    using model = physics.compile(mjcf());
    using simulation = model.simulate();
    simulation.set('ctrl', new Float64Array(model.sizes.nu).fill(0.3));
    simulation.step(200);
    expect(Math.max(...simulation.get('actuator_force'))).toBeLessThanOrEqual(0);
    expect(Math.min(...simulation.get('actuator_force'))).toBeLessThan(0);
    const moments = simulation.moments();
    for (let m = 0; m < model.sizes.nu; m++) {
      const arms = moments.subarray(m * model.sizes.nv, (m + 1) * model.sizes.nv);
      expect(Math.max(...arms.map(Math.abs)), model.names.actuators[m]).toBeGreaterThan(1e-4);
    }
    for (const q of simulation.get('qpos')) expect(q).toBeTypeOf('number');
  });
});

describe('the quadruped', () => {
  test('is its own mirror image', () => {
    using model = physics.compile(quadruped());
    using simulation = model.simulate();
    const random = new Random('mirror');
    const position = model.get('qpos0');
    for (const j of model.joints) {
      if (!j.name.endsWith('_left')) continue;
      const other = model.joints.find((r) => r.name === j.name.replace('_left', '_right'))!;
      position[j.position] = position[other.position] = random.uniform(...j.range!);
    }
    simulation.set('qpos', position);
    simulation.kinematics();
    const sites = simulation.get('site_xpos');
    model.names.sites.forEach((name, i) => {
      const other = name.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left'));
      const k = model.names.sites.indexOf(other);
      [1, -1, 1].forEach((sign, c) => expect(sites[3 * i + c]).toBeCloseTo(sign * sites[3 * k + c], 12));
    });
  });

  test('stands on its toes, and larger ones are heavier by the cube', () => {
    using model = physics.compile(quadruped());
    using simulation = model.simulate();
    simulation.kinematics();
    const sites = simulation.get('site_xpos');
    const heights = model.names.sites
      .map((name, i) => ({ name, z: sites[3 * i + 2] }))
      .sort((a, b) => a.z - b.z);
    expect(heights.slice(0, 4).every(({ name }) => /tip/.test(name))).toBe(true);
    expect(heights[0].z).toBeGreaterThan(-0.001);
    expect(heights[0].z).toBeLessThan(0.006);
    const mass = (m: Float64Array): number => m.reduce((a, b) => a + b);
    using large = physics.compile(quadruped({ scale: 2 }));
    expect(mass(large.get('body_mass')) / mass(model.get('body_mass'))).toBeCloseTo(8, 6);
  });
});

describe("a user's MJCF", () => {
  const tetrahedron = 'v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n';

  test('loads with its includes and meshes from its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mjcf-'));
    await mkdir(join(folder, 'parts', 'meshes'), { recursive: true });
    await writeFile(
      join(folder, 'model.xml'),
      '<mujoco><compiler meshdir="parts/meshes"/><include file="parts/leg.xml"/></mujoco>',
    );
    await writeFile(
      join(folder, 'parts', 'leg.xml'),
      '<mujoco><asset><mesh name="bone" file="bone.obj"/></asset><worldbody><body><joint name="hip"/><geom type="mesh" mesh="bone"/></body></worldbody></mujoco>',
    );
    await writeFile(join(folder, 'parts', 'meshes', 'bone.obj'), tetrahedron);
    using model = loadMjcf(physics, join(folder, 'model.xml'));
    expect(model.names.joints).toEqual(['hip']);
    await writeFile(
      join(folder, 'parts', 'leg.xml'),
      '<mujoco>\n<asset>\n<mesh file="none.obj"/></asset></mujoco>',
    );
    expect(() => loadMjcf(physics, join(folder, 'model.xml'))).toThrow(
      /leg\.xml, line 3: the mesh ".*none\.obj" is missing/,
    );
    expect(() => loadMjcf(physics, join(folder, 'nothing.xml'))).toThrow(/no such file/);
  });

  test.each([
    ['<mujoco>\n<worldbody><bodi/></worldbody></mujoco>', /x\.xml: .*unrecognized element.*'bodi', line 2/],
    [
      '<mujoco><worldbody><body><joint typ="hinge"/></body></worldbody></mujoco>',
      /unrecognized attribute.*typ/,
    ],
    [
      '<mujoco>\n\n<include file="../secret.xml"/></mujoco>',
      /line 3: <include> asks for a file outside.*"\.\.\/secret\.xml"/,
    ],
    ['<mujoco><asset><mesh file="/etc/m.stl"/></asset></mujoco>', /<mesh> asks for a file outside/],
    ['<mujoco><asset><mesh file="C:\\m.stl"/></asset></mujoco>', /<mesh> asks for a file outside/],
    [
      '<mujoco><compiler meshdir=".."/><asset><mesh file="m.stl"/></asset></mujoco>',
      /<mesh> asks for a file outside/,
    ],
    [
      '<mujoco><asset><texture type="skybox" fileup="u.png"/></asset></mujoco>',
      /the texture "u\.png" is missing/,
    ],
    ['<robot name="r"/>', /URDF/],
    ['<html/>', /not MJCF/],
    ['<mujoco>\n<worldbody>\n</mujoco>', /line 3: <\/mujoco> closes <worldbody> of line 2/],
    ['', /no element/],
  ])('%s is refused with its place', (mjcf, message) => {
    expect(() => physics.compile(mjcf, { name: 'x.xml' })).toThrow(message);
    expect(() => physics.compile(mjcf, { name: 'x.xml' })).toThrow(InputError);
  });

  test('XML: entities, CDATA, comments, a document type that is not expanded', () => {
    const xml = parseXml(
      '\uFEFF<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>\n<!-- <x> --><a k=\'1 &lt; "2"\'>&#65;<![CDATA[<&]]><b/></a>',
      't',
    );
    expect(xml).toMatchObject({ name: 'a', attributes: { k: '1 < "2"' }, text: 'A<&', line: 2 });
    expect(() => parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 't')).toThrow(/"&b;" is not known/);
  });
});
