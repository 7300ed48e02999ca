import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeJpeg, encodePng, fromArray, openFrames } from '../../src/media/index.ts';
import type { Frame, FrameSource } from '../../src/media/index.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';
import { makeVideo } from './video/make-video.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-open-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WIDTH = 7;
const HEIGHT = 5;
const value = (i: number, x: number, y: number, c: number) => (37 * i + 11 * x + 5 * y + 60 * c) % 256;

function picture(i: number, channels: 1 | 3): Frame {
  const data = new Uint8Array(WIDTH * HEIGHT * channels);
  for (let p = 0; p < WIDTH * HEIGHT; p++) {
    for (let c = 0; c < channels; c++) data[p * channels + c] = value(i, p % WIDTH, Math.floor(p / WIDTH), c);
  }
  return { index: i, timeSeconds: i, width: WIDTH, height: HEIGHT, channels, data };
}

async function all(source: FrameSource): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of source.frames()) frames.push(frame);
  return frames;
}

function makeFolder(name: string, files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(path, file), bytes);
  return path;
}

function npy(shape: readonly number[], data: Uint8Array, descr = '|u1', fortran = 'False'): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = text.padEnd(118 - 1) + '\n';
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([head, Buffer.from(header, 'latin1'), data]);
}

describe('a folder of pictures', () => {
  it('is read in the natural order of names, times by their numbers, gaps reported', async () => {
    const files: Record<string, Uint8Array> = {
      'notes.txt': Buffer.from('x'),
      '._img1.png': Buffer.from('x'),
    };
    for (const i of [1, 2, 9, 10, 11]) files[`img${i}.png`] = await encodePng(picture(i, 3));
    await using source = await openFrames(makeFolder('numbered', files), { framesPerSecond: 10 });
    expect(source.info).toMatchObject({ frameCount: 5, width: WIDTH, height: HEIGHT, channels: 3 });
    expect([...source.info.times].map((t) => t * 10)).toEqual([0, 1, 8, 9, 10]);
    expect(source.info.warnings).toEqual([
      'numbers have 1 gaps (6 missing): img2.png is followed by img9.png',
    ]);
    const frames = await all(source);
    expect(frames.map((f) => f.index)).toEqual([0, 1, 2, 3, 4]);
    [1, 2, 9, 10, 11].forEach((i, at) => expect(frames[at].data).toEqual(picture(i, 3).data));
    expect((await source.frameAt(0.85)).data).toEqual(picture(9, 3).data);
    expect((await source.frame(3)).data).toEqual(picture(10, 3).data);
  });

  it('takes png, jpeg, tiff and bmp, gray and color, 16 bits, palettes and transparency', async () => {
    const { data } = picture(3, 3);
    const raw = () => sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    const wide = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => 256 * value(3, i, 0, 0) + 77);
    const kinds: [name: string, bytes: Uint8Array, tolerance: number][] = [
      ['a.png', await encodePng(picture(3, 3)), 0],
      ['b.tif', await raw().tiff({ compression: 'lzw' }).toBuffer(), 0],
      ['c.bmp', bmp(data, 24), 0],
      ['d.bmp', bmp(data, 32), 0],
      ['e.png', await raw().ensureAlpha(0.5).png().toBuffer(), 0],
      ['f.jpg', await encodeJpeg(picture(3, 3), { quality: 100 }), 255],
      ['g.png', await raw().png({ palette: true, colours: 256 }).toBuffer(), 8],
    ];
    const files = Object.fromEntries(kinds.map(([name, bytes]) => [name, bytes]));
    await using source = await openFrames(makeFolder('kinds', files));
    for (const [i, [name, , tolerance]] of kinds.entries()) {
      const error = (await source.frame(i)).data.map((v, p) => Math.abs(v - data[p]));
      expect(Math.max(...error), name).toBeLessThanOrEqual(tolerance);
    }
    writeFileSync(
      join(folder, 'wide.png'),
      await sharp(wide, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    );
    await using deep = await openFrames(join(folder, 'wide.png'));
    expect(deep.info.channels).toBe(1);
    expect((await deep.frame(0)).data).toEqual(Uint8Array.from(wide, (v) => v >> 8));
    const gray = bmp(picture(4, 1).data, 8);
    writeFileSync(join(folder, 'gray.bmp'), gray);
    await using one = await openFrames(join(folder, 'gray.bmp'));
    expect((await one.frame(0)).data).toEqual(picture(4, 1).data);
  });

  it('is turned upright, reduced to gray and scaled on request', async () => {
    const turned = await sharp(picture(1, 3).data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const path = makeFolder('turned', { 'x1.jpg': turned });
    await using upright = await openFrames(path);
    expect([upright.info.width, upright.info.height]).toEqual([HEIGHT, WIDTH]);
    const { data } = picture(1, 3);
    const first = (await upright.frame(0)).data;
    expect(Math.abs(first[0] - data[(HEIGHT - 1) * WIDTH * 3])).toBeLessThan(30);

    const color = makeFolder('color', { 'x1.png': await encodePng(picture(1, 3)) });
    await using gray = await openFrames(color, { gray: true });
    const expected = picture(1, 1).data.map((_, p) => {
      const [r, g, b] = data.subarray(3 * p, 3 * p + 3);
      return Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
    });
    expect((await gray.frame(0)).data).toEqual(expected);
    await using small = await openFrames(color, { width: 14 });
    expect(await small.frame(0)).toMatchObject({ width: 14, height: 10, channels: 3 });
  });

  it('says which picture is of another size, missing or broken', async () => {
    const good = await encodePng(picture(0, 1));
    const other = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const path = makeFolder('bad', {
      'i0.png': good,
      'i1.png': other,
      'i2.png': good,
      'i3.png': good.subarray(0, 60),
    });
    await using source = await openFrames(path);
    await expect(source.frame(1)).rejects.toThrow(
      /i1\.png: picture of another size. Expected 7 x 5 .* Got 4 x 4/,
    );
    rmSync(join(path, 'i2.png'));
    await expect(source.frame(2)).rejects.toThrow(/i2\.png: picture is missing/);
    await expect(source.frame(3)).rejects.toThrow(/i3\.png: cannot be decoded as a picture/);
    await expect(all(source)).rejects.toThrow(InputError);
    await expect(source.frame(4)).rejects.toThrow(UsageError);
  });
});

describe('arrays', () => {
  const data = Uint8Array.from([0, 1, 2].flatMap((i) => [...picture(i, 3).data]));

  it('from memory give copies of their frames', async () => {
    await using source = fromArray(data, [3, HEIGHT, WIDTH, 3], { times: Float64Array.of(0, 0.5, 2) });
    expect(source.info).toMatchObject({ frameCount: 3, channels: 3, framesPerSecond: 1, warnings: [] });
    const frame = await source.frameAt(1.9);
    expect(frame.index).toBe(1);
    frame.data.fill(0);
    expect((await source.frame(1)).data).toEqual(picture(1, 3).data);
    await expect(async () => source.frameAt(-1)).rejects.toThrow(UsageError);
    expect(() => fromArray(data, [4, HEIGHT, WIDTH, 3])).toThrow(/Expected 420 bytes .* Got 315 bytes/);
    expect(() => fromArray(data, [3, HEIGHT, WIDTH, 3], { times: Float64Array.of(0, 2, 1) })).toThrow(
      UsageError,
    );
  });

  it('from numpy files are read one frame at a time', async () => {
    const path = join(folder, 'a.npy');
    writeFileSync(path, npy([3, HEIGHT, WIDTH, 3], data));
    await using source = await openFrames(path);
    expect((await all(source)).map((f) => f.data)).toEqual([0, 1, 2].map((i) => picture(i, 3).data));
    expect(source.info.warnings.length).toBe(1);
  });

  it.each([
    ['float', npy([3, HEIGHT, WIDTH, 3], data, '<f4'), /unsigned bytes.*type <f4/],
    ['fortran', npy([3, HEIGHT, WIDTH, 3], data, '|u1', 'True'), /Fortran order/],
    ['flat', npy([315], data), /shape frames x height x width/],
    ['short', npy([9, HEIGHT, WIDTH, 3], data), /truncated/],
  ])('of the wrong kind (%s) are refused', async (name, bytes, message) => {
    const path = join(folder, `${name}.npy`);
    writeFileSync(path, bytes);
    await expect(openFrames(path)).rejects.toThrow(message);
  });

  it('in a multi-page tiff are frames', async () => {
    const pages = sharp(Buffer.concat([0, 1, 2].map((i) => picture(i, 3).data)), {
      raw: { width: WIDTH, height: 3 * HEIGHT, channels: 3, pageHeight: HEIGHT },
    });
    const path = join(folder, 'stack.tif');
    writeFileSync(path, await pages.tiff({ compression: 'lzw' }).toBuffer());
    await using source = await openFrames(path, { framesPerSecond: 30 });
    expect((await all(source)).map((f) => f.data)).toEqual([0, 1, 2].map((i) => picture(i, 3).data));
  });
});

describe('what holds no frames is refused by name', () => {
  it.each([
    ['nothing there', 'absent.mp4', undefined, /absent\.mp4: does not exist/],
    ['an empty file', 'empty.mp4', Buffer.alloc(0), /empty\.mp4: is empty.*copy it again/s],
    ['text', 'text.mp4', Buffer.from('frame,x,y\n1,2,3\n'), /text\.mp4: holds no pictures.*Got text/s],
    ['a playlist', 'list.mp4', Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), /Got text/],
    [
      'noise',
      'noise.mp4',
      Buffer.from(picture(0, 3).data).fill(255, 0, 9),
      /noise\.mp4: cannot be opened as a video/,
    ],
    ['HDF5', 'tracks.h5', Buffer.from('\x89HDF\r\n\x1a\n0000', 'latin1'), /an HDF5 file/],
  ])('%s', async (_, name, bytes, message) => {
    const path = join(folder, name);
    if (bytes) writeFileSync(path, bytes);
    await expect(openFrames(path)).rejects.toThrow(InputError);
    await expect(openFrames(path)).rejects.toThrow(message);
  });

  it('a folder without pictures', async () => {
    const path = makeFolder('no-pictures', { 'a.csv': Buffer.from('1') });
    await expect(openFrames(path)).rejects.toThrow(/holds no pictures.*1 other files \(a\.csv\)/s);
  });

  it('frames and times outside a video', async () => {
    const path = join(folder, 'short.mp4');
    makeVideo(path, { count: 5 });
    await using video = await openFrames(path);
    await expect(video.frame(5)).rejects.toThrow(/short\.mp4: no such frame. Expected 0 to 4. Got 5/);
    await expect(video.frame(1.5)).rejects.toThrow(UsageError);
    await expect(video.frames(3, 9)[Symbol.asyncIterator]().next()).rejects.toThrow(UsageError);
    expect((await video.frameAt(99)).index).toBe(4);
  });
});

/** A Windows bitmap, bottom row first: gray palette for 8 bits. */
function bmp(pixels: Uint8Array, bits: 8 | 24 | 32): Buffer {
  const stride = ((WIDTH * bits + 31) >> 5) * 4;
  const palette = bits === 8 ? 1024 : 0;
  const out = Buffer.alloc(54 + palette + stride * HEIGHT);
  out.write('BM');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54 + palette, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(WIDTH, 18);
  out.writeInt32LE(HEIGHT, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(bits, 28);
  for (let i = 0; i < palette; i++) out[54 + i] = i % 4 === 3 ? 0 : i >> 2;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = 54 + palette + (HEIGHT - 1 - y) * stride + x * (bits / 8);
      if (bits === 8) out[at] = pixels[y * WIDTH + x];
      else for (let c = 0; c < 3; c++) out[at + c] = pixels[(y * WIDTH + x) * 3 + 2 - c];
    }
  }
  return out;
}
