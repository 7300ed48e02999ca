import { beforeAll, describe, expect, test } from 'vitest';
import { median } from '../../../src/math/quantile.ts';
import { Random } from '../../../src/math/random.ts';
import {
  bodies,
  fitBody,
  loadPhysics,
  orthographic,
  pinhole,
  quadruped,
  siteMarkers,
  arm,
  planarArm,
  type BodyModel,
  type Physics,
} from '../../../src/model/body/index.ts';
import { PostureSolver } from '../../../src/model/body/fit/posture.ts';
import { hingeErrors, lastingErrors, movement, trackOf, type Movement } from './movement.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

/** Length of the body, m: its keypoints' largest extent stretched out. */
const lengths: Readonly<Record<string, number>> = { 'planar-arm': 0.642, arm: 0.637, quadruped: 0.09 };

describe.each(bodies)('$name, with noise of 1 % of its length', ({ name, mjcf }) => {
  test('joint angles are right to a degree, and their covariances true', () => {
    using model = physics.compile(mjcf());
    const moved = movement(model, 120, 200, name);
    const noise = 0.01 * lengths[name];
    const fit = fitBody(model, [{ track: trackOf(moved.keypoints, moved.places, { noise }) }]);
    const errors = hingeErrors(model, fit.angles, moved.postures);
    // The ends of the limbs are not as long as ten times the noise; half the joints at least are not of those.
    expect(median(errors)).toBeLessThan(1);
    expect(fit.noise).toBeGreaterThan(0.95);
    expect(fit.noise).toBeLessThan(1.05);
    expect(fit.suspicions).toEqual([]);
    const single = fitBody(model, [{ track: trackOf(moved.keypoints, moved.places, { noise }) }], {
      smooth: false,
    });
    const n = fit.angles.dimensions[1].size;
    let sum = 0;
    let count = 0;
    const hinges = model.joints.filter((j) => j.type === 'hinge');
    for (let t = 0; t < moved.postures.length; t++) {
      hinges.forEach((j, k) => {
        const error = single.angles.at(t, k) - moved.postures[t][j.position];
        const variance = single.angles.covariance!.at(t, k * n - (k * (k - 1)) / 2);
        if (!Number.isFinite(error)) return;
        sum += (error * error) / variance;
        count++;
      });
    }
    expect(count).toBeGreaterThan(0.95 * moved.postures.length * n);
    expect(Math.sqrt(sum / count)).toBeGreaterThan(0.9);
    expect(Math.sqrt(sum / count)).toBeLessThan(1.15);
  });

  test.each([
    ['new in every frame', { lasting: 0 }, 1],
    ['that last ten frames', { lasting: 1, span: 10 }, 1],
    ['that half last, and are twice as large as stated', { lasting: 0.5, span: 10 }, 0.5],
  ] as const)("an arm's angles lie within what the fit states, with errors %s", (_, kind, stated) => {
    using model = physics.compile(arm());
    const noise = 0.002;
    let [within, count] = [0, 0];
    for (const seed of ['a', 'b', 'c']) {
      const { postures, keypoints, places } = movement(model, 250, 100, seed);
      const errors = lastingErrors(250, 3 * keypoints.length, { ...kind, seed });
      const track = trackOf(
        keypoints,
        places.map((v, i) => v + noise * errors[i]),
        { rate: 100, stated: stated * noise },
      );
      const { angles, lasting, noise: factor } = fitBody(model, [{ track }]);
      // What is still there a frame later.
      expect(Math.abs(lasting - kind.lasting * Math.exp(-0.1))).toBeLessThan(0.06);
      expect(factor * stated).toBeGreaterThan(0.9);
      expect(factor * stated).toBeLessThan(1.1);
      const n = angles.dimensions[1].size;
      for (const [t, q] of postures.entries()) {
        model.joints.forEach(({ position }, k) => {
          const variance = angles.covariance!.at(t, k * n - (k * (k - 1)) / 2);
          within += Number((angles.at(t, k) - q[position]) ** 2 <= 1.96 ** 2 * variance);
          count++;
        });
      }
    }
    expect(within / count).toBeGreaterThan(0.9);
    expect(within / count).toBeLessThan(0.99);
  });

  test('without noise the posture is found to the last digit, twice the same', () => {
    using model = physics.compile(mjcf());
    const moved = movement(model, 3, 20, name);
    const track = trackOf(moved.keypoints, moved.places, {});
    const fit = fitBody(model, [{ track }], { smooth: false });
    for (const e of hingeErrors(model, fit.angles, moved.postures)) expect(e).toBeLessThan(1e-3);
    expect(fitBody(model, [{ track }], { smooth: false }).positions).toEqual(fit.positions);
  });

  test('the derivatives are those of the costs', () => {
    using model = physics.compile(mjcf());
    using simulation = model.simulate();
    const moved = movement(model, 2, 3, name);
    const solver = new PostureSolver(model, simulation, siteMarkers(model, moved.keypoints));
    const whitening = Float64Array.from([3, 0, 0, 1, 2, 0, -1, 0.5, 1]);
    const frame = moved.keypoints.map((_, marker) => ({
      marker,
      camera: undefined,
      value: moved.places.slice(3 * marker, 3 * marker + 3),
      whitening,
    }));
    // At the truth the residuals are zero, so the cost around it is the step's information.
    const truth = moved.postures[0];
    const information = solver.information(truth, frame);
    const random = new Random('directions');
    const { free } = solver.coordinates;
    for (let trial = 0; trial < 5; trial++) {
      const step = new Float64Array(model.sizes.nv);
      for (const d of free) step[d] = 1e-5 * random.normal();
      let expected = 0;
      for (let a = 0; a < free.length; a++)
        for (let b = 0; b < free.length; b++)
          expected += step[free[a]] * information.data[a * free.length + b] * step[free[b]];
      const cost = solver.cost(solver.coordinates.integrate(truth, step), frame);
      expect(cost / expected).toBeCloseTo(1, 3);
    }
  });
});

