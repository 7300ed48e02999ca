import { Events, type Event } from '../../signal/events.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { skeleton, type Skeleton } from '../../signal/skeleton.ts';
import { regularTime } from '../../signal/time.ts';
import { toPixels, trunkOf } from './animal.ts';
import { hides, type Bar, type BarPlace } from './bar.ts';
import { Body, earRadius, type Posture } from './body.ts';
import { depthInTrunk } from './fur.ts';
import { pawNames, type Footfalls } from './gait.ts';
import type { OpenFieldSettings } from './options.ts';

/** The keypoints of the simulated animal. Ears are their centers, `neck` is the nape, paws are the middle of the sole. */
export const mouseSkeleton: Skeleton = skeleton(
  ['snout', 'leftear', 'rightear', 'neck', 'tailbase', 'tailtip', ...pawNames],
  [
    ['snout', 'leftear'],
    ['snout', 'rightear'],
    ['leftear', 'neck'],
    ['rightear', 'neck'],
    ['neck', 'tailbase'],
    ['tailbase', 'tailtip'],
    ['neck', 'leftfore'],
    ['neck', 'rightfore'],
    ['tailbase', 'lefthind'],
    ['tailbase', 'righthind'],
  ],
);

/** What really happened in one limb, on the recording's clock (0 s is frame 0). */
export interface PawTruth {
  readonly name: (typeof pawNames)[number];
  /** When the paw touched down, s, within the recording. */
  readonly contactSeconds: Float64Array;
  /** When it left the floor, s, within the recording. */
  readonly liftSeconds: Float64Array;
  /** Whole stances: those whose contact and lift both fall into the recording. Place on the floor in px. */
  readonly stances: readonly {
    readonly contactSeconds: number;
    readonly liftSeconds: number;
    readonly x: number;
    readonly y: number;
  }[];
}

export interface OpenFieldTruth {
  /** Where each keypoint is, px, whether or not it can be seen: no value is NaN. */
  readonly pose: PoseTrack;
  /** time x keypoint: 1 where the keypoint can be seen, 0 under the body, under the bar or outside the picture. */
  readonly visible: Uint8Array;
  /** `stance` and `swing` intervals that lie whole in the recording; the source is the paw. */
  readonly events: Events;
  /** In the order leftfore, rightfore, lefthind, righthind. */
  readonly paws: readonly PawTruth[];
}

export function truthOf(
  body: Body,
  bar: Bar,
  options: OpenFieldSettings,
  frameCount: number,
  provenance: Provenance,
): OpenFieldTruth {
  const scale = options.pixelsPerMillimeter;
  const keypoints = mouseSkeleton.keypoints.length;
  const positions = new Float64Array(frameCount * keypoints * 2);
  const visible = new Uint8Array(frameCount * keypoints);
  for (let frame = 0; frame < frameCount; frame++) {
    const seconds = frame / options.rate;
    const posture = body.at(seconds);
    const seen = whatIsSeen(posture, bar.at(seconds), options);
    keypointsOf(posture).forEach(({ x, y }, k) => {
      const i = frame * keypoints + k;
      positions[2 * i] = toPixels(x, scale);
      positions[2 * i + 1] = toPixels(y, scale);
      visible[i] = seen[k] ? 1 : 0;
    });
  }
  const pose = poseTrack({
    name: 'true pose',
    skeleton: mouseSkeleton,
    positions,
    time: regularTime(frameCount, options.rate),
    provenance,
  });
  const end = (frameCount - 1) / options.rate;
  return {
    pose,
    visible,
    events: gaitEvents(body, end, provenance),
    paws: body.gait.limbs.map((limb, k) => pawTruth(pawNames[k], limb, end, scale)),
  };
}

function keypointsOf(posture: Posture): { readonly x: number; readonly y: number }[] {
  const last = posture.spineX.length - 1;
  const tip = posture.tailX.length - 1;
  return [
    { x: posture.spineX[0], y: posture.spineY[0] },
    ...posture.ears,
    Body.neck(posture),
    { x: posture.spineX[last], y: posture.spineY[last] },
    { x: posture.tailX[tip], y: posture.tailY[tip] },
    ...posture.paws,
  ];
}

/** A paw counts as seen where its middle is not beneath the trunk: about half of it shows. */
function whatIsSeen(posture: Posture, bar: BarPlace, options: OpenFieldSettings): boolean[] {
  const scale = options.pixelsPerMillimeter;
  const trunk = trunkOf(posture, scale);
  return keypointsOf(posture).map(({ x, y }, k) => {
    const [px, py] = [toPixels(x, scale), toPixels(y, scale)];
    const inPicture = px >= -0.5 && py >= -0.5 && px < options.width - 0.5 && py < options.height - 0.5;
    const beneath = mouseSkeleton.keypoints.indexOf('tailtip') <= k && depthInTrunk(trunk, px, py) < 1;
    const beneathEar =
      k > mouseSkeleton.keypoints.indexOf('tailtip') &&
      posture.ears.some((ear) => Math.hypot(ear.x - x, ear.y - y) < earRadius);
    return inPicture && !beneath && !beneathEar && !hides(bar, px, py);
  });
}

function gaitEvents(body: Body, end: number, provenance: Provenance): Events {
  const found: Event[] = [];
  body.gait.limbs.forEach(({ contactSeconds, liftSeconds }, k) => {
    const add = (label: string, startSeconds: number, endSeconds: number): void => {
      if (startSeconds >= 0 && endSeconds <= end) {
        found.push({ label, startSeconds, endSeconds, source: pawNames[k] });
      }
    };
    contactSeconds.forEach((contact, i) => {
      add('stance', contact, liftSeconds[i]);
      if (i + 1 < contactSeconds.length) add('swing', liftSeconds[i], contactSeconds[i + 1]);
    });
  });
  return new Events(found, { name: 'true gait', provenance });
}

function pawTruth(name: PawTruth['name'], limb: Footfalls, end: number, scale: number): PawTruth {
  const within = (times: Float64Array): Float64Array => times.filter((t) => t >= 0 && t <= end);
  const stances = [];
  for (let k = 0; k < limb.contactSeconds.length; k++) {
    const [contactSeconds, liftSeconds] = [limb.contactSeconds[k], limb.liftSeconds[k]];
    if (contactSeconds < 0 || liftSeconds > end) continue;
    stances.push({
      contactSeconds,
      liftSeconds,
      x: toPixels(limb.x[k], scale),
      y: toPixels(limb.y[k], scale),
    });
  }
  return {
    name,
    contactSeconds: within(limb.contactSeconds),
    liftSeconds: within(limb.liftSeconds),
    stances,
  };
}
