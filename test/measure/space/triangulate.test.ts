import { describe, expect, it } from 'vitest';
import { lookAt, projectPoint, type LensCamera } from '../../../src/math/lens.ts';
import { Random } from '../../../src/math/random.ts';
import { inStep, triangulate, type CameraTrack } from '../../../src/measure/space/index.ts';
import { UsageError } from '../../../src/signal/error.ts';
import { poseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { irregularTime, regularTime } from '../../../src/signal/time.ts';

function cameraAt(name: string, from: readonly [number, number, number]): LensCamera {
  return {
    name,
    width: 640,
    height: 480,
    focal: [600, 605],
    center: [322, 236],
    distortion: [-0.2, 0.05, 0.001, -0.0007, 0.01],
    ...lookAt(from, [0, 0, 0.5]),
  };
}
const cameras = [cameraAt('a', [2, 0, 1]), cameraAt('b', [0, -2, 1.2]), cameraAt('c', [-1.5, 1.2, 0.8])];
const provenance = { step: 'test' };

/** Points in a cube of 0.4 m as cameras see them, with noise of known spread, px. */
function seen(count: number, used: readonly LensCamera[], spread: number, seed: string) {
  const random = new Random(seed);
  const truth = Float64Array.from({ length: 3 * count }, (_, i) =>
    i % 3 === 2 ? random.uniform(0.3, 0.7) : random.uniform(-0.2, 0.2),
  );
  const views: CameraTrack[] = used.map((camera) => {
    const positions = new Float64Array(2 * count);
    const pixel = new Float64Array(2);
    for (let i = 0; i < count; i++) {
      projectPoint(camera, truth.subarray(3 * i, 3 * i + 3), pixel);
      positions[2 * i] = pixel[0] + spread * random.normal();
      positions[2 * i + 1] = pixel[1] + spread * random.normal();
    }
    const covariance = Float64Array.from({ length: 3 * count }, (_, i) => (i % 3 === 1 ? 0 : spread ** 2));
    return { camera, track: track(positions, { covariance }) };
  });
  return { truth, views };
}

function track(positions: Float64Array, more: { covariance?: Float64Array; confidence?: Float64Array } = {}) {
  return poseTrack({
    skeleton: skeleton(['paw'], [], []),
    positions,
    ...more,
    time: regularTime(positions.length / 2, 100),
    provenance,
  });
}

const changed = ({ camera, track: t }: CameraTrack, change: (values: Float64Array) => void): CameraTrack => {
  const positions = Float64Array.from(t.positions.contiguous());
  change(positions);
  return {
    camera,
    track: track(positions, { covariance: Float64Array.from(t.positions.covariance!.contiguous()) }),
  };
};

describe('triangulation', () => {
  it('finds what cameras with lenses saw, exactly where there is no noise', () => {
    const { truth, views } = seen(200, cameras.slice(0, 2), 0, 'exact');
    const { track: found, unseen, disagreed } = triangulate(views, 'm');
    expect([unseen, disagreed]).toEqual([0, 0]);
    expect(found.positions.unit).toBe('m');
    found.positions.contiguous().forEach((v, i) => expect(v).toBeCloseTo(truth[i], 8));
  });

  it('is as far off as its covariance says, and less with more cameras', () => {
    const errors = [2, 3].map((k) => {
      const { truth, views } = seen(2000, cameras.slice(0, k), 1.5, `noise ${k}`);
      const { track: found } = triangulate(views, 'm', { floor: 0 });
      const values = found.positions.contiguous();
      const covariance = found.positions.covariance!.contiguous();
      let [distance, squared, variance] = [0, 0, 0];
      for (let i = 0; i < 2000; i++) {
        const e = [0, 1, 2].map((c) => values[3 * i + c] - truth[3 * i + c]);
        const [xx, xy, xz, yy, yz, zz] = covariance.subarray(6 * i, 6 * i + 6);
        const determinant = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz);
        const inverse = [
          [yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy],
          [xz * yz - xy * zz, xx * zz - xz * xz, xy * xz - xx * yz],
          [xy * yz - xz * yy, xy * xz - xx * yz, xx * yy - xy * xy],
        ];
        e.forEach((a, r) => e.forEach((b, c) => (distance += (a * b * inverse[r][c]) / determinant)));
        squared += e[0] ** 2 + e[1] ** 2 + e[2] ** 2;
        variance += xx + yy + zz;
      }
      // A mean of 2000 chi-squared variables of 3 degrees of freedom has a standard error of 0.055.
      expect(Math.abs(distance / 2000 - 3)).toBeLessThan(0.25);
      expect(squared / variance).toBeGreaterThan(0.9);
      expect(squared / variance).toBeLessThan(1.1);
      return squared;
    });
    expect(errors[1]).toBeLessThan(errors[0]);
  });

  it('leaves out the camera that disagrees, and says nothing where two do', () => {
    const { truth, views } = seen(50, cameras, 0.5, 'outlier');
    const wrong = views.with(
      1,
      changed(views[1], (values) => {
        for (let i = 0; i < values.length; i += 2) values[i] += 60;
      }),
    );
    const three = triangulate(wrong, 'm');
    expect(three.disagreed).toBe(0);
    three.track.positions.contiguous().forEach((v, i) => expect(Math.abs(v - truth[i])).toBeLessThan(0.02));
    const two = triangulate(
      views.slice(0, 2).with(
        1,
        changed(views[1], (values) => {
          for (let i = 1; i < values.length; i += 2) values[i] += 60;
        }),
      ),
      'm',
    );
    expect(two.disagreed).toBe(50);
    expect(two.track.positions.contiguous().every(Number.isNaN)).toBe(true);
  });

  it('is missing where fewer than two cameras saw a point or trust it', () => {
    const { views } = seen(3, cameras.slice(0, 2), 0, 'missing');
    const gone = changed(views[0], (values) => (values[2] = NaN));
    const untrusted = {
      camera: views[1].camera,
      track: track(Float64Array.from(views[1].track.positions.contiguous()), {
        confidence: Float64Array.of(0.9, 0.9, 0.2),
      }),
    };
    const { track: found, unseen } = triangulate([gone, untrusted], 'm');
    expect(unseen).toBe(2);
    expect(Array.from(found.positions.contiguous(), Number.isNaN)).toEqual(
      [0, 0, 0, 1, 1, 1, 1, 1, 1].map(Boolean),
    );
    expect(found.positions.confidence!.contiguous()[0]).toBe(0.9);
  });

  it('refuses one camera, and cameras that did not see the same', () => {
    const { views } = seen(3, cameras.slice(0, 2), 0, 'refused');
    expect(() => triangulate(views.slice(0, 1), 'm')).toThrow(UsageError);
    const shorter = { camera: cameras[1], track: track(new Float64Array(4)) };
    expect(() => triangulate([views[0], shorter], 'm')).toThrow(/b.*3 time.*2 time/s);
  });
});

