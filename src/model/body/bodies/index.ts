import { arm } from './arm.ts';
import { planarArm } from './planar-arm.ts';
import { quadruped } from './quadruped.ts';

/** A body that comes with Marey: one record in `bodies`. */
export interface BodyRecord {
  readonly name: string;
  /** What it is, and after whom its numbers are. */
  readonly title: string;
  readonly mjcf: () => string;
}

export const bodies: readonly BodyRecord[] = [
  {
    name: 'planar-arm',
    title: 'human arm in the horizontal plane, 2 joints, 6 muscles (Nijhof & Kouwenhoven 2000)',
    mjcf: planarArm,
  },
  {
    name: 'arm',
    title: 'human arm and shoulder, 7 joints, 19 muscles (de Leva 1996; Holzbaur et al. 2005)',
    mjcf: arm,
  },
  {
    name: 'quadruped',
    title: 'mouse-sized quadruped with toes, 40 degrees of freedom, 40 muscles',
    mjcf: quadruped,
  },
];
