import { UsageError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import { medianInterval, timeOf } from '../../signal/time.ts';
import { pointsOf } from './points.ts';
import { runsWhere } from './series.ts';
import { table, type Table } from './table.ts';

/** A part of the plane, in the unit of the track. */
export type Region =
  | {
      readonly name: string;
      readonly kind: 'polygon';
      readonly vertices: readonly (readonly [number, number])[];
    }
  | {
      readonly name: string;
      readonly kind: 'circle';
      readonly center: readonly [number, number];
      readonly radius: number;
    };

/** Whether a place lies in a region (even-odd rule; Haines 1994 surveys such tests). False for a missing place. */
export function contains(region: Region, x: number, y: number): boolean {
  switch (region.kind) {
    case 'circle':
      return Math.hypot(x - region.center[0], y - region.center[1]) <= region.radius;
    case 'polygon': {
      let inside = false;
      const v = region.vertices;
      for (let i = 0, j = v.length - 1; i < v.length; j = i++) {
        const crosses = v[i][1] > y !== v[j][1] > y;
        if (crosses && x < ((v[j][0] - v[i][0]) * (y - v[i][1])) / (v[j][1] - v[i][1]) + v[i][0]) {
          inside = !inside;
        }
      }
      return inside;
    }
    default:
      throw new UsageError(`no such region: ${region satisfies never}`);
  }
}

export interface VisitOptions {
  /** Shorter visits do not count, seconds. Default 0. */
  readonly minimumVisitSeconds?: number;
  /** Shorter absences, and missing stretches, do not end a visit, seconds. Default 0. */
  readonly bridgeSeconds?: number;
}

export interface Visits {
  /** One interval a visit, labeled with the region, its source the individual; from the first sample inside to the first outside. */
  readonly visits: Events;
  /**
   * One row an individual and region: `entries`, `dwell` (s), `share` of the time seen, `latency` (s from the start to the first
   * visit; NaN where there was none), `longest` (s), `seen` (s the keypoint was there at all).
   */
  readonly table: Table;
}

/**
 * Visits of a keypoint to regions. A visit that is under way at the first sample counts as an entry with latency 0. A sample
 * stands for the time to the next one. NaN: a missing sample is neither inside nor outside; it ends a visit unless it lies in a
 * stretch of at most `bridgeSeconds` between two samples inside.
 */
export function visits(
  track: PoseTrack,
  keypoint: string,
  regions: readonly Region[],
  options: VisitOptions = {},
): Visits {
  const { minimumVisitSeconds = 0, bridgeSeconds = 0 } = options;
  for (const r of regions) {
    const right = r.kind === 'circle' ? r.radius > 0 : r.vertices.length >= 3;
    if (!right) {
      throw new UsageError(`the region "${r.name}" encloses nothing`, {
        expected: 'a radius above 0, or at least 3 vertices',
      });
    }
  }
  const points = pointsOf(track);
  const k = points.keypoint(keypoint);
  const axis = track.positions.time!;
  const interval = points.count > 1 ? medianInterval(axis) : 0;
  const until = (t: number): number =>
    t < points.count ? timeOf(axis, t) : timeOf(axis, points.count - 1) + interval;
  const names = track.positions.dimensions[1].labels ?? [];
  const found: Event[] = [];
  const rows: { individual: string; region: string; numbers: number[] }[] = [];
  for (let i = 0; i < points.individuals; i++) {
    const individual = names[i] ?? `${i}`;
    let seen = 0;
    for (let t = 0; t < points.count; t++) {
      if (!Number.isNaN(points.at(t, i, k, 0))) seen += until(t + 1) - until(t);
    }
    for (const region of regions) {
      const inside = (t: number): boolean => contains(region, points.at(t, i, k, 0), points.at(t, i, k, 1));
      const stays: { start: number; end: number }[] = [];
      for (const run of runsWhere(points.count, inside)) {
        const stay = { start: until(run.start), end: until(run.end) };
        const last = stays.at(-1);
        if (last && stay.start - last.end <= bridgeSeconds) last.end = stay.end;
        else stays.push(stay);
      }
      const kept = stays.filter((s) => s.end - s.start >= minimumVisitSeconds);
      const lengths = kept.map((s) => s.end - s.start);
      const dwell = lengths.reduce((sum, s) => sum + s, 0);
      for (const s of kept) {
        found.push({ startSeconds: s.start, endSeconds: s.end, label: region.name, source: individual });
      }
      const latency = kept.length > 0 ? kept[0].start - until(0) : NaN;
      const longest = Math.max(0, ...lengths);
      rows.push({
        individual,
        region: region.name,
        numbers: [kept.length, dwell, dwell / seen, latency, longest, seen],
      });
    }
  }
  const provenance = derived('kinematics.visits', [track.positions.provenance], {
    keypoint,
    minimumVisitSeconds,
    bridgeSeconds,
    regions: regions.map((r) => ({ ...r })),
  });
  const column = (c: number): Float64Array => Float64Array.from(rows, (r) => r.numbers[c]);
  return {
    visits: new Events(found, { name: `visits of ${keypoint}`, clock: axis.clock, provenance }),
    table: table(
      'visits',
      [
        { name: 'individual', words: rows.map((r) => r.individual) },
        { name: 'region', words: rows.map((r) => r.region) },
        { name: 'entries', unit: 'count', values: column(0) },
        { name: 'dwell', unit: 's', values: column(1) },
        { name: 'share', unit: '1', values: column(2) },
        { name: 'latency', unit: 's', values: column(3) },
        { name: 'longest', unit: 's', values: column(4) },
        { name: 'seen', unit: 's', values: column(5) },
      ],
      provenance,
    ),
  };
}
