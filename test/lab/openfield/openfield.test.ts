import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mouseSkeleton, pawNames, simulateOpenField } from '../../../src/lab/openfield/index.ts';
import { UsageError } from '../../../src/signal/error.ts';

const keypoints = mouseSkeleton.keypoints;
const place = (
  field: ReturnType<typeof simulateOpenField>,
  frame: number,
  name: string,
): [number, number] => {
  const i = frame * keypoints.length + keypoints.indexOf(name);
  const { values } = field.truth.pose.positions;
  return [values[2 * i], values[2 * i + 1]];
};
const isSeen = (field: ReturnType<typeof simulateOpenField>, frame: number, name: string): boolean =>
  field.truth.visible[frame * keypoints.length + keypoints.indexOf(name)] === 1;

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Mean gray over a square of (2 reach + 1) px. */
function grayAt(field: ReturnType<typeof simulateOpenField>, frame: number, name: string, reach = 1): number {
  const [x, y] = place(field, frame, name).map(Math.round);
  const { data, width } = field.frame(frame);
  let sum = 0;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) sum += data[(y + dy) * width + x + dx];
  }
  return sum / (2 * reach + 1) ** 2;
}

describe('frames', () => {
  it('has the same bytes for the same options, in any order of asking', () => {
    const one = simulateOpenField({ seconds: 2, seed: 5 });
    const other = simulateOpenField({ seconds: 2, seed: 5 });
    const order = [7, 100, 3, 51];
    const rendered = new Map(order.toReversed().map((i) => [i, other.frame(i).data]));
    for (const i of order) expect(same(one.frame(i).data, rendered.get(i)!)).toBe(true);
    expect(same(one.truth.visible, other.truth.visible)).toBe(true);
    expect(one.truth.paws).toEqual(other.truth.paws);
  });

  it('differs between seeds and between frames', () => {
    const one = simulateOpenField({ seconds: 1, seed: 1 });
    const other = simulateOpenField({ seconds: 1, seed: 2 });
    expect(same(other.frame(0).data, one.frame(0).data)).toBe(false);
    expect(same(one.frame(1).data, one.frame(0).data)).toBe(false);
    expect(other.truth.pose.positions.values).not.toEqual(one.truth.pose.positions.values);
  });

  it('keeps the animal where it was when a knob of the picture is turned', () => {
    const plain = simulateOpenField({ seconds: 1, noise: 0, light: 0, blur: 0, occlusion: 0 });
    const hard = simulateOpenField({ seconds: 1, noise: 9, light: 1, blur: 1, occlusion: 1 });
    expect(hard.truth.pose.positions.values).toEqual(plain.truth.pose.positions.values);
    expect(same(hard.frame(0).data, plain.frame(0).data)).toBe(false);
  });

  it('shows the same motion at another frame rate', () => {
    const slow = simulateOpenField({ seconds: 1, rate: 30 });
    const fast = simulateOpenField({ seconds: 1, rate: 120 });
    for (const frame of [0, 10, 29]) {
      expect(place(fast, 4 * frame, 'snout')).toEqual(place(slow, frame, 'snout'));
    }
  });

  it('has the noise that was asked for', () => {
    const quiet = { seconds: 1, noise: 0, light: 0, blur: 0, occlusion: 0 };
    const clean = simulateOpenField(quiet).frame(20).data;
    const noisy = simulateOpenField({ ...quiet, noise: 6 }).frame(20).data;
    let sum = 0;
    let n = 0;
    clean.forEach((value, i) => {
      if (value < 118 || value > 138) return;
      sum += (noisy[i] - value) ** 2;
      n++;
    });
    expect(n).toBeGreaterThan(1000);
    expect(Math.sqrt(sum / n)).toBeGreaterThan(5.6);
    expect(Math.sqrt(sum / n)).toBeLessThan(6.4);
  });

  it('goes through the face of a video', async () => {
    const field = simulateOpenField({ seconds: 0.1, rate: 50 });
    await using source = field.frameSource();
    const seen: number[] = [];
    for await (const frame of source.frames(1, 4)) seen.push(frame.index);
    expect(seen).toEqual([1, 2, 3]);
    expect((await source.frameAt(0.059)).index).toBe(2);
    expect(source.info.frameCount).toBe(5);
    await expect(source.frame(5)).rejects.toThrow(/from 0 to 4/);
  });

  it('refuses what it cannot draw and says what it can', () => {
    expect(() => simulateOpenField({ noise: NaN })).toThrow(UsageError);
    expect(() => simulateOpenField({ width: 100.5 })).toThrow(/whole number from 64 to 4096/);
    expect(() => simulateOpenField({ pixelsPerMillimeter: 3 })).toThrow(/arena is too small/);
    expect(() => simulateOpenField({ seconds: 1 }).frame(-1)).toThrow(/from 0 to 59/);
  });
});

