import { UsageError } from '../../../signal/error.ts';
import type { ModelField } from '../engine/fields.ts';
import type { BodyModel } from '../engine/model.ts';

/** MuJoCo's numbers for a kind of shape and a kind of gain. */
const plane = 0;
const muscle = 2;

/**
 * A copy of a body with every length times `factor`: bones, joints, markers, shapes, muscle paths; masses go with its cube, inertias with its
 * fifth power, peak muscle forces with its square. Shapes that are meshes keep their size. To be disposed of like any model.
 */
export function scaleBody(model: BodyModel, factor: number): BodyModel {
  if (!(factor > 0) || !Number.isFinite(factor)) {
    throw new UsageError('a body is scaled by a positive factor', { got: `${factor}` });
  }
  const scaled = model.copy();
  const times = (field: ModelField, power: number, only: (i: number) => boolean = () => true): void => {
    const values = model.get(field);
    if (values.length > 0)
      scaled.set(
        field,
        values.map((v, i) => (only(i) ? v * factor ** power : v)),
      );
  };
  const lengths = (i: number, of: 'qpos0' | 'jnt_range'): boolean => {
    const joint = of === 'qpos0' ? model.joints.findLast((j) => j.position <= i)! : model.joints[i >> 1];
    return joint.type === 'slide' || (of === 'qpos0' && joint.type === 'free' && i - joint.position < 3);
  };
  times('body_pos', 1);
  times('body_ipos', 1);
  times('body_mass', 3);
  times('body_inertia', 5);
  times('jnt_pos', 1);
  times('jnt_range', 1, (i) => lengths(i, 'jnt_range'));
  times('qpos0', 1, (i) => lengths(i, 'qpos0'));
  times('qpos_spring', 1, (i) => lengths(i, 'qpos0'));
  times('site_pos', 1);
  times('geom_pos', 1);
  // A plane has no end.
  const shapes = model.get('geom_type');
  times('geom_size', 1, (i) => shapes[Math.floor(i / 3)] !== plane);
  times('geom_rbound', 1);
  times('geom_aabb', 1, (i) => shapes[Math.floor(i / 6)] !== plane);
  times('actuator_lengthrange', 1);
  const gains = model.get('actuator_gainprm');
  const types = model.get('actuator_gaintype');
  const per = gains.length / Math.max(types.length, 1);
  for (const field of ['actuator_gainprm', 'actuator_biasprm'] as const) {
    // The third parameter of a muscle is its peak force; negative means: from the acceleration that it makes.
    times(field, 2, (i) => types[Math.floor(i / per)] === muscle && i % per === 2 && gains[i] > 0);
  }
  return scaled;
}
