import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureWalk } from '../../../../validation/gait-imu-mocap.ts';

const folder = resolve(import.meta.dirname, '../../../../../shared/data/gait-imu-mocap');

describe('the optical walk', () => {
  it.skipIf(!existsSync(folder))(
    'mean left stride length 1.340 m within 1 % (data: ../shared/data/gait-imu-mocap)',
    () => {
      const { reference, detected } = measureWalk(folder);
      expect(reference.meanMeters).toBeCloseTo(1.34, 3);
      expect(detected.strides).toBe(28);
      expect(Math.abs(detected.meanMeters / 1.34 - 1)).toBeLessThan(0.01);
    },
  );
});
