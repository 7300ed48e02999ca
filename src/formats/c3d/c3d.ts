import { InputError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { regularTime } from '../../signal/time.ts';
import type { ReadOptions, Source } from '../format.ts';
import { table, type Table } from '../table.ts';
import { C3dBytes, readParameters, type Parameter, type Processor } from './parameters.ts';

const processors: Readonly<Record<number, Processor>> = { 84: 'intel', 85: 'dec', 86: 'mips' };

interface C3d {
  readonly bytes: C3dBytes;
  readonly parameters: Map<string, Parameter>;
  readonly points: number;
  readonly frames: number;
  readonly firstFrame: number;
  readonly rate: number;
  /** Negative: points are floats, in the file's unit; else what their whole numbers are multiplied by. */
  readonly scale: number;
  readonly channels: number;
  readonly samplesPerFrame: number;
  readonly start: number;
  readonly frameBytes: number;
}

function open(data: Uint8Array, where: string): C3d {
  if (data.length < 1024 || data[1] !== 0x50) {
    throw new InputError('the file is no C3D file', {
      where,
      expected: 'a second byte of 80 and at least two blocks of 512 bytes',
    });
  }
  const parameterStart = 512 * (data[0] - 1);
  const processor = processors[data[parameterStart + 3] ?? 0];
  if (!processor) {
    throw new InputError('the file does not say on which machine it was written', {
      where: `${where}, byte ${parameterStart + 3}`,
      expected: '84, 85 or 86',
      got: `${data[parameterStart + 3]}`,
    });
  }
  const bytes = new C3dBytes(data, where, processor);
  const parameters = readParameters(bytes, parameterStart);
  const number = (name: string): number | undefined => parameters.get(name)?.numbers[0];
  const unsigned = (v: number | undefined): number | undefined => (v === undefined ? undefined : v & 0xffff);
  const points = unsigned(number('POINT:USED')) ?? bytes.uint16(2);
  const field = (name: string): number | undefined => {
    const words = parameters.get(name)?.numbers;
    return words && words.length >= 2 ? (words[0] & 0xffff) + 65536 * (words[1] & 0xffff) : undefined;
  };
  const firstFrame = field('TRIAL:ACTUAL_START_FIELD') ?? bytes.uint16(6);
  const lastFrame = field('TRIAL:ACTUAL_END_FIELD') ?? bytes.uint16(8);
  const rate = number('POINT:RATE') ?? bytes.float32(20);
  const scale = number('POINT:SCALE') ?? bytes.float32(12);
  const analogPerFrame = bytes.uint16(4);
  const samplesPerFrame = analogPerFrame > 0 ? Math.max(1, bytes.uint16(18)) : 0;
  const channels = samplesPerFrame > 0 ? analogPerFrame / samplesPerFrame : 0;
  const size = scale < 0 ? 4 : 2;
  const frameBytes = size * (4 * points + analogPerFrame);
  const block = unsigned(number('POINT:DATA_START')) ?? bytes.uint16(16);
  const frames = lastFrame - firstFrame + 1;
  const start = 512 * (block - 1);
  const bad = (what: string, expected: string, got: string): never => {
    throw new InputError(what, { where, expected, got });
  };
  if (!(frames >= 0))
    bad('the frames run backwards', `a last frame after frame ${firstFrame}`, `${lastFrame}`);
  if (!(rate > 0 && rate < 1e6)) bad('the frame rate is not known', 'a positive number a second', `${rate}`);
  if (!Number.isFinite(scale) || scale === 0)
    bad('the scale of the points is not known', 'a number other than 0', `${scale}`);
  if (!Number.isInteger(channels))
    bad(
      'the analog samples do not fill their channels',
      `a multiple of ${samplesPerFrame}`,
      `${analogPerFrame}`,
    );
  if (block < 1 || start + frames * frameBytes > data.length) {
    bad(
      'the file ends before its last frame',
      `${start + frames * frameBytes} bytes for ${frames} frames`,
      `${data.length}`,
    );
  }
  return {
    bytes,
    parameters,
    points,
    frames,
    firstFrame,
    rate,
    scale,
    channels,
    samplesPerFrame,
    start,
    frameBytes,
  };
}

/** Labels, continued in LABELS2, LABELS3, ...; points without one are numbered, and one that comes again gets a number too. */
function labelsOf({ parameters }: C3d, group: string, count: number, kind: string): string[] {
  const texts: string[] = [];
  for (let i = 1; ; i++) {
    const more = parameters.get(`${group}:LABELS${i > 1 ? i : ''}`);
    if (!more) break;
    texts.push(...more.texts);
  }
  const seen = new Map<string, number>();
  return Array.from({ length: count }, (_, k) => {
    const label = texts[k]?.replaceAll('\0', '').trim() || `${kind} ${k + 1}`;
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return times > 1 ? `${label} (${times})` : label;
  });
}

/**
 * The points of a C3D file: time x marker x space, in the file's unit and axes. A negative residual means missing. Time starts where the file's first
 * frame is, frame 1 being at 0 s. Throws `InputError` where the file is cut off or its parts do not agree. Written from the public specification
 * (c3d.org, "The C3D file format", 2021).
 */
export function parseC3dPoints(data: Uint8Array, source: Source, options: ReadOptions): PoseTrack {
  const file = open(data, source.name);
  const { bytes, parameters, points, frames, scale, start, frameBytes, rate, firstFrame } = file;
  if (points === 0) {
    throw new InputError('the file has no points', {
      where: source.name,
      fix: 'Read it as a table: its analog channels.',
    });
  }
  const positions = new Float64Array(frames * points * 3);
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < points; k++) {
      const at = start + t * frameBytes + k * (scale < 0 ? 16 : 8);
      const value =
        scale < 0
          ? (c: number): number => bytes.float32(at + 4 * c)
          : (c: number): number => bytes.int16(at + 2 * c);
      const missing = value(3) < 0;
      for (let c = 0; c < 3; c++)
        positions[(t * points + k) * 3 + c] = missing ? NaN : value(c) * (scale < 0 ? 1 : scale);
    }
  }
  return poseTrack({
    name: 'markers',
    skeleton: skeleton(labelsOf(file, 'POINT', points, 'point')),
    space: 3,
    positions,
    unit: options.unit ?? (parameters.get('POINT:UNITS')?.texts[0]?.toLowerCase() || 'mm'),
    time: regularTime(frames, rate, (firstFrame - 1) / rate),
    provenance: source.provenance,
  });
}

