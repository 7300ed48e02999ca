import { InputError, UsageError } from '../../../signal/error.ts';
import { bootstrapBy, type BootstrapInterval, type BootstrapOptions } from '../../bootstrap.ts';
import type { Random } from '../../random.ts';

/** For each observation its animal, its session, ...; the outermost level first. The observations themselves are the innermost one. */
export type Levels = readonly ArrayLike<number | string>[];

export interface HierarchicalInterval extends BootstrapInterval {
  /** How many units there are at each level, the outermost first. */
  readonly units: readonly number[];
  readonly caveats: readonly string[];
}

interface Unit {
  readonly positions: number[];
  readonly parts: Map<number | string, Unit>;
}

/**
 * A confidence interval of a statistic of nested observations (animals > sessions > trials): animals are drawn with replacement, in each
 * of them sessions, in each of those trials (Saravanan, Berman & Sober 2020, Neurons, Behavior, Data Analysis and Theory 3(5)). The
 * statistic is given positions, with repetitions; their number varies where units differ in size.
 *
 * Widened for few animals (`expanded`, default true), with `percentile` as default method. Throws `InputError` for fewer than two
 * outermost units: one animal says nothing about animals.
 */
export function hierarchicalBootstrap(
  levels: Levels,
  statistic: (positions: Int32Array) => number,
  options: Omit<BootstrapOptions, 'blockLength'>,
): HierarchicalInterval {
  const count = levels[0]?.length ?? 0;
  if (count < 1 || levels.some((l) => l.length !== count)) {
    throw new UsageError('each observation needs a unit at each level', {
      expected: 'one or more levels of one length',
      got: levels.map((l) => l.length).join(', ') || 'no level',
    });
  }
  const root: Unit = { positions: [], parts: new Map() };
  const units = levels.map(() => 0);
  for (let i = 0; i < count; i++) {
    let unit = root;
    levels.forEach((level, depth) => {
      let part = unit.parts.get(level[i]);
      if (!part) {
        part = { positions: [], parts: new Map() };
        unit.parts.set(level[i], part);
        units[depth]++;
      }
      unit = part;
    });
    unit.positions.push(i);
  }
  if (units[0] < 2) {
    throw new InputError('one unit at the outermost level leaves nothing to draw from', {
      expected: 'two or more (animals)',
      got: `${units[0]}`,
      fix: 'Bootstrap the trials of one animal with `bootstrap`, and say that the result is about this animal.',
    });
  }
  const outermost = [...root.parts.values()];
  const interval = bootstrapBy(
    {
      count,
      units: units[0],
      draw: (random) => {
        const positions: number[] = [];
        drawUnit(root, random, positions);
        return Int32Array.from(positions);
      },
      withoutOne: () =>
        outermost.map((left) => Int32Array.from(outermost.filter((u) => u !== left).flatMap(positionsOf))),
    },
    statistic,
    { method: 'percentile', expanded: true, ...options },
  );
  const caveats =
    units[0] < 5 ? [`Only ${units[0]} units at the outermost level: the interval is a rough one.`] : [];
  return { ...interval, units, caveats };
}

function drawUnit(unit: Unit, random: Random, into: number[]): void {
  const { positions } = unit;
  if (positions.length > 0) {
    for (let i = 0; i < positions.length; i++) into.push(positions[random.integer(positions.length)]);
    return;
  }
  const parts = [...unit.parts.values()];
  for (let i = 0; i < parts.length; i++) drawUnit(parts[random.integer(parts.length)], random, into);
}

function positionsOf(unit: Unit): number[] {
  return unit.positions.length > 0 ? unit.positions : [...unit.parts.values()].flatMap(positionsOf);
}
