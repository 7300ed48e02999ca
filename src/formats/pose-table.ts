import { InputError, UsageError } from '../signal/error.ts';
import { soleIndividual } from '../signal/labels.ts';
import { poseTrack, type PoseTrack } from '../signal/pose.ts';
import { skeleton, type Skeleton } from '../signal/skeleton.ts';
import { timesOf, type TimeAxis } from '../signal/time.ts';
import type { ReadOptions, Source, WriteOptions } from './format.ts';
import { frameClock, frameNumbers, frameTime, timeAxis } from './frames.ts';
import { findColumn, numbersOf, table, textsOf, type Column, type Table } from './table.ts';

/**
 * A track as a table.
 *
 * Long, a row for each point: `frame`, `time_s`, `individual`, `keypoint`, `x`, `y`, (`z`,) `confidence`, and `xx`, `xy`, `yy`
 * (with `xz`, `yz`, `zz`) where the track has covariances.
 *
 * Wide, a row for each frame: `frame`, `time_s`, then `<keypoint>_x`, `<keypoint>_y`, `<keypoint>_confidence`, ... for one
 * animal and `<individual>:<keypoint>_x` for several. Anipose's 3D tables (`_score`, `fnum`) are read as wide ones.
 *
 * `time_s` is left out where only frame numbers are known. Skeleton edges, clock and unit are in the metadata of Parquet files;
 * CSV has no place for them.
 */
const metadataKey = 'marey';
const suffixes = [
  'x',
  'y',
  'z',
  'confidence',
  'likelihood',
  'score',
  'xx',
  'xy',
  'xz',
  'yy',
  'yz',
  'zz',
] as const;
type Suffix = (typeof suffixes)[number];

/** Other names for the same column. */
const aliases: Readonly<Record<string, Suffix>> = { likelihood: 'confidence', score: 'confidence' };
const frameNames = ['frame', 'fnum', 'frame_index', 'frames'];
const timeNames = ['time_s', 'time', 'seconds'];

interface Metadata {
  readonly unit?: string;
  readonly clock?: string;
  readonly edges?: readonly (readonly [string, string])[];
  readonly symmetries?: readonly (readonly [string, string])[];
}

function covarianceNames(space: 2 | 3): readonly Suffix[] {
  return space === 2 ? ['xx', 'xy', 'yy'] : ['xx', 'xy', 'xz', 'yy', 'yz', 'zz'];
}

/** Whether a table's columns are those of a track. */
export function isPoseTable(names: readonly string[]): boolean {
  if (names.includes('keypoint') && names.includes('x') && names.includes('y')) return true;
  return names.some((name) => name.endsWith('_x') && names.includes(`${name.slice(0, -2)}_y`));
}

/** The table of a track. Throws `UsageError` where a name holds the colon that joins names in wide tables. */
export function tableFromPose(track: PoseTrack, options: WriteOptions): Table {
  const { positions, skeleton: body } = track;
  const individuals = positions.dimensions[positions.axis('individual')].labels ?? [];
  const { keypoints } = body;
  const space = positions.dimensions.at(-1)!.size as 2 | 3;
  const time = positions.time!;
  const frames = frameNumbers(track, options);
  const parts: [Suffix, (p: number) => number][] = [];
  const add = (names: readonly Suffix[], values: ArrayLike<number>): void =>
    names.forEach((name, k) => parts.push([name, (p) => values[p * names.length + k]]));
  add(['x', 'y', 'z'].slice(0, space) as Suffix[], positions.contiguous());
  if (positions.confidence) add(['confidence'], positions.confidence.contiguous());
  if (positions.covariance) add(covarianceNames(space), positions.covariance.contiguous());
  const seconds = time.clock === frameClock ? undefined : timesOf(time);
  const names = (pairs: Skeleton['edges']): [string, string][] =>
    pairs.map(([a, b]) => [keypoints[a], keypoints[b]]);
  const metadata: Metadata = {
    unit: positions.unit,
    clock: time.clock,
    edges: names(body.edges),
    symmetries: names(body.symmetries),
  };
  const perFrame = individuals.length * keypoints.length;
  const columns =
    options.layout === 'wide'
      ? [
          { name: 'frame', values: frames },
          ...(seconds ? [{ name: 'time_s', values: seconds }] : []),
          ...wideColumns(individuals, keypoints, parts, frames.length),
        ]
      : longColumns(individuals, keypoints, parts, frames, seconds, perFrame);
  return table(columns, { [metadataKey]: JSON.stringify(metadata) });
}