test('whatever posture the arm starts in, the fit does not go astray', () => {
  using model = physics.compile(arm());
  for (let seed = 0; seed < 12; seed++) {
    const moved = movement(model, 5, 100, `start ${seed}`);
    const { noise, suspicions } = fitBody(model, [
      { track: trackOf(moved.keypoints, moved.places, { noise: 1e-3 }) },
    ]);
    expect(noise).toBeLessThan(1.5);
    expect(suspicions).toEqual([]);
  }
});

test('a fit that goes astray little by little comes back', () => {
  using model = physics.compile(arm());
  const { postures, keypoints, places } = movement(model, 260, 100, 'd');
  const errors = lastingErrors(400, 3 * keypoints.length, { lasting: 1, span: 10, seed: 'errors d' });
  const track = trackOf(
    keypoints,
    places.map((v, i) => v + 0.002 * errors[i]),
    { rate: 100, stated: 0.002 },
  );
  const { noise, angles } = fitBody(model, [{ track }], { smooth: false });
  // The shoulder's three hinges can take two ways to the same place, and only one of them goes on within the limits.
  expect(noise).toBeLessThan(2);
  const k = angles.dimensions[1].labels!.indexOf('shoulder_flexion');
  const q = model.joints.find((j) => j.name === 'shoulder_flexion')!.position;
  for (const t of [150, 180, 200, 250]) expect(Math.abs(angles.at(t, k) - postures[t][q])).toBeLessThan(0.2);
});

test('another body, or the same elsewhere, is told', () => {
  using model = physics.compile(arm());
  const moved = movement(model, 10, 100, 'elsewhere');
  const away = moved.places.map((v) => v + 0.4);
  const fits = [{ noise: 1e-3 }, { bare: true }].map((options) =>
    fitBody(model, [{ track: trackOf(moved.keypoints, away, options) }]),
  );
  for (const { suspicions } of fits) {
    expect(suspicions.map((s) => s.kind)).toContain('poor fit');
    expect(suspicions.find((s) => s.kind === 'poor fit')!.message).toMatch(/right place\?$/);
  }
});

