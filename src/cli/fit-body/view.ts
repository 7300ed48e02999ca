import {
  orthographic,
  placeTrack,
  siteMarkers,
  turnUpwards,
  type BodyModel,
  type Upwards,
  type View,
} from '../../model/body/index.ts';
import { median } from '../../math/quantile.ts';
import { nearest } from '../../project/nearest.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { skeleton } from '../../signal/skeleton.ts';

export interface ViewOptions {
  /** `OLD=NEW`, each. */
  readonly rename: readonly string[];
  readonly knownOnly: boolean;
  readonly confidence: number;
  readonly individual?: string;
  /** Which axis of the file points up, where it is not the body's. */
  readonly up?: Upwards;
  readonly pixelsPerMeter?: number;
  readonly plane: 'xy' | 'xz' | 'yz';
  /** `X,Y`, px: where the origin of the body's world lies in the picture. */
  readonly origin?: string;
}

/** What a track shows of a body: keypoints under the names of the body's markers, in its axes or in a picture. Throws `InputError` and `UsageError`. */
export function viewOf(
  track: PoseTrack,
  model: BodyModel,
  bodyUp: Upwards,
  options: ViewOptions,
): { readonly view: View; readonly keypoints: string[]; readonly leftOut: string[] } {
  const named = sure(renamed(track, options.rename), options.confidence);
  const { sites } = model.names;
  // MuJoCo's viewer hides groups from 3 on: points of muscles are there, markers are not.
  const groups = model.get('site_group');
  const shown = sites.filter((_, i) => groups[i] < 3);
  const all = named.skeleton.keypoints;
  const lacking = all.filter((k) => !sites.includes(k));
  const keypoints = all.filter((k) => sites.includes(k));
  if (keypoints.length === 0 || (lacking.length > 0 && !options.knownOnly)) {
    const near = lacking.flatMap((k) => nearest(k, sites, (site) => `--rename "${k}=${site}"`) ?? []);
    throw new InputError(`the body has no marker for ${lacking.map((k) => `"${k}"`).join(', ')}`, {
      where: track.positions.name,
      expected: `keypoints called like the body's markers: ${shown.join(', ')}`,
      fix: `Give them the body's names with --rename OLD=NEW${near.length > 0 ? ` (perhaps ${near.join(' ')})` : ''}${keypoints.length > 0 ? ', or leave them out with --known-only' : ''}.`,
    });
  }
  const shared = { individual: options.individual };
  if (named.positions.dimensions[3].size === 3) {
    if (options.pixelsPerMeter !== undefined)
      throw new UsageError('--pixels-per-meter is for tracks in pictures, and this one is in space', {
        where: 'marey fit-body',
      });
    const { up = bodyUp } = options;
    const turned = up === bodyUp ? named : placeTrack(named, turnUpwards(up, bodyUp));
    return { view: { ...shared, track: turned }, keypoints, leftOut: lacking };
  }
  return {
    view: { ...shared, track: named, camera: cameraOf(named, model, keypoints, options) },
    keypoints,
    leftOut: lacking,
  };
}

function renamed(track: PoseTrack, pairs: readonly string[]): PoseTrack {
  if (pairs.length === 0) return track;
  const { keypoints } = track.skeleton;
  const names = new Map(
    pairs.map((pair) => {
      const [old, ...rest] = pair.split('=');
      const to = rest.join('=');
      if (to === '' || !keypoints.includes(old))
        throw new UsageError(to === '' ? 'a renaming is not OLD=NEW' : `the track has no keypoint "${old}"`, {
          where: 'marey fit-body --rename',
          expected: to === '' ? 'OLD=NEW' : `one of ${keypoints.join(', ')}`,
          got: `"${pair}"`,
          fix: nearest(old, keypoints, (near) => `Did you mean "${near}"?`),
        });
      return [old, to] as const;
    }),
  );
  return { skeleton: skeleton(keypoints.map((k) => names.get(k) ?? k)), positions: track.positions };
}

/** Points of which the network was less sure are missing. */
function sure(track: PoseTrack, least: number): PoseTrack {
  const { positions } = track;
  const { confidence, covariance } = positions;
  if (!confidence) return track;
  const [frames, people, keypoints, space] = positions.dimensions.map((d) => d.size);
  const entries = (space * (space + 1)) / 2;
  const values = new Float64Array(frames * people * keypoints * space).fill(NaN);
  const spread = new Float64Array(frames * people * keypoints * entries).fill(NaN);
  for (let i = 0; i < frames * people * keypoints; i++) {
    const at = [Math.floor(i / (keypoints * people)), Math.floor(i / keypoints) % people, i % keypoints];
    if (confidence.at(...at) < least) continue;
    for (let c = 0; c < space; c++) values[i * space + c] = positions.at(...at, c);
    if (covariance) for (let e = 0; e < entries; e++) spread[i * entries + e] = covariance.at(...at, e);
  }
  return poseTrack({
    name: positions.name,
    skeleton: track.skeleton,
    individuals: positions.dimensions[1].labels,
    space: space as 2 | 3,
    positions: values,
    covariance: covariance && spread,
    unit: positions.unit,
    time: positions.time!,
    provenance: positions.provenance!,
  });
}

/** A camera far away that looks at a plane of the body's world. */
function cameraOf(track: PoseTrack, model: BodyModel, keypoints: readonly string[], options: ViewOptions) {
  const { pixelsPerMeter: scale, plane, origin } = options;
  if (scale === undefined) {
    throw new UsageError('the track is in a picture, and it is not said how large the world is in it', {
      where: 'marey fit-body',
      expected: '--pixels-per-meter, or a track in space',
      got: `keypoints in ${track.positions.unit}`,
      fix: 'Measure something of known length in the picture; --plane says which plane the camera looks at.',
    });
  }
  const [right, up] = [...plane].map((axis) => 'xyz'.indexOf(axis));
  const rows = [0, 0, 0, 0, 0, 0];
  rows[right] = scale;
  rows[3 + up] = -scale;
  if (origin !== undefined) {
    const [x, y] = origin.split(',').map(Number);
    if (!Number.isFinite(x) || !Number.isFinite(y))
      throw new UsageError('the origin is not a place in the picture', {
        where: 'marey fit-body --origin',
        expected: 'X,Y in px',
        got: `"${origin}"`,
      });
    return orthographic(rows, [x, y]);
  }
  // A marker of the base lies in the world where it lies; in the picture it hardly moves.
  const onBase = siteMarkers(model, keypoints).find((m) => m.body === 0);
  if (!onBase)
    throw new UsageError('it is not known where the body stands in the picture', {
      where: 'marey fit-body',
      expected: '--origin X,Y, or a keypoint on a base that does not move',
    });
  const k = track.skeleton.keypoints.indexOf(onBase.name);
  const frames = track.positions.dimensions[0].size;
  const [x, y] = [0, 1].map((c) =>
    median(Array.from({ length: frames }, (_, t) => track.positions.at(t, 0, k, c)).filter(Number.isFinite)),
  );
  return orthographic(rows, [x - scale * onBase.offset[right], y + scale * onBase.offset[up]]);
}
