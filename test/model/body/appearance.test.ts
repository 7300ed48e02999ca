import { beforeAll, describe, expect, test } from 'vitest';
import {
  arm,
  bodyAppearance,
  loadPhysics,
  planarArm,
  quadruped,
  type BodyModel,
  type Physics,
} from '../../../src/model/body/index.ts';
import { Random } from '../../../src/math/index.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

/** Postures within the joints' ranges. */
function postures(model: BodyModel, frames: number): Float64Array {
  const random = new Random(3);
  const rest = model.get('qpos0');
  const out = new Float64Array(frames * rest.length);
  for (let t = 0; t < frames; t++) {
    out.set(rest, t * rest.length);
    for (const { type, position, range } of model.joints)
      if (type === 'hinge' && range) out[t * rest.length + position] = random.uniform(...range);
  }
  return out;
}

describe.each([
  ['planar arm', () => planarArm(), 6],
  ['arm', () => arm(), 19],
  ['quadruped', () => quadruped(), 0],
] as const)('the appearance of the %s', (name, xml, muscles) => {
  test('has its shapes where the physics has them, and its muscles as long as they are', () => {
    using model = physics.compile(xml(), { name });
    const positions = postures(model, 5);
    const look = bodyAppearance(model, positions);
    expect(look.shapes.length).toBeGreaterThanOrEqual(2);
    expect(look.muscles.length).toBe(muscles);
    using simulation = model.simulate();
    const { nq } = model.sizes;
    for (let t = 0; t < look.frames; t++) {
      simulation.set('qpos', positions.subarray(t * nq, (t + 1) * nq));
      simulation.forward();
      const [where, turns] = [simulation.get('geom_xpos'), simulation.get('geom_xmat')];
      look.shapes.forEach((shape, s) => {
        const g = model.names.geoms.indexOf(shape.name);
        const [x, y, z, w, i, j, k] = look.places.subarray(7 * (t * look.shapes.length + s));
        [x, y, z].forEach((v, a) => expect(v).toBeCloseTo(where[3 * g + a], 5));
        const rotation = [
          1 - 2 * (j * j + k * k),
          2 * (i * j - k * w),
          2 * (i * k + j * w),
          2 * (i * j + k * w),
          1 - 2 * (i * i + k * k),
          2 * (j * k - i * w),
          2 * (i * k - j * w),
          2 * (j * k + i * w),
          1 - 2 * (i * i + j * j),
        ];
        rotation.forEach((v, a) => expect(v).toBeCloseTo(turns[9 * g + a], 5));
      });
      const lengths = simulation.get('ten_length');
      look.muscles.forEach((muscle, m) => {
        const path = look.paths.subarray(3 * look.points * (t * look.muscles.length + m));
        let length = 0;
        for (let p = 1; p < look.points && Number.isFinite(path[3 * p]); p++)
          length += Math.hypot(...[0, 1, 2].map((a) => path[3 * p + a] - path[3 * p - 3 + a]));
        // An arc around a bone is drawn as its chord.
        const truly = lengths[model.names.tendons.indexOf(muscle)];
        expect(length).toBeLessThan(truly + 1e-6);
        expect(length).toBeGreaterThan(0.85 * truly);
      });
    }
  });

  test('leaves out what is missing, and refuses what fills no frames', () => {
    using model = physics.compile(xml(), { name });
    const positions = postures(model, 2);
    positions[0] = NaN;
    const { places, shapes, paths } = bodyAppearance(model, positions);
    expect(places.subarray(0, 7 * shapes.length).every(Number.isNaN)).toBe(true);
    expect(places.subarray(7 * shapes.length).some(Number.isNaN)).toBe(false);
    expect(paths.subarray(0, paths.length / 2).every(Number.isNaN)).toBe(true);
    expect(() => bodyAppearance(model, positions.subarray(1))).toThrow(/do not fit the body/);
  });
});
