import { UsageError } from './error.ts';

/** The named points of a body, how they are joined, and which are left/right twins. */
export interface Skeleton {
  readonly keypoints: readonly string[];
  /** Joined pairs, as positions in `keypoints`. */
  readonly edges: readonly (readonly [number, number])[];
  /** Left/right twins, as positions in `keypoints`: swapped when a picture is mirrored. */
  readonly symmetries: readonly (readonly [number, number])[];
}

/**
 * A skeleton from names. Edges and symmetries are given by name; where `symmetries` is left out they are found from the
 * names (`left`/`right`, `L`/`R` as a word, prefix or suffix).
 */
export function skeleton(
  keypoints: readonly string[],
  edges: readonly (readonly [string, string])[] = [],
  symmetries?: readonly (readonly [string, string])[],
): Skeleton {
  const twice = keypoints.find((k, i) => keypoints.indexOf(k) !== i);
  if (twice !== undefined) {
    throw new UsageError(`the keypoint "${twice}" is named twice`, { expected: 'distinct keypoint names' });
  }
  const position = (name: string): number => {
    const i = keypoints.indexOf(name);
    if (i < 0) {
      throw new UsageError(`the skeleton names an unknown keypoint "${name}"`, {
        expected: `one of ${keypoints.join(', ')}`,
      });
    }
    return i;
  };
  const pairs = (list: readonly (readonly [string, string])[]): [number, number][] =>
    list.map(([a, b]) => [position(a), position(b)]);
  const twins = pairs(symmetries ?? twinsByName(keypoints));
  const again = twins.flat().find((k, i, all) => all.indexOf(k) !== i);
  if (again !== undefined) {
    throw new UsageError(`the keypoint "${keypoints[again]}" has two twins`, {
      expected: 'each keypoint in at most one left/right pair',
    });
  }
  return { keypoints, edges: pairs(edges), symmetries: twins };
}

/** Pairs whose names differ only in left/right. */
export function twinsByName(keypoints: readonly string[]): [string, string][] {
  const mirrored = (name: string): string[] => [
    name.replace(/left/i, (m) => (m === 'LEFT' ? 'RIGHT' : m === 'Left' ? 'Right' : 'right')),
    name.replace(/(^|[_\-. ])L(?=$|[_\-. ])/, '$1R'),
    name.replace(/(^|[_\-. ])l(?=$|[_\-. ])/, '$1r'),
    name.replace(/^L(?=[A-Za-z0-9])/, 'R'),
    name.replace(/(?<=[a-z0-9])L$/, 'R'),
  ];
  const found: [string, string][] = [];
  for (const name of keypoints) {
    const twin = mirrored(name).find((m) => m !== name && keypoints.includes(m));
    if (twin !== undefined && !found.some((pair) => pair.includes(name) || pair.includes(twin))) {
      found.push([name, twin]);
    }
  }
  return found;
}
