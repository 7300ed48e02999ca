/**
 * The optical walk of gaitmap's example data (MIT; feet of a walking person at 100 Hz, out and back, with turns): mean stride
 * length of the left foot, detected by Marey alone, against the published 1.340 m.
 *
 *   npx tsx validation/gait-imu-mocap.ts [folder of gait-imu-mocap]
 *
 * The reference strides (`stride_events_sample.csv`, samples at 204.8 Hz from the same start) go from mid-stance to mid-stance; each
 * also names the contacts before (`pre_ic`) and within it (`ic`). An annotated stride is measured between the places where the foot came
 * to rest after Marey's contacts nearest to those two. At the turn the annotation joins two short strides into one: Marey's two
 * are then measured as one. Tolerance: 1 %.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gait } from '../src/measure/kinematics/gait/gait.ts';
import { numbers, words } from '../src/measure/kinematics/table.ts';
import { poseTrack } from '../src/signal/pose.ts';
import { skeleton } from '../src/signal/skeleton.ts';
import { regularTime } from '../src/signal/time.ts';

export interface WalkResult {
  readonly reference: { readonly strides: number; readonly meanMeters: number };
  readonly detected: { readonly strides: number; readonly meanMeters: number };
  /** How much later than annotated the contacts are found. */
  readonly meanContactLagSeconds: number;
  /** Strides of the left foot that carry a flag. */
  readonly flagged: number;
}

/** @param folder holds mocap_sample.csv and stride_events_sample.csv. */
export function measureWalk(folder: string): WalkResult {
  const rows = readFileSync(resolve(folder, 'mocap_sample.csv'), 'utf8').trim().split('\n');
  const names = rows[0].split(',').slice(1);
  const markers = [...new Set(names)];
  const positions = Float64Array.from(rows.slice(2).flatMap((r) => r.split(',').slice(1).map(Number)));
  const count = positions.length / names.length;
  const track = poseTrack({
    skeleton: skeleton(markers),
    space: 3,
    positions: positions.map((v) => v / 1000),
    unit: 'm',
    time: regularTime(count, 100),
    provenance: { step: 'import', source: 'mocap_sample.csv' },
  });
  const events = readFileSync(resolve(folder, 'stride_events_sample.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const annotated = events
    .map((line) => line.split(','))
    .filter((f) => f[1] === 'left')
    .map((f) => ({
      start: Number(f[2]) / 204.8,
      end: Number(f[3]) / 204.8,
      contact: Number(f[4]) / 204.8,
      before: Number(f[7]) / 204.8,
    }));
  const heel = track.positions.select('individual', 0).select('keypoint', 'L_FCC');
  const at = (seconds: number, axis: number): number => {
    const t = Math.min(count - 2, Math.floor(seconds * 100));
    const w = seconds * 100 - t;
    return heel.at(t, axis) * (1 - w) + heel.at(t + 1, axis) * w;
  };
  const lengths = annotated.map(({ start: s, end: e }) =>
    Math.hypot(at(e, 0) - at(s, 0), at(e, 1) - at(s, 1)),
  );
  const walk = gait(track, { feet: ['L_FCC', 'R_FCC'] });
  const rowsOf = words(walk.strides, 'foot').flatMap((foot, i) => (foot === 'L_FCC' ? [i] : []));
  const at0 = (i: number): number[] => ['x', 'y'].map((c) => numbers(walk.strides, c)[i]);
  const at1 = (i: number): number[] =>
    ['x', 'y'].map((c) => numbers(walk.strides, c)[i] + numbers(walk.strides, `d${c}`)[i]);
  // Contacts in order, each with the place of the foot after it.
  const contacts = [
    ...rowsOf.map((i) => ({ seconds: numbers(walk.strides, 'start')[i], place: at0(i) })),
    { seconds: numbers(walk.strides, 'end')[rowsOf.at(-1)!], place: at1(rowsOf.at(-1)!) },
  ];
  const nearest = (seconds: number): (typeof contacts)[number] =>
    contacts.reduce((a, b) => (Math.abs(b.seconds - seconds) < Math.abs(a.seconds - seconds) ? b : a));
  const lags: number[] = [];
  const found = annotated.flatMap(({ before, contact }) => {
    const [a, b] = [nearest(before), nearest(contact)];
    const lag = Math.max(Math.abs(a.seconds - before), Math.abs(b.seconds - contact));
    lags.push(b.seconds - contact);
    return lag < 0.15 ? [Math.hypot(...b.place.map((x, k) => x - a.place[k]))] : [];
  });
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  return {
    reference: { strides: lengths.length, meanMeters: mean(lengths) },
    detected: { strides: found.length, meanMeters: mean(found) },
    meanContactLagSeconds: mean(lags),
    flagged: rowsOf.filter((i) => words(walk.strides, 'flag')[i] !== '').length,
  };
}

if (process.argv[1] === import.meta.filename) {
  const result = measureWalk(
    process.argv[2] ?? resolve(import.meta.dirname, '../../shared/data/gait-imu-mocap'),
  );
  const { reference, detected } = result;
  const off = 100 * (detected.meanMeters / 1.34 - 1);
  console.log(`annotated: ${reference.strides} left strides, mean ${reference.meanMeters.toFixed(4)} m`);
  console.log(
    `detected: ${detected.strides} left strides, mean ${detected.meanMeters.toFixed(4)} m (${result.flagged} flagged)`,
  );
  console.log(`contacts ${(1000 * result.meanContactLagSeconds).toFixed(0)} ms after the annotated ones`);
  console.log(`against the published 1.340 m: ${off.toFixed(2)} %`);
  if (Math.abs(off) > 1) process.exitCode = 1;
}
