import { InputError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import type { ReadOptions, Source } from '../format.ts';
import { frameTime } from '../frames.ts';
import { individualNames, recordingNames } from './labels.ts';
import type { SlpContent, SlpInstance } from './slp.ts';

/** Frames without animals are filled in while at least this share of a track has any. */
const leastFilled = 0.001;

/**
 * The track of one video in a .slp file. Where a frame has an animal both predicted and corrected by a person, the correction
 * counts; its confidence is NaN. Frames between the first and the last that have no animal are filled with NaN.
 * Throws `InputError` where the file has several videos and `options.video` names none, or a track stands twice in a frame.
 */
export function poseFromSlp(content: SlpContent, source: Source, options: ReadOptions): PoseTrack {
  const video = chooseVideo(content, source, options);
  const frames = content.frames.filter((f) => f.video === video).sort((a, b) => a.frame - b.frame);
  const groups = frames.map(({ instances }) => {
    const corrected = new Set(instances.filter((i) => i.isUser).map((i) => i.track));
    const anyUser = corrected.size > 0;
    // Without tracks nobody can say which prediction a correction replaces: corrections then stand alone.
    return instances.filter((i) => i.isUser || (i.track < 0 ? !anyUser : !corrected.has(i.track)));
  });
  const skeletons = new Set(groups.flatMap((g) => g.map((i) => i.skeleton)));
  if (skeletons.size !== 1) {
    throw new InputError(
      skeletons.size === 0 ? 'the file has no animals' : 'the animals are on several skeletons',
      {
        where: source.name,
        expected: 'instances of one skeleton',
        got: `${skeletons.size}`,
      },
    );
  }
  const skeleton = content.skeletons[[...skeletons][0]];
  const naming = individualNames(content, groups);
  const numbers = frameRange(frames.map((f) => f.frame));
  const [count, animals, nodes] = [numbers.length, naming.names.length, skeleton.keypoints.length];
  const positions = new Float64Array(count * animals * nodes * 2).fill(NaN);
  const confidence = new Float64Array(count * animals * nodes).fill(NaN);
  const taken = new Uint8Array(count * animals);
  const row = new Map(Array.from(numbers, (n, i) => [n, i]));
  frames.forEach(({ frame }, f) => {
    groups[f].forEach((instance: SlpInstance, i) => {
      const name = naming.name(instance, i);
      const slot = row.get(frame)! * animals + naming.names.indexOf(name);
      if (taken[slot]++) {
        throw new InputError(`the animal "${name}" stands twice in one frame`, {
          where: `${source.name}, frame ${frame}`,
          fix: 'Proofread the tracks there.',
        });
      }
      positions.set(instance.xy, slot * nodes * 2);
      confidence.set(instance.scores, slot * nodes);
    });
  });
  const { step, options: settings, ...rest } = source.provenance;
  return poseTrack({
    skeleton,
    individuals: naming.names,
    positions,
    confidence: confidence.every(Number.isNaN) ? undefined : confidence,
    time: frameTime(numbers, options.framesPerSecond, source.name),
    provenance: {
      ...rest,
      step,
      options: {
        ...settings,
        video: content.videos[video] ?? '',
        ...(naming.note && { note: naming.note }),
      },
    },
  });
}

function chooseVideo(content: SlpContent, source: Source, options: ReadOptions): number {
  const used = [...new Set(content.frames.map((f) => f.video))];
  const names = recordingNames(content.videos);
  const wanted = used.filter(
    (v) => options.video === undefined || [names[v], content.videos[v]].includes(options.video),
  );
  if (wanted.length === 1) return wanted[0];
  throw new InputError(used.length === 0 ? 'the file has no frames' : 'the file has several videos', {
    where: source.name,
    expected: `the name of one (option "video"): ${used.map((v) => names[v]).join(', ')}`,
    got: options.video,
  });
}

/** All frame numbers from the first to the last, unless nearly all of them would be empty. */
function frameRange(frames: readonly number[]): Float64Array {
  const distinct = [...new Set(frames)];
  const span = distinct.length === 0 ? 0 : distinct.at(-1)! - distinct[0] + 1;
  if (span * leastFilled > distinct.length) return Float64Array.from(distinct);
  return Float64Array.from({ length: span }, (_, i) => distinct[0] + i);
}
