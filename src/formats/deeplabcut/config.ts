import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { decodeText } from '../csv/cells.ts';
import { uniqueIndividual } from './frame.ts';

/** Names may look like numbers or truth values to YAML. */
const name = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const names = z
  .array(name)
  .nullish()
  .transform((list) => list ?? []);

const schema = z.object({
  Task: name.nullish(),
  scorer: name.nullish(),
  multianimalproject: z
    .union([z.boolean(), z.string()])
    .nullish()
    .transform((v) => v === true || /^true$/i.test(String(v))),
  project_path: name.nullish(),
  video_sets: z.record(z.string(), z.unknown()).nullish(),
  /** The word `MULTI!` in projects of several animals. */
  bodyparts: z.union([z.array(name), name]).nullish(),
  individuals: names,
  uniquebodyparts: names,
  multianimalbodyparts: names,
  skeleton: z.array(z.array(name)).nullish(),
});

/** What Marey uses of a DeepLabCut project's `config.yaml`. */
export interface DeepLabCutConfig {
  readonly task: string;
  readonly scorer: string;
  readonly multiAnimal: boolean;
  readonly individuals: readonly string[];
  /** All bodyparts, the unique ones last. */
  readonly bodyparts: readonly string[];
  readonly uniqueBodyparts: readonly string[];
  readonly edges: readonly (readonly [string, string])[];
  /** Where the project was when it was written: never trusted, only told. */
  readonly projectPath: string;
  /** Keys of `video_sets`: paths on the machine that wrote them, only their base names are used. */
  readonly videos: readonly string[];
}

/** Parses `config.yaml`. Throws `InputError` with the line at broken YAML, at alias bombs, and with the key at wrong values. */
export function parseConfig(bytes: Uint8Array, where: string): DeepLabCutConfig {
  const lines = decodeText(bytes, where);
  const document = parseDocument(lines, { prettyErrors: true, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line;
    throw new InputError(`the YAML cannot be read (${broken.message.split('\n')[0].replace(/:$/, '')})`, {
      where: line === undefined ? where : `${where}, line ${line}`,
      fix: 'Mend that line.',
      cause: broken,
    });
  }
  const checked = schema.safeParse(plainValue(document, where));
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new InputError(`the configuration is not DeepLabCut's (${issue.message})`, {
      where: `${where}, key "${issue.path.join('.')}"`,
      fix: 'Compare it with a config.yaml that DeepLabCut has made.',
    });
  }
  const config = checked.data;
  const multiAnimal = config.multianimalproject;
  const single = Array.isArray(config.bodyparts) ? config.bodyparts : [];
  const bodyparts = multiAnimal ? [...config.multianimalbodyparts, ...config.uniquebodyparts] : single;
  if (bodyparts.length === 0) {
    throw new InputError('the project names no bodyparts', {
      where: `${where}, key "${multiAnimal ? 'multianimalbodyparts' : 'bodyparts'}"`,
      expected: 'a list of names',
    });
  }
  const twice = bodyparts.find((b, i) => bodyparts.indexOf(b) !== i);
  if (twice !== undefined) {
    throw new InputError(`the bodypart "${twice}" is named twice`, { where, fix: 'Remove one of the two.' });
  }
  return {
    task: config.Task ?? '',
    scorer: config.scorer ?? '',
    multiAnimal,
    individuals: multiAnimal ? config.individuals : [soleIndividual],
    bodyparts,
    uniqueBodyparts: multiAnimal ? config.uniquebodyparts : [],
    edges: (config.skeleton ?? []).flatMap((chain) =>
      chain.slice(1).map((b, i) => [chain[i], b] as const satisfies readonly [string, string]),
    ),
    projectPath: config.project_path ?? '',
    videos: Object.keys(config.video_sets ?? {}),
  };
}

function plainValue(document: ReturnType<typeof parseDocument>, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new InputError('the YAML cannot be read', {
      where,
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** A `config.yaml` with which DeepLabCut opens an exported project. */
export function formatConfig(
  labels: LabelSet,
  task: string,
  scorer: string,
  unique: readonly string[],
  videos: readonly string[],
): string {
  const { keypoints, edges } = labels.skeleton;
  const multi = labels.individuals.length > 1 || labels.individuals[0] !== soleIndividual;
  const bodyparts = multi
    ? {
        individuals: labels.individuals.filter((name) => name !== uniqueIndividual),
        uniquebodyparts: unique,
        multianimalbodyparts: keypoints.filter((name) => !unique.includes(name)),
        bodyparts: 'MULTI!',
      }
    : { bodyparts: keypoints };
  return stringify({
    Task: task,
    scorer,
    date: 'exported',
    multianimalproject: multi,
    identity: multi ? false : null,
    project_path: '.',
    engine: 'pytorch',
    video_sets: Object.fromEntries(videos.map((video) => [video, { crop: '' }])),
    ...bodyparts,
    start: 0,
    stop: 1,
    numframes2pick: 20,
    skeleton: edges.map(([a, b]) => [keypoints[a], keypoints[b]]),
    skeleton_color: 'black',
    pcutoff: 0.6,
    dotsize: 8,
    alphavalue: 0.7,
    colormap: 'jet',
    TrainingFraction: [0.95],
    iteration: 0,
    default_net_type: 'resnet_50',
    default_augmenter: multi ? 'multi-animal-imgaug' : 'imgaug',
    snapshotindex: -1,
    batch_size: 8,
    cropping: false,
    x1: 0,
    x2: 640,
    y1: 0,
    y2: 480,
    corner2move2: [50, 50],
    move2corner: true,
  });
}
