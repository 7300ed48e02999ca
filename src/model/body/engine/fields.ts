/** Which of MuJoCo's arrays the wrapper hands out, by how they may be treated. Shapes are row-major; units are SI and rad. */

/** Arrays of a state that a caller may write. Writing anything computed would be overwritten by the next step. */
export const writableFields = [
  'qpos', // nq
  'qvel', // nv
  'qacc', // nv
  'act', // na
  'ctrl', // nu
  'qfrc_applied', // nv
  'xfrc_applied', // nbody x 6: force, torque, at the body's center of mass, world frame
  'mocap_pos', // nmocap x 3
  'mocap_quat', // nmocap x 4
  'qacc_warmstart', // nv
] as const;

/** Arrays that MuJoCo computes. */
export const computedFields = [
  'act_dot', // na
  'actuator_force', // nu, N; a muscle's pull is negative
  'actuator_length', // nu
  'actuator_velocity', // nu
  'cdof', // nv x 6: rotation, translation, about the tree's center of mass, world frame
  'cvel', // nbody x 6
  'geom_xpos', // ngeom x 3
  'geom_xmat', // ngeom x 9
  'energy', // 2: potential, kinetic, J
  'qfrc_actuator', // nv
  'qfrc_bias', // nv
  'qfrc_constraint', // nv
  'qfrc_inverse', // nv
  'qfrc_passive', // nv
  'sensordata', // nsensordata
  'site_xpos', // nsite x 3
  'site_xmat', // nsite x 9
  'subtree_com', // nbody x 3
  'ten_length', // ntendon
  'ten_velocity', // ntendon
  'xanchor', // njnt x 3
  'xaxis', // njnt x 3
  'xipos', // nbody x 3
  'xmat', // nbody x 9
  'xpos', // nbody x 3
  'xquat', // nbody x 4
] as const;

export type WritableField = (typeof writableFields)[number];
export type Field = WritableField | (typeof computedFields)[number];

/** Arrays of a model. */
export type ModelField =
  | 'actuator_acc0'
  | 'actuator_actadr'
  | 'actuator_biasprm'
  | 'actuator_biastype'
  | 'actuator_ctrlrange'
  | 'actuator_dynprm'
  | 'actuator_dyntype'
  | 'actuator_gainprm'
  | 'actuator_gaintype'
  | 'actuator_lengthrange'
  | 'actuator_trnid'
  | 'actuator_trntype'
  | 'body_inertia'
  | 'body_ipos'
  | 'body_iquat'
  | 'body_mass'
  | 'body_parentid'
  | 'body_pos'
  | 'body_quat'
  | 'body_rootid'
  | 'dof_armature'
  | 'dof_bodyid'
  | 'dof_damping'
  | 'dof_jntid'
  | 'dof_parentid'
  | 'eq_data'
  | 'eq_obj1id'
  | 'eq_obj2id'
  | 'eq_objtype'
  | 'eq_type'
  | 'geom_aabb'
  | 'geom_bodyid'
  | 'geom_group'
  | 'geom_pos'
  | 'geom_rbound'
  | 'geom_rgba'
  | 'geom_size'
  | 'geom_type'
  | 'jnt_axis'
  | 'jnt_bodyid'
  | 'jnt_dofadr'
  | 'jnt_pos'
  | 'jnt_qposadr'
  | 'jnt_range'
  | 'jnt_stiffness'
  | 'jnt_type'
  | 'key_qpos'
  | 'qpos0'
  | 'qpos_spring'
  | 'site_bodyid'
  | 'site_group'
  | 'site_pos'
  | 'site_quat'
  | 'site_size'
  | 'tendon_length0'
  | 'tendon_lengthspring'
  | 'tendon_range'
  | 'wrap_prm';