function longColumns(
  individuals: readonly string[],
  keypoints: readonly string[],
  parts: readonly (readonly [Suffix, (p: number) => number])[],
  frames: Float64Array,
  seconds: Float64Array | undefined,
  perFrame: number,
): Column[] {
  const rows = frames.length * perFrame;
  const each = (of: (t: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, p) => of(Math.floor(p / perFrame)));
  const texts = (of: (p: number) => string): string[] => Array.from({ length: rows }, (_, p) => of(p));
  return [
    { name: 'frame', values: each((t) => frames[t]) },
    ...(seconds ? [{ name: 'time_s', values: each((t) => seconds[t]) }] : []),
    {
      name: 'individual',
      values: texts((p) => individuals[Math.floor(p / keypoints.length) % individuals.length]),
    },
    { name: 'keypoint', values: texts((p) => keypoints[p % keypoints.length]) },
    ...parts.map(([name, of]) => ({ name, values: Float64Array.from({ length: rows }, (_, p) => of(p)) })),
  ];
}

function wideColumns(
  individuals: readonly string[],
  keypoints: readonly string[],
  parts: readonly (readonly [Suffix, (p: number) => number])[],
  frames: number,
): Column[] {
  const multi = individuals.length > 1 || individuals[0] !== soleIndividual;
  const colon = [...individuals, ...keypoints].find((name) => name.includes(':'));
  if (colon !== undefined) {
    throw new UsageError(`the name "${colon}" cannot stand in a wide table`, {
      expected: 'names without a colon',
      fix: 'Write the long layout.',
    });
  }
  const perFrame = individuals.length * keypoints.length;
  return individuals.flatMap((individual, i) =>
    keypoints.flatMap((keypoint, k) =>
      parts.map(([suffix, of]) => ({
        name: `${multi ? `${individual}:` : ''}${keypoint}_${suffix}`,
        values: Float64Array.from({ length: frames }, (_, t) => of(t * perFrame + i * keypoints.length + k)),
      })),
    ),
  );
}

/** The track in a table, long or wide. Throws `InputError` with row and column where it is none. */
export function poseFromTable(from: Table, source: Source, options: ReadOptions): PoseTrack {
  const where = source.name;
  const metadata = readMetadata(from);
  const names = from.columns.map((c) => c.name);
  if (from.rows === 0) throw new InputError('the table has no rows', { where });
  if (!isPoseTable(names)) {
    throw new InputError('the table is no track', {
      where,
      expected: 'columns keypoint, x and y, or pairs of columns such as nose_x and nose_y',
      got: `columns ${names.slice(0, 8).join(', ')}`,
    });
  }
  const grid = names.includes('keypoint') ? longGrid(from, where) : wideGrid(from, where);
  const { individuals, keypoints, frameRows } = grid;
  const space = grid.column('z') ? 3 : 2;
  const stack = (suffixList: readonly Suffix[]): Float64Array | undefined => {
    const values = suffixList.map((suffix) => grid.column(suffix));
    if (values.some((v) => v === undefined)) return undefined;
    const points = frameRows.length * individuals.length * keypoints.length;
    const out = new Float64Array(points * suffixList.length);
    for (let p = 0; p < points; p++)
      for (const [k, of] of values.entries()) out[p * suffixList.length + k] = of!(p);
    return out;
  };
  const confidence = stack(['confidence']);
  const known = (pairs: Metadata['edges']): (readonly [string, string])[] =>
    (pairs ?? []).filter((pair) => pair.every((name) => keypoints.includes(name)));
  return poseTrack({
    skeleton: skeleton(keypoints, known(metadata.edges), metadata.symmetries && known(metadata.symmetries)),
    individuals,
    space,
    positions: stack(['x', 'y', 'z'].slice(0, space) as Suffix[])!,
    confidence: confidence?.every(Number.isNaN) ? undefined : confidence,
    covariance: stack(covarianceNames(space)),
    unit: options.unit ?? metadata.unit ?? (space === 3 ? 'au' : 'px'),
    time: tableTime(from, frameRows, metadata, where, options),
    provenance: source.provenance,
  });
}

function readMetadata(from: Table): Metadata {
  const text = from.metadata?.[metadataKey];
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Metadata) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

interface Grid {
  readonly individuals: readonly string[];
  readonly keypoints: readonly string[];
  /** The first table row of each frame. */
  readonly frameRows: readonly number[];
  /** The value of point p (time x individual x keypoint) in a column; undefined where the table has no such column. */
  readonly column: (suffix: Suffix) => ((p: number) => number) | undefined;
}

