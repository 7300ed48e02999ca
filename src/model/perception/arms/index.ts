import { UsageError } from '../../../signal/error.ts';
import { arm as body } from '../../body/bodies/arm.ts';
import { loadPhysics } from '../../body/engine/physics.ts';
import type { Arm } from './arm.ts';
import { planarArm } from './planar.ts';
import { spatialArm } from './spatial.ts';

/** An arm that comes with Marey. */
export interface ArmRecord {
  /** That of the arm it makes. */
  readonly name: string;
  readonly title: string;
  /** Dispose of what it makes. */
  readonly make: () => Promise<Arm & Disposable>;
}

/** Every arm, held to one suite. A new one is one more record. */
export const arms: readonly ArmRecord[] = [
  {
    name: 'planar arm',
    title: '2 joints, 6 muscles, in the horizontal plane',
    make: async () => ({ ...planarArm(), [Symbol.dispose]: () => undefined }),
  },
  {
    name: 'arm in space',
    title: '4 joints, 16 muscles, in three dimensions',
    async make() {
      const model = (await loadPhysics()).compile(body());
      const arm = spatialArm(model);
      return {
        ...arm,
        [Symbol.dispose]() {
          arm[Symbol.dispose]();
          model[Symbol.dispose]();
        },
      };
    },
  },
];

/** Throws `UsageError` naming those that there are. */
export async function armCalled(name: string): Promise<Arm & Disposable> {
  const found = arms.find((arm) => arm.name === name);
  if (found) return found.make();
  throw new UsageError(`there is no arm "${name}"`, {
    where: 'perception',
    expected: `one of ${arms.map((arm) => arm.name).join(', ')}`,
  });
}
