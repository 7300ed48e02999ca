/** What can be chosen of a training, and what that means, in words. */
import type { JobRequest } from '../../../server/api.ts';

export type TrainRequest = Extract<JobRequest, { readonly kind: 'train' }>;

export interface Choice<Id extends string = string> {
  readonly id: Id;
  readonly name: string;
  readonly what: string;
}

export const networks: readonly Choice<NonNullable<TrainRequest['network']>>[] = [
  {
    id: 'auto',
    name: 'Automatic',
    what: 'Measures how fast this machine is and takes the largest network that it can train well in the time.',
  },
  { id: 'fast', name: 'Fast', what: 'Small: trains and tracks fastest. Good for a first look.' },
  {
    id: 'accurate',
    name: 'Accurate',
    what: 'Larger: less error where there are labels and time enough, and slower to track with.',
  },
];

export const splits: readonly Choice<'blocks' | 'random' | 'recordings' | 'none'>[] = [
  {
    id: 'blocks',
    name: 'Blocks of time',
    what: 'Neighbors in time look alike, so they are held out together: the honest choice for video.',
  },
  {
    id: 'recordings',
    name: 'Whole recordings',
    what: 'Tells how well it will do on a new recording. Needs labels in at least two.',
  },
  {
    id: 'random',
    name: 'Frames at random',
    what: "As DeepLabCut does, to compare with its figures. Flatters: a held-out frame's neighbor was trained on.",
  },
  { id: 'none', name: 'None', what: 'Every labeled frame trains. Nothing can then be said of the error.' },
];

/** `blocks:0.2` as a person says it. */
export function splitName(split: string | undefined): string {
  const [method, fraction] = (split ?? 'blocks:0.2').split(':');
  const name = splits.find(({ id }) => id === method)?.name ?? method;
  return fraction === undefined ? name : `${name}, ${Math.round(100 * Number(fraction))} %`;
}

export const networkName = (network: string | undefined): string =>
  networks.find(({ id }) => id === network)?.name ?? network ?? networks[0].name;
