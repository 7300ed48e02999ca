import { z } from 'zod';

const name = z.string().min(1);

/** Channels by name, or by number from 1. */
const channels = z.array(z.union([name, z.int().min(1)])).min(1);

/** What can be made of a variable's channels, one after the other. */
export const derivations = ['change', 'size', 'direction', 'square'] as const;
export type Derivation = (typeof derivations)[number];

/** A variable of the data, or several side by side. */
const variables = z.union([name, z.array(name).min(1)]);

const featureSchema = z.strictObject({
  of: variables,
  channels: channels.optional(),
  /**
   * `change`: per second, by central differences; `size`: Euclidean length over the channels; `direction`: the channels over their size, 0 at rest;
   * `square`: each value squared. Several are done in order: `[change, size]` is speed.
   */
  as: z.union([z.enum(derivations), z.array(z.enum(derivations)).min(1)]).optional(),
  /** Seconds that the feature precedes the activity (negative: that it follows). Default: 0 alone. */
  lags: z.array(z.number()).min(1).default([0]),
});
export type FeaturePlan = z.output<typeof featureSchema>;

const breaksSchema = z.strictObject({
  /** A new stretch begins where this variable changes, or, with `beyond`, steps further than that. No lag and no difference crosses it. */
  of: name,
  /** With `beyond`: the variable's change per second as it was recorded; steps are judged less what it accounts for. */
  given: name.optional(),
  beyond: z.number().positive().optional(),
});
export type BreaksPlan = z.output<typeof breaksSchema>;

/**
 * For instance `networks: {felt: {file: recognition.marey, of: [shoulder, elbow], layer: temporal 2}}` for a network of proprioception, or `{drive: {file: reach.marey, of:
 * [shoulder, elbow], inputs: {target x: {of: target, channels: [1]}, target y: {of: target, channels: [2]}, go: 1}}}` for a controller; and then `hypotheses:
 * {recognition: [{of: felt}], ...}`.
 */
const networkSchema = z.strictObject({
  /** A network of proprioception (`model/perception`, `writePerception`) or a controller (`marey control`), relative to the claim's file. */
  file: name,
  /** The joint angles of the network's arm, rad, in the arm's order. */
  of: variables,
  channels: channels.optional(),
  /** A layer of a network of proprioception; of a controller an area, by default all of them. */
  layer: name.optional(),
  /** What a controller is told, each of its task's inputs: a number, or one channel of a variable. */
  inputs: z
    .record(name, z.union([z.number(), z.strictObject({ of: variables, channels: channels.optional() })]))
    .optional(),
  /** The variable's channels: the first principal components over the data, as many as this or as there are. Units of rectifiers are silent for too long to be read by themselves. */
  components: z.int().min(1).default(20),
});
export type NetworkPlan = z.output<typeof networkSchema>;

/**
 * A claim as it stands in its file, before any result: the question, the data, the hypotheses, how they are judged.
 *
 *     claim: What do neurons of motor cortex have to do with while the hand reaches?
 *     data: {files: [m1.mat], bin: 0.05}
 *     activity: {of: spikes, most: 20}
 *     hypotheses:
 *       position: [{of: handPos, lags: [-0.1, 0, 0.1]}]
 *       velocity: [{of: handVel, lags: [-0.1, 0, 0.1]}]
 *     seed: 1
 */
export const planSchema = z.strictObject({
  claim: z.string().min(1),
  data: z.strictObject({
    /** Files of arrays or tables in bins already, one sample a bin; relative to the claim's file. */
    files: z.array(name).min(1).optional(),
    /** Or a project, whose signals, spikes and tracks are brought into bins. */
    project: name.optional(),
    recording: name.optional(),
    /** Width of a bin, seconds. */
    bin: z.number().positive(),
    /** Seconds of the recording that count; of files, from their first bin. Default: all. */
    from: z.number().optional(),
    to: z.number().optional(),
    breaks: breaksSchema.optional(),
    /** Variables that networks make of others: what a layer does while the arm moves as it did. */
    networks: z.record(name, networkSchema).optional(),
  }),
  activity: z.strictObject({
    of: variables,
    channels: channels.optional(),
    /** Only the channels with the highest means. */
    most: z.int().min(1).optional(),
    /** `square root` makes the variance of spike counts about constant; `none` for signals. */
    transform: z.enum(['square root', 'none']).default('square root'),
  }),
  hypotheses: z
    .record(name, z.array(featureSchema).min(1))
    .refine((h) => Object.keys(h).length >= 2, 'name two hypotheses or more'),
  /** Held-out R2 of a ridge regression from features to activity, mean over channels. */
  measure: z.enum(['linear readout']).default('linear readout'),
  folds: z.int().min(2).default(5),
  chance: z.strictObject({ shifts: z.int().min(19).default(200) }).prefault({}),
  resamples: z.int().min(100).default(2000),
  recoveries: z.int().min(1).default(20),
  level: z.number().gt(0).lt(1).default(0.05),
  seed: z.union([z.int(), name]).default(0),
});
/** With all defaults filled in: what is hashed and judged. */
export type ClaimPlan = z.output<typeof planSchema>;

/** A feature as a person says it: `size of change of hand, 0.1 s before, at once`. */
export function featureWords(feature: FeaturePlan): string {
  const { of, channels, as, lags } = feature;
  const words = [
    ...[as ?? []]
      .flat()
      .toReversed()
      .map((a) => `${a} of`),
    [of].flat().join(', '),
    ...(channels ? [`(${channels.join(', ')})`] : []),
  ].join(' ');
  if (lags.length === 1 && lags[0] === 0) return words;
  const times = lags.map((lag) => (lag === 0 ? 'at once' : lag > 0 ? `${lag} s before` : `${-lag} s after`));
  return `${words}, ${times.join(', ')}`;
}
