import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rasterizer } from '../../src/lab/camera/rasterizer.ts';
import { capsuleBetween, clearance, meet, type Shape } from '../../src/lab/camera/shapes.ts';
import { Noise } from '../../src/lab/camera/texture.ts';
import { filmsOf, type Films } from '../../src/lab/camera/film.ts';
import { recordSession } from '../../src/lab/devices/session.ts';
import { reach } from '../../src/lab/experiments/reach.ts';
import { simulateLaboratory, type Laboratory } from '../../src/lab/laboratory.ts';
import type { LaboratoryOptions } from '../../src/lab/settings.ts';
import { lookAt, projectPoint, type LensCamera } from '../../src/math/lens.ts';
import { Random } from '../../src/math/random.ts';
import { loadPhysics, type Physics } from '../../src/model/body/index.ts';

const unit = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const sphere = (middle: number[], radius: number, gray = 240): Shape => ({
  kind: 'ellipsoid',
  body: 0,
  gray,
  grain: 0,
  middle: Float64Array.from(middle),
  frame: unit,
  size: [radius, radius, radius],
});

describe('shapes', () => {
  test('a point where a line of sight meets a shape lies on its surface, and lines that pass miss', () => {
    const random = new Random('shapes');
    const capsule = { kind: 'capsule', size: [0.3, 0.3, 0.5] } as const;
    const ellipsoid = { kind: 'ellipsoid', size: [0.3, 0.5, 0.8] } as const;
    let hits = 0;
    for (let i = 0; i < 2000; i++) {
      const o = [0, 1, 2].map(() => random.normal());
      const away = Math.hypot(...o);
      const from = o.map((v) => (3 * v) / away);
      const aim = [0, 1, 2].map((c) => random.normal(0, 0.5) - from[c]);
      const d = aim.map((v) => v / Math.hypot(...aim));
      const [a, b, c, x, y, z] = [...from, ...d];
      for (const shape of [capsule, ellipsoid]) {
        const t = meet(shape, a, b, c, x, y, z);
        const passes = clearance(shape, a, b, c, x, y, z);
        if (Math.abs(passes) > 1e-9) expect(t < Infinity).toBe(passes < 0);
        if (t === Infinity) continue;
        hits++;
        const p = from.map((v, k) => v + t * d[k]);
        if (shape.kind === 'ellipsoid') {
          expect(p.reduce((sum, v, k) => sum + (v / shape.size[k]) ** 2, 0)).toBeCloseTo(1, 9);
        } else {
          const on = Math.min(Math.max(p[2], -0.5), 0.5);
          expect(Math.hypot(p[0], p[1], p[2] - on)).toBeCloseTo(0.3, 9);
        }
      }
    }
    expect(hits).toBeGreaterThan(500);
  });
});

describe('the rasterizer', () => {
  const camera: LensCamera = {
    name: 'camera',
    width: 320,
    height: 240,
    focal: [420, 420],
    center: [160, 119],
    distortion: [-0.25, 0.05, 0.001, -0.001, 0],
    ...lookAt([1.5, -0.5, 1.6], [0, 0, 1.2]),
  };
  const rasterizer = new Rasterizer(
    camera,
    { ...reach.stage.room, backdrop: { ...reach.stage.room.backdrop, grain: 0 } },
    new Noise(new Random(1)),
  );
  const background = new Float32Array(320 * 240);
  rasterizer.background(background);
  const picture = (shapes: Shape[]): Float32Array => {
    const out = background.slice();
    rasterizer.draw(shapes, out, rasterizer.reach(shapes));
    return out;
  };

  test('a ball is where the lens puts it, to a quarter of a pixel', () => {
    const random = new Random('balls');
    const pixel = new Float64Array(2);
    for (let i = 0; i < 40; i++) {
      const place = [random.uniform(-0.1, 0.4), random.uniform(-0.35, 0.35), random.uniform(1, 1.4)];
      projectPoint(camera, place, pixel);
      const out = picture([sphere(place, 0.02, 2000)]);
      let [sum, sx, sy] = [0, 0, 0];
      out.forEach((v, p) => {
        // So bright that its dark side is brighter than the backdrop; its shadow is darker.
        if (v <= background[p] + 1) return;
        sum++;
        sx += p % 320;
        sy += Math.floor(p / 320);
      });
      const within = pixel[0] > 12 && pixel[0] < 307 && pixel[1] > 12 && pixel[1] < 227;
      if (!within) continue;
      expect(sum).toBeGreaterThan(30);
      expect(Math.hypot(sx / sum - pixel[0], sy / sum - pixel[1])).toBeLessThan(0.25);
    }
  });

  test('the nearer shape hides the farther one, in either order', () => {
    const near = sphere([0.4, -0.13, 1.3], 0.05, 200);
    const far = sphere([0, 0, 1.2], 0.05, 60);
    const pixel = new Float64Array(2);
    projectPoint(camera, near.middle, pixel);
    expect(picture([near, far])).toEqual(picture([far, near]));
    const p = Math.round(pixel[1]) * 320 + Math.round(pixel[0]);
    expect(picture([near, far])[p]).toBe(picture([near])[p]);
  });

  test('a shape throws a shadow on the wall, away from the lamp', () => {
    const out = picture([capsuleBetween([0.1, 0, 1], [0.1, 0, 1.3], 0.03, { body: 0, gray: 250, grain: 0 })]);
    const dark = Array.from(out.keys()).filter((p) => out[p] < background[p] - 10);
    expect(dark.length).toBeGreaterThan(100);
  });

  test('what is settled once looks the same as drawn each time', () => {
    const still = [sphere([-0.05, 0.1, 1.25], 0.08, 150)];
    const moving = [sphere([0.3, -0.1, 1.2], 0.03, 220)];
    const settled = new Rasterizer(
      camera,
      { ...reach.stage.room, backdrop: { ...reach.stage.room.backdrop, grain: 0 } },
      new Noise(new Random(1)),
    );
    const base = background.slice();
    settled.settle(still, base);
    const out = base.slice();
    settled.draw(moving, out, settled.reach(moving));
    const whole = picture([...still, ...moving]);
    out.forEach((v, p) => expect(Math.abs(v - whole[p])).toBeLessThan(1e-3));
  });
});