describe('what recordings are like', () => {
  let model: BodyModel;
  let moved: Movement;
  beforeAll(() => {
    model = physics.compile(quadruped());
    moved = movement(model, 40, 100, 'recording');
  });
  const without = (missing: (t: number, name: string) => boolean): Float64Array => {
    const n = moved.keypoints.length;
    return moved.places.map((v, i) =>
      missing(Math.floor(i / (3 * n)), moved.keypoints[Math.floor(i / 3) % n]) ? NaN : v,
    );
  };
  const exchanged = (frames: (t: number) => boolean): Float64Array => {
    const n = moved.keypoints.length;
    return moved.places.map((v, i) => {
      const [t, k, c] = [Math.floor(i / (3 * n)), Math.floor(i / 3) % n, i % 3];
      if (!frames(t)) return v;
      const twin = moved.keypoints[k].replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left'));
      return moved.places[(t * n + moved.keypoints.indexOf(twin)) * 3 + c];
    });
  };
  const at = (name: string): number =>
    model.joints.filter((j) => j.type === 'hinge').findIndex((j) => j.name === name);

  test('a joint that its keypoints do not show is missing, not made up; smoothing bridges gaps with less certainty', () => {
    const places = without((t, name) => t >= 15 && t < 25 && /^(knee|ankle|toe|toe_tip)_left$/.test(name));
    const track = trackOf(moved.keypoints, places, { noise: 1e-4, rate: 100 });
    const single = fitBody(model, [{ track }], { smooth: false });
    expect(single.angles.at(20, at('knee_left'))).toBeNaN();
    expect(single.angles.at(20, at('knee_right'))).not.toBeNaN();
    expect(single.angles.at(14, at('knee_left'))).not.toBeNaN();
    expect(single.positions.every(Number.isFinite)).toBe(true);
    const bridged = fitBody(model, [{ track }]);
    const k = at('knee_left');
    const n = bridged.angles.dimensions[1].size;
    const variance = (t: number): number => bridged.angles.covariance!.at(t, k * n - (k * (k - 1)) / 2);
    expect(bridged.angles.at(20, k)).not.toBeNaN();
    expect(variance(20)).toBeGreaterThan(10 * variance(5));
  });

  test('sides swapped in some frames, and in all, are told', () => {
    const some = fitBody(model, [
      {
        track: trackOf(
          moved.keypoints,
          exchanged((t) => t >= 10 && t < 14),
          { noise: 2e-4 },
        ),
      },
    ]);
    expect(some.suspicions).toHaveLength(1);
    expect(some.suspicions[0].frames).toEqual([10, 11, 12, 13]);
    const all = fitBody(
      model,
      [
        {
          track: trackOf(
            moved.keypoints,
            exchanged(() => true),
            { noise: 2e-4 },
          ),
        },
      ],
      { register: true },
    );
    expect(all.suspicions.map((s) => s.kind)).toEqual(['swapped sides']);
    expect(all.suspicions[0].message).toMatch(/whole recording/);
  });

  test('a wrong unit is told by the size', () => {
    const millimeters = moved.places.map((v) => v * 1000);
    expect(() => fitBody(model, [{ track: trackOf(moved.keypoints, millimeters) }])).toThrow(
      /1000 times as far apart.*millimeters taken for meters/,
    );
    const fit = fitBody(model, [
      { track: trackOf(moved.keypoints, millimeters, { unit: 'mm', noise: 0.1 }) },
    ]);
    expect(median(hingeErrors(model, fit.angles, moved.postures))).toBeLessThan(1);
    expect(() => fitBody(model, [{ track: trackOf(moved.keypoints, moved.places, { unit: 'mm' }) }])).toThrow(
      /meters taken for millimeters/,
    );
    const large = fitBody(model, [
      {
        track: trackOf(
          moved.keypoints,
          moved.places.map((v) => v * 1.8),
          { noise: 1e-4 },
        ),
      },
    ]);
    expect(large.suspicions[0]).toMatchObject({ kind: 'size' });
  });

  test('keypoints that the body lacks, and pictures without a camera, are refused', () => {
    const names = moved.keypoints.map((n) => (n === 'nose' ? 'snout' : n));
    expect(() => fitBody(model, [{ track: trackOf(names, moved.places) }])).toThrow(
      /no marker for "snout".*nose/,
    );
    const rest = names.filter((n) => n !== 'snout');
    expect(
      fitBody(model, [{ track: trackOf(names, moved.places, { noise: 1e-4 }) }], {
        keypoints: rest,
        smooth: false,
      }).markers,
    ).toHaveLength(rest.length);
    const flat = trackOf(
      moved.keypoints,
      moved.places.filter((_, i) => i % 3 < 2),
      { space: 2, unit: 'px' },
    );
    expect(() => fitBody(model, [{ track: flat }])).toThrow(/need a camera/);
    expect(() =>
      fitBody(model, [
        {
          track: trackOf(
            moved.keypoints,
            moved.places.map(() => NaN),
          ),
        },
      ]),
    ).toThrow(/no frame has enough/);
    expect(() => fitBody(model, [])).toThrow(/at least one view/);
  });

  test('a body of another size is scaled', () => {
    const track = trackOf(
      moved.keypoints,
      moved.places.map((v) => v * 1.37),
      { noise: 2e-4 },
    );
    const fit = fitBody(model, [{ track }], { scale: true });
    expect(fit.scale).toBeCloseTo(1.37, 2);
    expect(median(hingeErrors(model, fit.angles, moved.postures))).toBeLessThan(1);
    expect(fit.suspicions).toEqual([]);
  });

  test('markers that sit elsewhere are found', () => {
    const random = new Random('offsets');
    const moved100 = movement(model, 100, 50, 'registration');
    const true0 = siteMarkers(model, moved.keypoints);
    const wrong = true0.map((m) => ({
      ...m,
      offset: m.offset.map((v) => v + random.normal(0, 0.0015)) as unknown as [number, number, number],
    }));
    const track = trackOf(moved.keypoints, moved100.places, { noise: 2e-4, rate: 50 });
    const off = (markers: typeof true0): number =>
      Math.sqrt(
        markers.reduce(
          (sum, m, i) => sum + m.offset.reduce((s, v, c) => s + (v - true0[i].offset[c]) ** 2, 0),
          0,
        ) / markers.length,
      );
    const before = fitBody(model, [{ track }], { markers: wrong, smooth: false });
    const after = fitBody(model, [{ track }], { markers: wrong, register: true, smooth: false });
    expect(after.noise).toBeLessThan(0.4 * before.noise);
    expect(off([...after.markers])).toBeLessThan(0.7 * off(wrong));
  });

  test('without covariances the noise is estimated', () => {
    const fit = fitBody(model, [
      { track: trackOf(moved.keypoints, moved.places, { noise: 3e-4, bare: true }) },
    ]);
    expect(fit.noise).toBeCloseTo(3e-4, 5);
  });
});

