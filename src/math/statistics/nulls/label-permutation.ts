import { InputError, UsageError } from '../../../signal/error.ts';
import { channelLength, reordered, type Channels, type Null, type NullOptions } from './null.ts';

/**
 * Samples trade places within their exchangeability group only: trials within a session, animals within a litter. The channels are
 * mostly labels (0 and 1); with one channel and few different values every arrangement can be gone through. NaN moves along.
 */
export const labelPermutation: Null = {
  name: 'label-permutation',
  title: 'Labels permuted within groups',
  keeps: ['values', 'simultaneity', 'groups'],
  assumes: 'samples that are exchangeable within their group: animals or trials, not frames',
  source: 'Winkler, Ridgway, Webster, Smith & Nichols 2014, NeuroImage 92: 381-397, section 2.4',
  prepare(channels, options) {
    const n = channelLength('label permutation', channels);
    const groups = exchangeabilityGroups(n, options);
    const labels = groups.map((g) => labelsOf(channels, g));
    const distinct = labels.reduce((product, l) => product * arrangements(l.counts), 1);
    if (distinct < 2) {
      throw new InputError('within no group do the labels differ: nothing can be permuted', {
        where: 'label permutation',
        expected: 'a group with two different labels',
        got: `${groups.length} groups of ${groups.map((g) => g.length).join(', ')}`,
        fix: 'Where a label belongs to a whole group (an animal), permute groups: one sample a group.',
      });
    }
    const at = (orders: readonly ArrayLike<number>[]): Float64Array[] => {
      const order = new Int32Array(n);
      groups.forEach((g, k) => g.forEach((to, i) => (order[to] = g[orders[k][i]])));
      return reordered(channels, order);
    };
    return {
      distinct,
      draw: (random) => at(groups.map((g) => random.permutation(g.length))),
      nth: (i) => {
        let rest = i;
        return at(
          labels.map((l) => {
            const size = arrangements(l.counts);
            const own = rest % size;
            rest = Math.floor(rest / size);
            return unranked(l, own);
          }),
        );
      },
    };
  },
};

function exchangeabilityGroups(n: number, { groups }: NullOptions): number[][] {
  if (groups && groups.length !== n) {
    throw new UsageError('each sample needs an exchangeability group', {
      expected: `${n}`,
      got: `${groups.length}`,
    });
  }
  const members = new Map<number | string, number[]>();
  for (let i = 0; i < n; i++) {
    const key = groups ? groups[i] : 0;
    const list = members.get(key);
    if (list) list.push(i);
    else members.set(key, [i]);
  }
  return [...members.values()];
}

interface Labels {
  /** For each sample of the group, which of the different labels it has. */
  readonly kinds: readonly number[];
  readonly counts: readonly number[];
}

function labelsOf(channels: Channels, group: readonly number[]): Labels {
  const seen = new Map<string, number>();
  const counts: number[] = [];
  const kinds = group.map((i) => {
    const key = channels.map((c) => c[i]).join();
    const kind = seen.get(key) ?? seen.size;
    seen.set(key, kind);
    counts[kind] = (counts[kind] ?? 0) + 1;
    return kind;
  });
  return { kinds, counts };
}

/** n! / (n_1! n_2! ...), as a product that stays whole. */
function arrangements(counts: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  if (total > 150) return counts.filter((c) => c > 0).length > 1 ? Infinity : 1;
  let ways = 1;
  let used = 0;
  for (const c of counts) {
    for (let k = 1; k <= c; k++) ways = Math.round((ways * ++used) / k);
  }
  return ways;
}

/** The arrangement of rank `rank`, counted from the observed one: positions within the group. */
function unranked({ kinds, counts }: Labels, rank: number): number[] {
  const total = arrangements(counts);
  let rest = (rank + rankOf(kinds, counts)) % total;
  const left = [...counts];
  const order: number[] = [];
  const pools = counts.map((_, kind) => kinds.flatMap((k, i) => (k === kind ? [i] : [])));
  for (let i = 0; i < kinds.length; i++) {
    for (let kind = 0; ; kind++) {
      if (left[kind] === 0) continue;
      left[kind]--;
      const below = arrangements(left);
      if (rest < below) {
        order.push(pools[kind].shift()!);
        break;
      }
      rest -= below;
      left[kind]++;
    }
  }
  return order;
}

function rankOf(kinds: readonly number[], counts: readonly number[]): number {
  const left = [...counts];
  let rank = 0;
  for (const own of kinds) {
    for (let kind = 0; kind < own; kind++) {
      if (left[kind] === 0) continue;
      left[kind]--;
      rank += arrangements(left);
      left[kind]++;
    }
    left[own]--;
  }
  return rank;
}