describe('keypoints', () => {
  it('lie where the picture shows them', () => {
    const options = { seconds: 6, noise: 0, light: 0, blur: 0, occlusion: 0 };
    const field = simulateOpenField(options);
    const difference: Record<string, number[]> = { neck: [], leftfore: [], righthind: [], leftear: [] };
    for (let frame = 0; frame < field.info.frameCount; frame += 9) {
      for (const name of Object.keys(difference)) {
        if (isSeen(field, frame, name)) difference[name].push(grayAt(field, frame, name));
      }
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // Fur is dark, the inside of the ear lighter, the paws lighter still; the floor is at about 146.
    expect(mean(difference.neck)).toBeLessThan(95);
    expect(mean(difference.leftear)).toBeGreaterThan(mean(difference.neck) + 15);
    expect(mean(difference.leftfore)).toBeGreaterThan(mean(difference.neck) + 40);
    expect(mean(difference.righthind)).toBeGreaterThan(mean(difference.neck) + 40);
  });

  it('puts the left side on the left', () => {
    const field = simulateOpenField({ seconds: 3 });
    for (let frame = 0; frame < field.info.frameCount; frame += 20) {
      const [nx, ny] = place(field, frame, 'neck');
      const [sx, sy] = place(field, frame, 'snout');
      for (const name of ['leftear', 'rightear']) {
        const [x, y] = place(field, frame, name);
        const cross = (sx - nx) * (y - ny) - (sy - ny) * (x - nx);
        // y points down: the right-hand side has a positive cross product.
        expect(Math.sign(cross)).toBe(name === 'rightear' ? 1 : -1);
      }
    }
  });

  it('hides paws under the body and shows them beside it, and hides more under a bar', () => {
    const share = (occlusion: number, name: string): number => {
      const field = simulateOpenField({ seconds: 30, occlusion });
      let seen = 0;
      for (let i = 0; i < field.info.frameCount; i++) seen += isSeen(field, i, name) ? 1 : 0;
      return seen / field.info.frameCount;
    };
    expect(share(0, 'snout')).toBe(1);
    expect(share(1, 'snout')).toBeLessThan(1);
    expect(share(0, 'leftfore')).toBeGreaterThan(0.35);
    expect(share(0, 'leftfore')).toBeLessThan(0.95);
    expect(share(0, 'lefthind')).toBeGreaterThan(0.6);
  });

  it('stay inside the picture, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(90, 190, 320), (seed, speed) => {
        const field = simulateOpenField({ seconds: 20, rate: 20, seed, speed });
        const { values } = field.truth.pose.positions;
        for (let i = 0; i < values.length; i += 2) {
          if (!(values[i] >= 0 && values[i] < 400 && values[i + 1] >= 0 && values[i + 1] < 300)) return false;
        }
        return true;
      }),
      { numRuns: 12, seed: 3 },
    );
  });

  it('labels a frame as a person would', () => {
    const field = simulateOpenField({ seconds: 2 });
    const { instances, picture } = field.label(17);
    expect(picture.frame).toBe(17);
    instances[0].points.forEach((point, k) => {
      expect([point?.x, point?.y]).toEqual(place(field, 17, keypoints[k]));
      expect(point?.visibility).toBe(isSeen(field, 17, keypoints[k]) ? 'visible' : 'occluded');
    });
  });
});

