import { readBytes } from '../file.ts';
import { readHdf5 } from '../hdf5/open.ts';
import { doublesIn, nodeAt, textAttribute } from '../hdf5/tree.ts';

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
    const video = nodeAt(tree, `${name}/video`);
    const numbers = nodeAt(tree, `${name}/frame_numbers`);
    if (video?.kind !== 'dataset' || video.data.kind !== 'ragged') return [];
    const frames =
      numbers?.kind === 'dataset' ? doublesIn(numbers, `${name}/frame_numbers`, path) : undefined;
    const encoding = textAttribute(video, 'format') ?? 'png';
    return video.data.values.map((row, i) => ({
      video: Number(name.slice(5)),
      frame: frames?.[i] ?? i,
      encoding,
      bytes: new Uint8Array(row.buffer, row.byteOffset, row.byteLength),
    }));
  });
}
