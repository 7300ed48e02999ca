import { beforeAll, describe, expect, test } from 'vitest';
import {
  arm,
  fitBody,
  loadPhysics,
  placeTrack,
  planarArm,
  turnUpwards,
  type Physics,
  type Upwards,
} from '../../../src/model/body/index.ts';
import { hingeErrors, movement, trackOf } from './movement.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

/** Points of a laboratory whose y points up, with its origin elsewhere. */
const elsewhere = (places: Float64Array): Float64Array =>
  places.map((_, i) => {
    const [x, y, z] = places.subarray(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3);
    return [x + 1.2, z + 0.4, -y - 2][i % 3];
  });

describe('where a body stands whose base does not move', () => {
  test('three markers on its base give place and heading, whatever the axes', () => {
    using model = physics.compile(arm());
    const moved = movement(model, 40, 100, 'laboratory');
    const track = trackOf(moved.keypoints, elsewhere(moved.places), { noise: 1e-3 });
    const { angles, placement, noise } = fitBody(model, [{ track }], { place: true });
    for (const e of hingeErrors(model, angles, moved.postures)) expect(e).toBeLessThan(1.5);
    [1, 0, 0, 0, 0, -1, 0, 1, 0].forEach((v, i) => expect(placement!.rotation[i]).toBeCloseTo(v, 1.5));
    expect(noise).toBeLessThan(1.2);
    // Without it nothing fits.
    expect(fitBody(model, [{ track }]).noise).toBeGreaterThan(20);
  });

  test('with fewer, the place at which postures fit', () => {
    using model = physics.compile(planarArm());
    const moved = movement(model, 40, 100, 'table');
    const away = moved.places.map((v, i) => v + [0.3, -0.8, 0.75][i % 3]);
    const track = trackOf(moved.keypoints, away, { noise: 1e-3 });
    const { angles, placement } = fitBody(model, [{ track }], { place: true });
    for (const e of hingeErrors(model, angles, moved.postures)) expect(e).toBeLessThan(1);
    [-0.3, 0.8, -0.75].forEach((v, c) => expect(Math.abs(placement!.translation[c] - v)).toBeLessThan(2e-3));
  });

  test('and its size', () => {
    using model = physics.compile(arm());
    const moved = movement(model, 40, 100, 'small');
    const without = moved.keypoints.filter((k) => k !== 'c7');
    const track = trackOf(
      moved.keypoints,
      elsewhere(moved.places).map((v) => 0.8 * v),
      { noise: 1e-3 },
    );
    const upright = placeTrack(track, turnUpwards('y', 'z'));
    const fit = fitBody(model, [{ track: upright }], { place: true, scale: true, keypoints: without });
    expect(fit.scale).toBeCloseTo(0.8, 2);
    // The heading is as it was, and was right.
    for (const e of hingeErrors(model, fit.angles, moved.postures)) expect(e).toBeLessThan(2.5);
  });

  test('pictures tell no place', () => {
    const flat = trackOf(['shoulder', 'elbow', 'wrist'], new Float64Array(6), { space: 2, unit: 'px' });
    expect(() => placeTrack(flat, turnUpwards('y', 'z'))).toThrow(/three coordinates in m, cm or mm/);
  });
});

test.each([
  ['y', 'z'],
  ['z', 'y'],
  ['x', 'z'],
  ['z', 'z'],
] as [Upwards, Upwards][])('%s up to %s up is a rotation, of covariances too', (from, to) => {
  const placement = turnUpwards(from, to);
  const point = [0, 0, 0];
  point['xyz'.indexOf(from)] = 1;
  const track = trackOf(['a', 'b'], Float64Array.from([...point, 1, 2, 3]), { unit: 'mm', noise: 0 });
  const moved = placeTrack(track, placement);
  expect([0, 1, 2].map((c) => moved.positions.at(0, 0, 0, c))).toEqual(
    [0, 1, 2].map((c) => Number('xyz'[c] === to)),
  );
  const [a, b, c, d, e, f, g, h, i] = placement.rotation;
  expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBe(1);
  const spread = { ...track, positions: track.positions };
  expect(placeTrack(spread, placement).positions.covariance!.at(0, 0, 1, 0)).toBeCloseTo(1e-12, 20);
});