describe('tracks in step', () => {
  const moving = (times: readonly number[], missing: readonly number[] = []) =>
    poseTrack({
      skeleton: skeleton(['paw'], [], []),
      positions: Float64Array.from(
        times.flatMap((t, i) => (missing.includes(i) ? [NaN, NaN] : [3 * t, 1 - t])),
      ),
      covariance: new Float64Array(3 * times.length).fill(1),
      confidence: Float64Array.from(times, (t) => 1 - t),
      time: irregularTime(Float64Array.from(times)),
      provenance,
    });

  it('are where uniform motion is, with less variance between two frames than at one', () => {
    const found = inStep(
      moving([0, 0.1, 0.2, 0.3]),
      irregularTime(Float64Array.of(0, 0.05, 0.125, 0.3)),
      0.15,
    );
    const values = found.positions.contiguous();
    [0, 0.05, 0.125, 0.3].forEach((t, i) => {
      expect(values[2 * i]).toBeCloseTo(3 * t, 12);
      expect(values[2 * i + 1]).toBeCloseTo(1 - t, 12);
    });
    const covariance = found.positions.covariance!.contiguous();
    expect([covariance[0], covariance[3], covariance[9]]).toEqual([1, 0.5, 1]);
    // As sure as the less sure of the two frames.
    const confidence = Array.from(found.positions.confidence!.contiguous());
    [0.9, 0.9, 0.8, 0.7].forEach((c, i) => expect(confidence[i]).toBeCloseTo(c, 12));
  });

  it('are missing beyond the track, in gaps that are too long, and beside missing frames', () => {
    const times = irregularTime(Float64Array.of(-0.1, 0.05, 0.3, 0.55, 0.65, 0.9));
    const found = inStep(moving([0, 0.1, 0.5, 0.6, 0.7], [4]), times, 0.15);
    const missing = Array.from({ length: 6 }, (_, i) => Number.isNaN(found.positions.contiguous()[2 * i]));
    expect(missing).toEqual([true, false, true, false, true, true]);
  });
});