describe('films of the arm', () => {
  let physics: Physics;
  const open: Disposable[] = [];
  const film = (options: LaboratoryOptions): { lab: Laboratory; films: Films } => {
    const lab = simulateLaboratory(physics, {
      seconds: 2,
      neurons: 0,
      emgRate: 1000,
      width: 160,
      height: 120,
      ...options,
    });
    const films = filmsOf(lab, recordSession(lab));
    open.push(films, lab);
    return { lab, films };
  };
  beforeAll(async () => {
    physics = await loadPhysics();
  });
  afterAll(() => open.forEach((one) => one[Symbol.dispose]()));

  test('dots on the skin are where the truth says, within a pixel', () => {
    const quiet = { noise: 0, shutter: 0, occlusion: 0, width: 320, height: 240 };
    const [dotted, bare] = [true, false].map((dots) => film({ ...quiet, dots }).films.films[0]);
    const n = dotted.pose.skeleton.keypoints.length;
    let seen = 0;
    for (const index of [10, 60, 100]) {
      const [a, b] = [dotted.frame(index).data, bare.frame(index).data];
      for (let k = 0; k < n; k++) {
        if (!bare.visible[index * n + k]) continue;
        const [x, y] = [0, 1].map((c) => dotted.pose.positions.at(index, 0, k, c));
        const alone = Array.from({ length: n }, (_, j) => j).every(
          (j) =>
            j === k ||
            Math.hypot(
              dotted.pose.positions.at(index, 0, j, 0) - x,
              dotted.pose.positions.at(index, 0, j, 1) - y,
            ) > 14,
        );
        if (!alone) continue;
        let [sum, sx, sy] = [0, 0, 0];
        for (let v = Math.round(y) - 6; v <= y + 6; v++) {
          for (let u = Math.round(x) - 6; u <= x + 6; u++) {
            const gain = Math.max(0, a[v * 320 + u] - b[v * 320 + u]);
            sum += gain;
            sx += gain * u;
            sy += gain * v;
          }
        }
        if (sum < 300) continue;
        seen++;
        expect(Math.hypot(sx / sum - x, sy / sum - y), `${dotted.pose.skeleton.keypoints[k]}`).toBeLessThan(
          1.5,
        );
      }
    }
    expect(seen).toBeGreaterThanOrEqual(6);
  });

  test('the same frame has the same bytes in any order, and another seed others', () => {
    const { films } = film({ seed: 4 });
    const [one] = films.films;
    const first = one.frame(20).data;
    one.frame(5);
    expect(one.frame(20).data).toEqual(first);
    expect(film({ seed: 4 }).films.films[0].frame(20).data).toEqual(first);
    expect(film({ seed: 5 }).films.films[0].frame(20).data).not.toEqual(first);
    expect(() => one.frame(-1)).toThrow(/there is no such frame/);
  });

  test('the post hides markers of the last camera alone, and the dropped frames are missing', () => {
    const { films } = film({ occlusion: 1, droppedFrames: 0.2, seconds: 3 });
    const { films: free } = film({ occlusion: 0, droppedFrames: 0, seconds: 3 });
    const share = ({ visible }: { visible: Uint8Array }): number =>
      visible.reduce((a, b) => a + b, 0) / visible.length;
    expect(films.films[0].visible).toEqual(free.films[0].visible);
    expect(share(films.films[1])).toBeLessThan(share(free.films[1]) - 0.05);
    expect(films.films[1].frameCount).toBeLessThan(0.95 * free.films[1].frameCount);
  });
});