/** The analog channels of a C3D file: a column `time`, s, and one for each channel, in the units that its scale gives. */
export function parseC3dAnalog(data: Uint8Array, where: string): Table {
  const file = open(data, where);
  const {
    bytes,
    parameters,
    points,
    frames,
    scale,
    start,
    frameBytes,
    channels,
    samplesPerFrame,
    rate,
    firstFrame,
  } = file;
  if (channels === 0)
    throw new InputError('the file has no analog channels', {
      where,
      fix: 'Read it as a track: its points.',
    });
  const numbers = (name: string): readonly number[] => parameters.get(name)?.numbers ?? [];
  const general = numbers('ANALOG:GEN_SCALE')[0] ?? 1;
  const scales = numbers('ANALOG:SCALE');
  const offsets = numbers('ANALOG:OFFSET');
  const size = scale < 0 ? 4 : 2;
  const unsigned = parameters.get('ANALOG:FORMAT')?.texts[0]?.toUpperCase() === 'UNSIGNED';
  const rows = frames * samplesPerFrame;
  const columns = labelsOf(file, 'ANALOG', channels, 'channel').map((name, c) => ({
    name: name === 'time' ? 'time (2)' : name,
    values: Float64Array.from({ length: rows }, (_, r) => {
      const [t, s] = [Math.floor(r / samplesPerFrame), r % samplesPerFrame];
      const at = start + t * frameBytes + size * (4 * points + s * channels + c);
      const raw = scale < 0 ? bytes.float32(at) : unsigned ? bytes.uint16(at) : bytes.int16(at);
      const offset = unsigned ? (offsets[c] ?? 0) & 0xffff : (offsets[c] ?? 0);
      return (raw - offset) * (scales[c] ?? 1) * general;
    }),
  }));
  const time = Float64Array.from(
    { length: rows },
    (_, r) => (firstFrame - 1) / rate + r / (rate * samplesPerFrame),
  );
  return table([{ name: 'time', values: time }, ...columns]);
}
