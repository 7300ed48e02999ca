import { InputError } from '../../signal/error.ts';
import { readBytes } from '../file.ts';
import { readHdf5 } from '../hdf5/open.ts';
import { datasetAt, doublesIn, nodeAt, textAttribute, type Hdf5Group } from '../hdf5/tree.ts';

/** A picture kept inside a .pkg.slp file. */
export interface EmbeddedPicture {
  /** Number of the video in the file. */
  readonly video: number;
  /** Frame index in the video that it was taken from. */
  readonly frame: number;
  /** `png`, `jpg`. */
  readonly encoding: string;
  /** The encoded picture, as a file of that kind would hold it. */
  readonly bytes: Uint8Array;
}

/** The labeled pictures inside a .pkg.slp file; none where its videos are elsewhere. Throws `InputError`. */
export async function readEmbeddedPictures(path: string): Promise<readonly EmbeddedPicture[]> {
  const bytes = await readBytes(path);
  const names = Object.keys((await readHdf5(bytes, path, { namesOnly: true })).children);
  const videos = names.filter((name) => /^video\d+$/.test(name));
  if (videos.length === 0) return [];
  const tree = await readHdf5(bytes, path, { only: videos.map((name) => `/${name}`) });
  return videos.flatMap((name) => {
    const video = datasetAt(tree, `${name}/video`, path);
    const pictures = encodedPictures(tree, name, path);
    const frames = nodeAt(tree, `${name}/frame_numbers`)
      ? doublesIn(datasetAt(tree, `${name}/frame_numbers`, path), `${name}/frame_numbers`, path)
      : Float64Array.from(pictures, (_, i) => i);
    if (frames.length !== pictures.length) {
      throw new InputError('the embedded pictures and their frame numbers differ in count', {
        where: `${path}, ${name}`,
        expected: `${frames.length} pictures`,
        got: `${pictures.length}`,
      });
    }
    const encoding = textAttribute(video, 'format') ?? 'png';
    return pictures.map((picture, i) => ({
      video: Number(name.slice('video'.length)),
      frame: frames[i],
      encoding,
      bytes: picture,
    }));
  });
}

/** SLEAP keeps a row of varying length for each picture; newer files join them all and list their sizes. */
function encodedPictures(tree: Hdf5Group, name: string, path: string): Uint8Array[] {
  const { data, shape } = datasetAt(tree, `${name}/video`, path);
  const bytesOf = (row: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array =>
    new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
  if (data.kind === 'ragged') return data.values.map(bytesOf);
  const sizes = nodeAt(tree, `${name}/frame_sizes`);
  if (
    data.kind === 'number' &&
    data.values.BYTES_PER_ELEMENT === 1 &&
    shape.length === 1 &&
    sizes?.kind === 'dataset'
  ) {
    const all = bytesOf(data.values);
    let at = 0;
    const pictures = Array.from(doublesIn(sizes, `${name}/frame_sizes`, path), (size) =>
      all.subarray(at, (at += size)),
    );
    if (at === all.length) return pictures;
  }
  throw new InputError('the embedded pictures are kept in an unknown way', {
    where: `${path}, ${name}/video`,
    expected: 'encoded pictures (png or jpg)',
    got: `${data.kind}, ${shape.join(' x ')}`,
  });
}
