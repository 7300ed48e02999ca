import { InputError, UsageError } from '../../signal/error.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { medianInterval, timesOf } from '../../signal/time.ts';
import { decodeText } from '../csv/cells.ts';
import type { ReadOptions, Source } from '../format.ts';
import { timeAxis } from '../frames.ts';
import { isMissing, isNumber } from '../table.ts';

const units = ['m', 'cm', 'mm'];

/**
 * Markers of a .trc file (Motion Analysis, OpenSim): time x marker x space, unit as the file says (mm or m), in the file's axes (OpenSim: y up).
 * Empty cells are missing. Throws `InputError` naming the line where a row is ragged or a cell holds no number, and where the header and the
 * rows do not agree.
 */
export function parseTrc(bytes: Uint8Array, source: Source, options: ReadOptions): PoseTrack {
  const where = source.name;
  const lines = decodeText(bytes, where).split(/\r\n|\n|\r/);
  const fail = (what: string, line: number, expected?: string, got?: string): never => {
    throw new InputError(what, { where: `${where}, line ${line}`, expected, got });
  };
  if (!/^\s*PathFileType\b/.test(lines[0] ?? ''))
    fail('the file is no .trc file', 1, 'a first line that starts with PathFileType');
  const words = (line: string | undefined): string[] => (line ?? '').trim().split(/\s+/);
  const keys = words(lines[1]);
  const header = new Map(words(lines[2]).map((value, i) => [keys[i], value]));
  const whole = (key: string): number => {
    const value = header.get(key) ?? '';
    if (!/^\d+$/.test(value))
      fail(`the header's ${key} is not a count`, 3, 'a whole number', value || 'nothing');
    return Number(value);
  };
  const count = whole('NumMarkers');
  const rows = whole('NumFrames');
  const unit = options.unit ?? header.get('Units')?.toLowerCase() ?? '';
  if (!units.includes(unit))
    fail('the unit of the markers is not known', 3, units.join(', '), unit || 'nothing');
  const names = (lines[3] ?? '')
    .split('\t')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
    .slice(2);
  if (names.length !== count)
    fail('the names of the markers are not as many as the header says', 4, `${count}`, `${names.length}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail(`two markers are called "${twice}"`, 4);

  const width = 2 + 3 * count;
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 5; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    const cells = lines[i].split('\t').map((cell) => cell.trim());
    while (cells.length > width && cells.at(-1) === '') cells.pop();
    if (cells.length !== width) {
      fail(
        'the row has another number of cells than the markers need',
        i + 1,
        `${width} cells, separated by tabs: frame, time and three for each of ${count} markers`,
        `${cells.length}`,
      );
    }
    for (let c = 1; c < width; c++) {
      const missing = isMissing(cells[c]);
      if (!isNumber(cells[c]) && !(missing && c > 1)) {
        fail(
          'a cell is not a number',
          i + 1,
          c === 1 ? 'a time in seconds' : `a coordinate of ${names[Math.floor((c - 2) / 3)]}, or nothing`,
          `"${cells[c]}"`,
        );
      }
      (c === 1 ? times : values).push(missing ? NaN : Number(cells[c]));
    }
  }
  if (times.length !== rows)
    fail(
      'the frames are not as many as the header says: the file may be cut off',
      3,
      `${rows}`,
      `${times.length}`,
    );
  return poseTrack({
    name: 'markers',
    skeleton: skeleton(names),
    space: 3,
    positions: Float64Array.from(values),
    unit,
    time: timeAxis(Float64Array.from(times), undefined, where),
    provenance: source.provenance,
  });
}

/** Writes the markers of one individual. Throws `UsageError` where .trc cannot hold the track: in a picture, of several, with tabs in names. */
export function formatTrc(track: PoseTrack): Uint8Array {
  const { positions, skeleton: body } = track;
  const [frames, people, markers, space] = positions.dimensions.map((d) => d.size);
  const refuse = (what: string, expected: string, got: string): never => {
    throw new UsageError(`a .trc file cannot hold ${what}`, { where: positions.name, expected, got });
  };
  if (space !== 3) refuse('points in the plane', 'three dimensions', `${space}`);
  if (people !== 1) refuse('several individuals', `one, as "${soleIndividual}"`, `${people}`);
  if (!units.includes(positions.unit))
    refuse(`coordinates in ${positions.unit}`, units.join(', '), positions.unit);
  const bad = body.keypoints.find(
    (name) => name.trim() === '' || name.trim() !== name || /[\t\r\n]/.test(name),
  );
  if (bad !== undefined) refuse('such a name', 'names without tabs and line breaks', JSON.stringify(bad));
  const rate = String(Number((1 / medianInterval(positions.time!)).toPrecision(9)) || 1);
  const number = (v: number): string => (Number.isNaN(v) ? '' : Object.is(v, -0) ? '-0' : String(v));
  const lines = [
    ['PathFileType', '4', '(X/Y/Z)', 'markers.trc'],
    [
      'DataRate',
      'CameraRate',
      'NumFrames',
      'NumMarkers',
      'Units',
      'OrigDataRate',
      'OrigDataStartFrame',
      'OrigNumFrames',
    ],
    [rate, rate, `${frames}`, `${markers}`, positions.unit, rate, '1', `${frames}`],
    ['Frame#', 'Time', ...body.keypoints.flatMap((name) => [name, '', ''])],
    ['', '', ...body.keypoints.flatMap((_, k) => ['X', 'Y', 'Z'].map((axis) => `${axis}${k + 1}`))],
    [],
  ];
  const times = timesOf(positions.time!);
  for (let t = 0; t < frames; t++) {
    const row = [`${t + 1}`, number(times[t])];
    for (let k = 0; k < markers; k++) for (let c = 0; c < 3; c++) row.push(number(positions.at(t, 0, k, c)));
    lines.push(row);
  }
  return new TextEncoder().encode(lines.map((cells) => `${cells.join('\t')}\n`).join(''));
}