describe('pictures', () => {
  test('a planar arm from above', () => {
    using model = physics.compile(planarArm());
    const moved = movement(model, 60, 100, 'above');
    const camera = orthographic([500, 0, 0, 0, -500, 0], [320, 240]);
    const pixels = Float64Array.from(
      moved.places.filter((_, i) => i % 3 < 2),
      (v, i) => (i % 2 ? 240 - 500 * v : 320 + 500 * v),
    );
    const track = trackOf(moved.keypoints, pixels, { space: 2, unit: 'px', noise: 1, rate: 100 });
    const fit = fitBody(model, [{ track, camera }]);
    for (const e of hingeErrors(model, fit.angles, moved.postures)) expect(e).toBeLessThan(0.5);
  });

  test('an arm in space from two cameras', () => {
    using model = physics.compile(arm());
    const moved = movement(model, 30, 60, 'cameras');
    const views = [0, Math.PI / 2].map((heading, i) => {
      const [c, s] = [Math.cos(heading), Math.sin(heading)];
      // Looks along (c, s, 0) from 3 m away, at the height of the shoulder.
      const camera = pinhole({
        focal: [1000, 1000],
        center: [500, 500],
        rotation: [s, -c, 0, 0, 0, -1, c, s, 0],
        translation: [0, 1.4, 3],
      });
      const [pixel, jacobian] = [new Float64Array(2), new Float64Array(6)];
      const pixels: number[] = [];
      for (let p = 0; p < moved.places.length; p += 3) {
        expect(
          camera.project(moved.places[p], moved.places[p + 1], moved.places[p + 2], pixel, jacobian),
        ).toBe(true);
        pixels.push(...pixel);
        for (let k = 0; k < 3; k++) {
          const shifted = [0, 1, 2].map((q) => moved.places[p + q] + (q === k ? 1e-6 : 0));
          const [other, unused] = [new Float64Array(2), new Float64Array(6)];
          camera.project(shifted[0], shifted[1], shifted[2], other, unused);
          expect((other[0] - pixel[0]) / 1e-6).toBeCloseTo(jacobian[k], 1);
          expect((other[1] - pixel[1]) / 1e-6).toBeCloseTo(jacobian[3 + k], 1);
        }
      }
      return {
        camera,
        track: trackOf(moved.keypoints, Float64Array.from(pixels), {
          space: 2,
          unit: 'px',
          noise: 0.5,
          seed: `camera ${i}`,
          rate: 60,
        }),
      };
    });
    const fit = fitBody(model, views);
    expect(median(hingeErrors(model, fit.angles, moved.postures))).toBeLessThan(1);
    expect(fit.noise).toBeGreaterThan(0.9);
    expect(fit.noise).toBeLessThan(1.1);
  });
});

