import { join } from 'node:path';
import { frameClock, readPose } from '../../formats/index.ts';
import { openFrames } from '../../media/index.ts';
import { namesIn, type Project } from '../../project/index.ts';
import { namedVideos, readCorrected } from '../../project/run/index.ts';
import { InputError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { timesOf } from '../../signal/time.ts';
import type { Trajectory } from '../report/index.ts';

/** More paths than this make a page long; the others are counted. */
const most = 4;
/** Points below this confidence leave a gap in a path. */
const believed = 0.5;
const endings = ['.csv', '.h5', '.parquet', '.npz', '.slp'] as const;

/**
 * The path of one keypoint in each track of the project: those that `marey run` made, else the files in `tracks/`. A file that
 * cannot be read is said and left out, and so is a track with no point that can be believed.
 */
export async function pathsPart(
  project: Project,
  note: (text: string) => void,
): Promise<readonly Trajectory[]> {
  const tracks = await tracksOf(project, note);
  const field = await fieldOfView(project);
  const left = tracks.length - most;
  const paths = tracks.slice(0, most).map(({ name, track }) => {
    const path = pathOf(name, track, field);
    if (left <= 0) return path;
    return { ...path, cautions: [...(path.cautions ?? []), `${left} more tracks are not drawn.`] };
  });
  return paths.filter(({ x }) => Array.from(x).some(Number.isFinite));
}

interface NamedTrack {
  readonly name: string;
  readonly track: PoseTrack;
}

async function tracksOf(project: Project, note: (text: string) => void): Promise<NamedTrack[]> {
  const made = await project.results.names();
  const tracks: NamedTrack[] = [];
  for (const { name } of await namedVideos(project)) {
    if (!made.includes(`track ${name}`)) continue;
    const key = await project.results.get(`track ${name}`);
    tracks.push({ name, track: await readCorrected(project, name, key) });
  }
  for (const file of await namesIn(project.layout.tracks)) {
    const ending = endings.find((e) => file.endsWith(e));
    const name = ending && file.slice(0, -ending.length);
    if (name === undefined || file.startsWith('.') || tracks.some((t) => isOf(name, t.name))) continue;
    try {
      tracks.push({ name, track: await readPose(join(project.layout.tracks, file)) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      note(`No path of ${file} is drawn: ${error.message}`);
    }
  }
  return tracks;
}

/** Whether a file is of a track that is there already: another format, or what was measured from it. */
function isOf(file: string, track: string): boolean {
  return file === track || file === `${track}-kinematics` || file.startsWith(`${track}.kept-`);
}

function pathOf(
  name: string,
  { skeleton, positions }: PoseTrack,
  field: { readonly width: number; readonly height: number } | undefined,
): Trajectory {
  const K = skeleton.keypoints.length;
  const individuals = positions.dimensions[1].size;
  const data = positions.contiguous();
  const confidence = positions.confidence?.contiguous();
  const frames = positions.dimensions[0].size;
  const space = positions.dimensions[3].size;
  const sure = (f: number, k: number): number => confidence?.[f * individuals * K + k] ?? 1;
  const meanSure = skeleton.keypoints.map((_, k) => {
    let sum = 0;
    for (let f = 0; f < frames; f++) sum += sure(f, k) || 0;
    return sum / frames;
  });
  const k = meanSure.indexOf(Math.max(...meanSure));
  const along = (axis: number): Float64Array =>
    Float64Array.from({ length: frames }, (_, f) =>
      sure(f, k) >= believed ? data[(f * individuals * K + k) * space + axis] : NaN,
    );
  const [x, y] = [along(0), along(1)];
  const reach = (values: Float64Array): number => values.reduce((a, b) => (b > a ? b : a), 1);
  const unsure = x.filter(Number.isNaN).length;
  const time = positions.time;
  const times = time === undefined || time.clock === frameClock ? undefined : timesOf(time);
  return {
    keypoint: skeleton.keypoints[k],
    video: name,
    unit: positions.unit,
    field: { width: Math.max(field?.width ?? 1, reach(x)), height: Math.max(field?.height ?? 1, reach(y)) },
    x,
    y,
    ...(times === undefined || times.length === 0 ? {} : { seconds: times[times.length - 1] - times[0] }),
    cautions: [
      `The ${skeleton.keypoints[k]} is drawn because its confidence is the highest; ${((100 * unsure) / Math.max(1, frames)).toFixed(0)} % of the frames are gaps where that is below ${believed}.`,
      field === undefined
        ? 'The frame holds the path; the size of the picture is not known.'
        : 'The frame is the size of the labeled pictures.',
      ...(individuals > 1 ? ['Only the first of several animals is drawn.'] : []),
    ],
  };
}

/** The size of the first labeled picture, px. */
async function fieldOfView(project: Project): Promise<{ width: number; height: number } | undefined> {
  const image = project.labels.labelSet().frames.find((f) => f.picture.image !== undefined)?.picture.image;
  if (image === undefined) return undefined;
  await using source = await openFrames(join(project.root, image), { gray: true });
  return { width: source.info.width, height: source.info.height };
}
