import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../signal/error.ts';
import type { Events } from '../../signal/events.ts';
import { eventsOfEdges, type Edge } from '../edges.ts';
import { exists, namesIn, readBytes, sha256 } from '../file.ts';
import type { FolderFormat, ReadOptions } from '../format.ts';

/** SpikeGLX's metadata: `key=value` a line. */
type Meta = ReadonlyMap<string, string>;

const streamOf = (file: string): string =>
  /\.((imec\d*\.(ap|lf))|nidq|obx\d*\.obx)\.meta$/.exec(file)?.[1] ?? '';

/**
 * Digital lines of a stream that SpikeGLX recorded (`.meta` and `.bin` in one folder; `options.stream`: `imec0.ap`, `nidq`, ... where there
 * are several): every bit of the sync word of a probe (bit 6 is the sync pulse) or of the digital words of an NI device, and the
 * analog channel that carries the sync pulse where the metadata name one. Times are samples over the sampling rate, seconds of that
 * device since the file began. The file is read block by block. Throws `InputError`.
 */
async function readLines(folder: string, options: ReadOptions): Promise<Events> {
  const files = (await namesIn(folder)).filter((name) => streamOf(name) !== '');
  const chosen = files.filter((file) => options.stream === undefined || streamOf(file) === options.stream);
  if (chosen.length !== 1) {
    throw new InputError('the folder holds several streams', {
      where: folder,
      expected: `one of ${files.map(streamOf).join(', ')}`,
      got: options.stream ?? 'no choice',
      fix: 'Say which one (stream).',
    });
  }
  const [file] = chosen;
  const path = join(folder, file);
  const bytes = await readBytes(path);
  const meta: Meta = new Map(
    new TextDecoder()
      .decode(bytes)
      .split(/\r?\n/)
      .map((line) => line.split(/=(.*)/s) as [string, string])
      .filter(([key]) => key !== ''),
  );
  const isProbe = streamOf(file).startsWith('imec');
  const rate = numberIn(
    meta,
    [isProbe ? 'imSampRate' : streamOf(file) === 'nidq' ? 'niSampRate' : 'obSampRate'],
    path,
  );
  const edges = await edgesOf(path.replace(/\.meta$/, '.bin'), channelsOf(meta, isProbe, path), rate);
  return eventsOfEdges(edges, {
    name: streamOf(file),
    source: 'SpikeGLX',
    clock: options.clock,
    provenance: {
      step: 'import',
      source: path,
      sha256: sha256(bytes),
      options: { format: 'spikeglx', rate },
    },
  });
}

function numberIn(meta: Meta, keys: readonly string[], path: string): number {
  for (const key of keys) {
    const value = Number(meta.get(key));
    if (meta.get(key) !== undefined && Number.isFinite(value) && value > 0) return value;
  }
  throw new InputError('the metadata lack a number', {
    where: path,
    expected: `${keys.join(' or ')}=number`,
  });
}

interface Channels {
  readonly saved: number;
  /** Positions of words whose bits are lines. */
  readonly words: readonly number[];
  /** An analog channel that is high above so many steps of the converter. */
  readonly analog: { readonly position: number; readonly threshold: number } | undefined;
}

/** Which of a sample's channels carry lines: probes save `AP,LF,SY`, NI devices `MN,MA,XA,DW`, OneBoxes `XA,DW,SY` words. */
function channelsOf(meta: Meta, isProbe: boolean, path: string): Channels {
  const saved = numberIn(meta, ['nSavedChans'], path);
  const key = isProbe ? 'snsApLfSy' : meta.has('snsMnMaXaDw') ? 'snsMnMaXaDw' : 'snsXaDwSy';
  const counts = meta.get(key)?.split(',').map(Number) ?? [];
  const total = counts.reduce((a, b) => a + b, 0);
  if (counts.length < 3 || !counts.every((n) => Number.isInteger(n) && n >= 0) || total !== saved) {
    throw new InputError('the metadata do not say which channels were saved', {
      where: path,
      expected: `${key}=..., ${saved} channels together`,
      got: meta.get(key) ?? 'nothing',
    });
  }
  const firstWord = isProbe
    ? counts[0] + counts[1]
    : counts.length === 4
      ? counts[0] + counts[1] + counts[2]
      : counts[0];
  const words = Array.from({ length: saved - firstWord }, (_, i) => firstWord + i);
  const isAnalog = !isProbe && meta.get('syncNiChanType') === '1';
  const position = counts[0] + (counts.length === 4 ? counts[1] : 0) + Number(meta.get('syncNiChan') ?? NaN);
  const volts = Number(meta.get('syncNiThresh') ?? NaN);
  if (!isAnalog || !(position < firstWord) || !Number.isFinite(volts)) {
    if (words.length > 0) return { saved, words, analog: undefined };
    throw new InputError('the stream holds no digital line and no sync channel', {
      where: path,
      fix: 'Give another stream, or record one with its sync word.',
    });
  }
  const steps = Number(meta.get('niMaxInt') ?? 32_768);
  return {
    saved,
    words,
    analog: { position, threshold: (volts * steps) / numberIn(meta, ['niAiRangeMax'], path) },
  };
}

const blockBytes = 2 ** 22;

async function edgesOf(path: string, channels: Channels, rate: number): Promise<Edge[]> {
  const { saved, words, analog } = channels;
  if (!(await exists(path))) throw new InputError('the data of the stream are missing', { where: path });
  const { size } = await stat(path);
  const width = 2 * saved;
  if (size % width !== 0) {
    throw new InputError('the file does not hold whole samples', {
      where: path,
      expected: `a multiple of ${width} bytes`,
      got: `${size}`,
      fix: 'The file may have lost its end: copy it again from its source.',
    });
  }
  const edges: Edge[] = [];
  const samples = Math.max(1, Math.floor(blockBytes / width));
  const buffer = new Uint8Array(samples * width);
  const view = new DataView(buffer.buffer);
  const states = words.length + (analog ? 1 : 0);
  const [before, now] = [new Int32Array(states), new Int32Array(states)];
  const file = await open(path);
  try {
    for (let from = 0; from * width < size; from += samples) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from * width);
      for (let s = 0; s < Math.floor(bytesRead / width); s++) {
        words.forEach((w, i) => (now[i] = view.getUint16(s * width + 2 * w, true)));
        if (analog) {
          now[words.length] = Number(view.getInt16(s * width + 2 * analog.position, true) > analog.threshold);
        }
        // What comes before the first sample is not known: lines that are high then have not risen in the file.
        if (from + s > 0) pushChanges(edges, before, now, words.length, (from + s) / rate);
        before.set(now);
      }
    }
  } finally {
    await file.close();
  }
  return edges;
}

function pushChanges(
  edges: Edge[],
  before: Int32Array,
  now: Int32Array,
  words: number,
  seconds: number,
): void {
  for (let w = 0; w < now.length; w++) {
    let changed = before[w] ^ now[w];
    for (let bit = 0; changed !== 0; bit++, changed >>>= 1) {
      if ((changed & 1) === 0) continue;
      const line = w >= words ? 'sync' : words === 1 ? `bit ${bit}` : `word ${w} bit ${bit}`;
      edges.push({ seconds, line, rises: ((now[w] >>> bit) & 1) === 1 });
    }
  }
}

/** A folder that SpikeGLX recorded. */
export const spikeGlx: FolderFormat = {
  kind: 'folder',
  name: 'spikeglx',
  title: 'SpikeGLX recording (digital lines and sync)',
  sniff: (names) => names.some((name) => streamOf(name) !== ''),
  readEvents: readLines,
};