describe('joints', () => {
  const chain = (
    extra: string,
    between: string,
  ): string => `<mujoco><compiler angle="radian"/><worldbody><body name="thigh">
    <joint name="hip" type="ball" ${between}/><geom type="capsule" fromto="0 0 0 0 0 -0.4" size="0.05"/><site name="hip" /><site name="knee_out" pos="0 0.05 -0.4"/><site name="thigh_front" pos="0.06 0 -0.2"/>
    <body name="shank" pos="0 0 -0.4"><joint name="knee" axis="0 1 0" range="0 2.4" limited="true"/><joint name="glide" type="slide" axis="1 0 0"/>
    <geom type="capsule" fromto="0 0 0 0 0 -0.4" size="0.04"/><site name="shin" pos="0.04 0 -0.2"/><site name="ankle_out" pos="0 0.04 -0.4"/><site name="ankle_in" pos="0 -0.04 -0.4"/></body></body></worldbody>${extra}</mujoco>`;
  const led = '<equality><joint joint1="glide" joint2="knee" polycoef="0.01 0.02 -0.005 0 0"/></equality>';

  test('ball joints, limits and joints that follow others', () => {
    using model = physics.compile(chain(led, ''));
    using simulation = model.simulate();
    const keypoints = model.names.sites;
    const truth = Array.from({ length: 20 }, (_, t) => {
      const angle = 0.1 * t;
      const knee = 0.1 * t;
      const q = [
        Math.cos(angle / 2),
        0.6 * Math.sin(angle / 2),
        0.8 * Math.sin(angle / 2),
        0,
        knee,
        0.01 + 0.02 * knee - 0.005 * knee ** 2,
      ];
      simulation.set('qpos', q);
      simulation.kinematics();
      return { q: Float64Array.from(q), sites: simulation.get('site_xpos') };
    });
    const places = Float64Array.from(truth.flatMap(({ sites }) => [...sites]));
    const fit = fitBody(model, [{ track: trackOf(keypoints, places) }], { smooth: false });
    truth.forEach(({ q }, t) => {
      expect(fit.angles.at(t, 0)).toBeCloseTo(q[4], 5);
      expect(fit.translations!.at(t, 0)).toBeCloseTo(q[5], 6);
      const dot = [0, 1, 2, 3].reduce((sum, k) => sum + q[k] * fit.orientations!.at(t, 0, k), 0);
      expect(Math.abs(dot)).toBeCloseTo(1, 9);
    });
    // The one that follows has the leader's variance times the square of the slope.
    const slope = 0.02 - 0.01 * truth[8].q[4];
    expect(fit.translations!.covariance!.at(8, 0) / fit.angles.covariance!.at(8, 0)).toBeCloseTo(
      slope ** 2,
      6,
    );
  });

  test('limits hold, a ball joint at its angle', () => {
    using free = physics.compile(chain(led, ''));
    using simulation = free.simulate();
    simulation.set('qpos', [Math.cos(0.6), 0, Math.sin(0.6), 0, 0, 0.01]);
    simulation.kinematics();
    const places = simulation.get('site_xpos');
    using model = physics.compile(
      chain(led, 'range="0 0.8" limited="true"').replace('range="0 2.4"', 'range="0.3 2.4"'),
    );
    const fit = fitBody(model, [{ track: trackOf(free.names.sites, places) }], { smooth: false });
    expect(2 * Math.acos(Math.abs(fit.orientations!.at(0, 0, 0)))).toBeLessThan(0.8 + 1e-9);
    expect(fit.angles.at(0, 0)).toBeGreaterThanOrEqual(0.3);
  });
});
