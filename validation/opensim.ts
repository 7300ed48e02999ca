/**
 * Inverse kinematics against OpenSim's own, on the example models and recordings of OpenSim (opensim-models: Tutorials/Computed_Muscle_Control,
 * Pipelines/Gait10dof18musc):
 *
 *   npx tsx validation/opensim.ts <folder with arm26 and gait10dof>
 *
 * The model is converted to MJCF (`convertOpenSim`), the given markers are fitted frame by frame with the weights of the given setup, without
 * smoothing, and each coordinate is compared with the given result of OpenSim: root mean square difference at most 2 deg for angles. The fiber of the one
 * muscle of arm26 that goes straight, with a rigid tendon, is compared with OpenSim's own in computed muscle control, whose tendon gives: within 3 % of
 * optimal length.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseStorage } from '../src/formats/opensim-storage/storage.ts';
import { findColumn } from '../src/formats/table.ts';
import { parseTrc } from '../src/formats/trc/trc.ts';
import { convertOpenSim, fitBody, loadPhysics, type Physics } from '../src/model/body/index.ts';
import { child, descendants, parseXml } from '../src/model/body/mjcf/xml.ts';
import { poseTrack, type PoseTrack } from '../src/signal/pose.ts';

interface Case {
  readonly name: string;
  readonly model: string;
  readonly setup: string;
  readonly markers: string;
  readonly reference: string;
}

const cases: readonly Case[] = [
  {
    name: 'arm26',
    model: 'arm26/InverseKinematics/arm26.osim',
    setup: 'arm26/OutputReference/InverseKinematics/arm26_Setup_InverseKinematics.xml',
    markers: 'arm26/InverseKinematics/arm26_elbow_flex.trc',
    reference: 'arm26/OutputReference/InverseKinematics/arm26_InverseKinematics.mot',
  },
  {
    name: 'gait10dof',
    model: 'gait10dof/OutputReference/subject01.osim',
    setup: 'gait10dof/IK/walk_Setup_IK.xml',
    markers: 'gait10dof/ExperimentalData/subject01_walk.trc',
    reference: 'gait10dof/OutputReference/IK/subject01_walk_IK.mot',
  },
];

/** Markers of a setup with their weights; those that it does not apply are left out. */
function weightsOf(setup: string, where: string): Map<string, number> {
  const tasks = [...descendants(parseXml(setup, where))].filter(
    (e) => e.name === 'IKMarkerTask' && child(e, 'apply')?.text === 'true',
  );
  return new Map(tasks.map((e) => [e.attributes['name'], Number(child(e, 'weight')?.text ?? 1)]));
}

/** The track with covariances that are the inverse of the weights: (1 mm)^2 at weight 1. */
function weighted(track: PoseTrack, weights: ReadonlyMap<string, number>): PoseTrack {
  const { positions, skeleton } = track;
  const perPoint = skeleton.keypoints.flatMap((name) => {
    const variance = 1 / (weights.get(name) ?? 1);
    return [variance, 0, 0, variance, 0, variance];
  });
  const frames = positions.dimensions[0].size;
  return poseTrack({
    skeleton,
    space: 3,
    positions: Float64Array.from(positions.contiguous()),
    covariance: Float64Array.from(
      { length: frames * perPoint.length },
      (_, i) => perPoint[i % perPoint.length],
    ),
    unit: positions.unit,
    time: positions.time!,
    provenance: positions.provenance,
  });
}

/** Largest difference of fiber length, m, over the states of OpenSim's computed muscle control. */
function fiberDifference(physics: Physics, folder: string): number {
  const read = (file: string): Uint8Array => readFileSync(join(folder, 'arm26/OutputReference', file));
  const states = parseStorage(read('ComputedMuscleControl/Results/arm26_states.sto'), 'arm26_states.sto');
  const column = (name: string): Float64Array => findColumn(states, name)!.values as Float64Array;
  const osim = new TextDecoder().decode(read('arm26.osim'));
  using model = physics.compile(convertOpenSim(osim, 'arm26.osim').mjcf, { name: 'arm26' });
  using simulation = model.simulate();
  const fibers = column(`${straight.name}.fiber_length`);
  const index = model.names.actuators.indexOf(straight.name);
  const angles = model.joints.map(({ name }) => column(name));
  return Math.max(
    ...fibers.map((fiber, t) => {
      simulation.set(
        'qpos',
        angles.map((a) => a[t]),
      );
      simulation.forward();
      return Math.abs(simulation.value('actuator_length', index) - straight.slack - fiber);
    }),
  );
}

/** As arm26.osim has it, m. */
const straight = { name: 'BICshort', slack: 0.1923, optimal: 0.1321 };

const folder = process.argv[2];
if (!folder) throw new Error('Name the folder with arm26 and gait10dof.');
const physics = await loadPhysics();
let holds = true;
for (const { name, model: modelFile, setup, markers, reference } of cases) {
  const read = (file: string): Uint8Array => readFileSync(join(resolve(folder), file));
  const text = (file: string): string => new TextDecoder().decode(read(file));
  const { mjcf, notes } = convertOpenSim(text(modelFile), modelFile);
  const model = physics.compile(mjcf, { name });
  const weights = weightsOf(text(setup), setup);
  const track = parseTrc(
    read(markers),
    { name: markers, provenance: { step: 'import', source: markers } },
    {},
  );
  const keypoints = track.skeleton.keypoints.filter((k) => weights.has(k) && model.names.sites.includes(k));
  console.log(
    `\n${name}: ${model.sizes.nv} degrees of freedom, ${keypoints.length} markers, ${track.positions.shape[0]} frames`,
  );
  for (const note of notes) console.log(`  ${note}`);
  const before = process.cpuUsage();
  const fit = fitBody(model, [{ track: weighted(track, weights) }], { keypoints, smooth: false });
  const used = process.cpuUsage(before);
  for (const { message } of fit.suspicions) console.log(`  suspicion: ${message}`);
  const known = parseStorage(read(reference), reference);
  const frames = track.positions.shape[0];
  const { nq } = model.sizes;
  for (const joint of model.joints) {
    const column = findColumn(known, joint.name);
    if (!column) continue;
    const values = column.values as Float64Array;
    const scale = joint.type === 'hinge' ? 180 / Math.PI : 1000;
    let sum = 0;
    for (let t = 0; t < frames; t++) {
      const given = joint.type === 'hinge' ? values[t] : values[t] * 1000;
      sum += (fit.positions[t * nq + joint.position] * scale - given) ** 2;
    }
    const rms = Math.sqrt(sum / frames);
    const target = joint.type === 'hinge' ? 2 : Infinity;
    if (!(rms <= target)) holds = false;
    console.log(
      `  ${joint.name.padEnd(20)} ${rms.toFixed(3)} ${joint.type === 'hinge' ? 'deg' : 'mm'}${rms <= target ? '' : '  MORE THAN 2 deg'}`,
    );
  }
  const seconds = (used.user + used.system) / 1e6;
  console.log(`  ${(frames / seconds).toFixed(0)} frames a second of processor time`);
}
const fiber = fiberDifference(physics, resolve(folder)) / straight.optimal;
console.log(
  `\n${straight.name}: fiber at most ${(100 * fiber).toFixed(1)} % of optimal length from OpenSim's`,
);
if (!(fiber <= 0.03)) holds = false;
console.log(holds ? '\nholds: every shared angle within 2 deg, the fiber within 3 %' : '\nDOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
