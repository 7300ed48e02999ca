import { InputError } from '../../signal/error.ts';
import { soleIndividual, type LabeledFrame, type LabelSet } from '../../signal/labels.ts';
import type { Source } from '../format.ts';
import type { SlpContent, SlpInstance } from './slp.ts';

/**
 * What people placed in a .slp file. Points marked as not visible do not count, as in SLEAP's own training. Animals are named by
 * their tracks; where there are none, by their order in the frame. Throws `InputError` where nobody placed a point, or where
 * labels are on several skeletons.
 */
export function labelsFromSlp(content: SlpContent, source: Source): LabelSet {
  const notes: string[] = [];
  const labeled = content.frames.filter((f) => f.instances.some((i) => i.isUser));
  const skeletons = new Set(
    labeled.flatMap((f) => f.instances.filter((i) => i.isUser).map((i) => i.skeleton)),
  );
  if (labeled.length === 0) {
    const predicted = content.frames.some((f) => f.instances.length > 0);
    throw new InputError('no frame was labeled by a person', {
      where: source.name,
      expected: 'at least one user-labeled instance',
      got: predicted ? 'predictions only' : 'no instances',
      fix: predicted ? 'Read them as pose.' : 'Label some frames first.',
    });
  }
  const [skeleton] = skeletons;
  if (skeletons.size > 1) {
    throw new InputError('the labels are on several skeletons', {
      where: source.name,
      expected: 'one skeleton',
      got: `${skeletons.size}`,
      fix: 'Export the labels of each skeleton to a file of its own.',
    });
  }
  const naming = individualNames(
    content,
    labeled.map((f) => f.instances.filter((i) => i.isUser)),
  );
  const recordings = recordingNames(content.videos);
  const frames = labeled.map((f): LabeledFrame => {
    const user = f.instances.filter((i) => i.isUser);
    return {
      picture: { video: content.videos[f.video] ?? '', frame: f.frame },
      recording: recordings[f.video] ?? '',
      instances: user.map((instance, i) => ({
        individual: naming.name(instance, i),
        points: Array.from(instance.scores, (_, k) =>
          Number.isNaN(instance.xy[2 * k]) || Number.isNaN(instance.xy[2 * k + 1])
            ? null
            : { x: instance.xy[2 * k], y: instance.xy[2 * k + 1], visibility: 'visible' },
        ),
      })),
    };
  });
  if (naming.note) notes.push(naming.note);
  if (content.invisible > 0) notes.push(`${content.invisible} points marked as not visible do not count.`);
  return {
    skeleton: content.skeletons[skeleton],
    individuals: naming.names,
    frames,
    root: '',
    notes,
    provenance: source.provenance,
  };
}

interface Naming {
  readonly names: readonly string[];
  readonly name: (instance: SlpInstance, position: number) => string;
  readonly note?: string;
}

/** Names for a file's animals: tracks where every instance has one, else the order in which they stand in a frame. */
export function individualNames(content: SlpContent, groups: readonly (readonly SlpInstance[])[]): Naming {
  const used = new Set(groups.flatMap((g) => g.map((i) => i.track)));
  if (used.size > 0 && !used.has(-1)) {
    const tracks = content.tracks.map((name, i) =>
      content.tracks.indexOf(name) === i ? name : `${name} (${i})`,
    );
    return {
      names: tracks.filter((_, i) => used.has(i)),
      name: (instance) => tracks[instance.track],
    };
  }
  const most = Math.max(1, ...groups.map((g) => g.length));
  if (most === 1) return { names: [soleIndividual], name: () => soleIndividual };
  return {
    names: Array.from({ length: most }, (_, i) => `animal${i + 1}`),
    name: (_, position) => `animal${position + 1}`,
    note: 'Not all animals are tracked: they are named by their order in each frame, which is no identity.',
  };
}

/** Videos named by their files without folder and extension, made distinct by their number. */
export function recordingNames(videos: readonly string[]): readonly string[] {
  const stems = videos.map((path) =>
    path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.[^.]*$/, ''),
  );
  return stems.map((stem, i) => (stems.indexOf(stem) === i ? stem : `${stem} (${i})`));
}