function longGrid(from: Table, where: string): Grid {
  const keypoint = textsOf(findColumn(from, 'keypoint')!);
  const animal = findColumn(from, 'individual');
  const individual = animal ? textsOf(animal) : keypoint.map(() => soleIndividual);
  const [individuals, keypoints] = [[...new Set(individual)], [...new Set(keypoint)]];
  const perFrame = individuals.length * keypoints.length;
  const clockColumn = [...frameNames, ...timeNames].map((name) => findColumn(from, name)).find(Boolean);
  if (!clockColumn) {
    throw new InputError('the long table has neither frames nor times', {
      where,
      expected: 'a column frame or time_s',
    });
  }
  const stamps = numbersOf(clockColumn, where);
  const frameRows: number[] = [];
  const rowOf = new Map<number, number>();
  const frameOf = new Map<number, number>();
  stamps.forEach((stamp, row) => {
    let t = frameOf.get(stamp);
    if (t === undefined) {
      t = frameRows.length;
      frameOf.set(stamp, t);
      frameRows.push(row);
    }
    const p =
      t * perFrame +
      individuals.indexOf(individual[row]) * keypoints.length +
      keypoints.indexOf(keypoint[row]);
    if (rowOf.has(p)) {
      throw new InputError(`the point "${keypoint[row]}" stands twice in one frame`, {
        where: `${where}, rows ${rowOf.get(p)! + 2} and ${row + 2}`,
        expected: 'one row for each frame, individual and keypoint',
      });
    }
    rowOf.set(p, row);
  });
  checkSize(frameRows.length * perFrame, from.rows, where);
  return {
    individuals,
    keypoints,
    frameRows,
    column: (suffix) => {
      const column = from.columns.find((c) => (aliases[c.name] ?? c.name) === suffix);
      if (!column) return undefined;
      const values = numbersOf(column, where);
      return (p) => (rowOf.has(p) ? values[rowOf.get(p)!] : NaN);
    },
  };
}

function wideGrid(from: Table, where: string): Grid {
  const named = new Map<string, Column>();
  const individuals = new Set<string>();
  const keypoints = new Set<string>();
  const bodyOf = (name: string): { point: string; suffix: Suffix } | undefined => {
    const cut = name.lastIndexOf('_');
    const suffix = name.slice(cut + 1) as Suffix;
    return cut > 0 && suffixes.includes(suffix)
      ? { point: name.slice(0, cut), suffix: aliases[suffix] ?? suffix }
      : undefined;
  };
  const placed = new Set(
    from.columns.flatMap(({ name }) => {
      const body = bodyOf(name);
      return body?.suffix === 'x' && findColumn(from, `${body.point}_y`) ? [body.point] : [];
    }),
  );
  for (const column of from.columns) {
    const body = bodyOf(column.name);
    if (!body || !placed.has(body.point)) continue;
    const colon = body.point.indexOf(':');
    const individual = colon < 0 ? soleIndividual : body.point.slice(0, colon);
    const keypoint = body.point.slice(colon + 1);
    individuals.add(individual);
    keypoints.add(keypoint);
    named.set(`${individual}:${keypoint}:${body.suffix}`, column);
  }
  const [animals, points] = [[...individuals], [...keypoints]];
  checkSize(animals.length * points.length, 2 * named.size, where);
  const perFrame = animals.length * points.length;
  return {
    individuals: animals,
    keypoints: points,
    frameRows: Array.from({ length: from.rows }, (_, row) => row),
    column: (suffix) => {
      const columns = animals.flatMap((a) => points.map((k) => named.get(`${a}:${k}:${suffix}`)));
      if (columns.every((c) => c === undefined)) return undefined;
      const values = columns.map((c) => c && numbersOf(c, where));
      return (p) => values[p % perFrame]?.[Math.floor(p / perFrame)] ?? NaN;
    },
  };
}

/** A few odd names must not make a grid that dwarfs the table. */
function checkSize(points: number, given: number, where: string): void {
  if (points > 100 * given + 10_000) {
    throw new InputError('most points of the table are missing', {
      where,
      expected: 'about one row for each frame, individual and keypoint',
      got: `${given} values for ${points} points`,
    });
  }
}

function tableTime(
  from: Table,
  rows: readonly number[],
  metadata: Metadata,
  where: string,
  options: ReadOptions,
): TimeAxis {
  const pick = (names: readonly string[]): Float64Array | undefined => {
    const column = names.map((name) => findColumn(from, name)).find(Boolean);
    if (!column) return undefined;
    const values = numbersOf(column, where);
    return Float64Array.from(rows, (row) => values[row]);
  };
  const seconds = pick(timeNames);
  if (seconds && options.framesPerSecond === undefined) return timeAxis(seconds, metadata.clock, where);
  const frames = pick(frameNames) ?? Float64Array.from(rows, (_, i) => i);
  return frameTime(frames, options.framesPerSecond, where);
}