describe('gait', () => {
  const rate = 500;
  const field = simulateOpenField({ seconds: 12, rate, pauses: 0, speed: 260 });
  const { paws } = field.truth;

  it('keeps a paw in stance where it was set down, exactly', () => {
    for (const paw of paws) {
      expect(paw.stances.length).toBeGreaterThan(15);
      for (const stance of paw.stances) {
        const first = Math.ceil(stance.contactSeconds * rate);
        const last = Math.floor(stance.liftSeconds * rate);
        for (let frame = first; frame <= last; frame++) {
          expect(place(field, frame, paw.name)).toEqual([stance.x, stance.y]);
        }
      }
    }
  });

  it('moves a paw in swing, without jumps', () => {
    for (const paw of paws) {
      for (let k = 0; k + 1 < paw.stances.length; k++) {
        const middle = (paw.stances[k].liftSeconds + paw.stances[k + 1].contactSeconds) / 2;
        const frame = Math.round(middle * rate);
        const [x0, y0] = place(field, frame - 5, paw.name);
        const [x1, y1] = place(field, frame + 5, paw.name);
        expect(Math.hypot(x1 - x0, y1 - y0)).toBeGreaterThan(1);
      }
      for (let frame = 1; frame < field.info.frameCount; frame++) {
        const [x0, y0] = place(field, frame - 1, paw.name);
        const [x1, y1] = place(field, frame, paw.name);
        // 3 m/s would be a jump.
        expect(Math.hypot(x1 - x0, y1 - y0) / field.info.pixelsPerMillimeter).toBeLessThan(3000 / rate);
      }
    }
  });

  it('alternates contact and lift', () => {
    for (const paw of paws) {
      const events = [
        ...[...paw.contactSeconds].map((t) => ({ t, contact: true })),
        ...[...paw.liftSeconds].map((t) => ({ t, contact: false })),
      ].sort((a, b) => a.t - b.t);
      for (let i = 1; i < events.length; i++) {
        expect(events[i].t).toBeGreaterThan(events[i - 1].t);
        expect(events[i].contact).toBe(!events[i - 1].contact);
      }
    }
  });

  it('says the same as intervals', () => {
    for (const paw of paws) {
      const stances = field.truth.events.select({ label: 'stance', source: paw.name });
      expect([...stances.starts]).toEqual(paw.stances.map((s) => s.contactSeconds));
      expect([...stances.ends]).toEqual(paw.stances.map((s) => s.liftSeconds));
      const swings = field.truth.events.select({ label: 'swing', source: paw.name });
      expect(Math.abs(swings.count - stances.count)).toBeLessThanOrEqual(1);
    }
  });

  it('lengthens the stride and shortens the stance share with speed', () => {
    const medians = (speed: number): { stride: number; duty: number } => {
      const walk = simulateOpenField({ seconds: 30, speed, pauses: 0, seed: 4 });
      const hind = walk.truth.paws[pawNames.indexOf('lefthind')].stances;
      const strides: number[] = [];
      const duties: number[] = [];
      for (let k = 0; k + 1 < hind.length; k++) {
        const [a, b] = [hind[k], hind[k + 1]];
        strides.push(Math.hypot(b.x - a.x, b.y - a.y) / walk.info.pixelsPerMillimeter);
        duties.push((a.liftSeconds - a.contactSeconds) / (b.contactSeconds - a.contactSeconds));
      }
      const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
      return { stride: median(strides), duty: median(duties) };
    };
    const slow = medians(80);
    const fast = medians(320);
    expect(fast.stride).toBeGreaterThan(1.2 * slow.stride);
    expect(fast.duty).toBeLessThan(slow.duty - 0.05);
  });

  it('trots when fast: diagonal limbs touch down together, the two hind limbs half a stride apart', () => {
    const [, rightfore, lefthind, righthind] = paws;
    const phases = (of: Float64Array): number[] => {
      const found: number[] = [];
      for (let k = 0; k + 1 < lefthind.contactSeconds.length; k++) {
        const [start, end] = [lefthind.contactSeconds[k], lefthind.contactSeconds[k + 1]];
        for (const t of of) if (t >= start && t < end) found.push((t - start) / (end - start));
      }
      return found;
    };
    const meanPhase = (values: number[]): number => {
      const s = values.reduce((a, p) => a + Math.sin(2 * Math.PI * p), 0);
      const c = values.reduce((a, p) => a + Math.cos(2 * Math.PI * p), 0);
      return (((Math.atan2(s, c) / (2 * Math.PI)) % 1) + 1) % 1;
    };
    expect(meanPhase(phases(righthind.contactSeconds))).toBeCloseTo(0.5, 1);
    const diagonal = meanPhase(phases(rightfore.contactSeconds));
    expect(Math.min(diagonal, 1 - diagonal)).toBeLessThan(0.12);
  });
});
