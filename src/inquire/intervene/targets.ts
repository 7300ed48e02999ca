import type {
  Intervention as LoopIntervention,
  Loop,
  Network,
  Terminals,
} from '../../model/circuit/index.ts';
import { UsageError } from '../../signal/error.ts';

/** What can be changed: the whole of it, or named or numbered parts. */
export type TargetName = 'units' | 'modules' | 'connections' | 'sensors' | 'plant' | 'input';

/** Changes `trial x width` values in place at a step. A stage with several signals a step (connections of several delays) numbers them as lanes. */
export type Change = (step: number, values: Float64Array, lane: number) => void;

/** Where a signal lies in a loop: which columns of which stage are selected, and how a change of them is put in. */
export interface Aim {
  /** Columns of the stage that are selected. */
  readonly columns: readonly number[];
  /** Values a trial of the stage. */
  readonly width: number;
  /** The stage, with the change put in. */
  readonly through: (change: Change) => LoopIntervention;
}

export interface Target {
  readonly name: TargetName;
  readonly summary: string;
  readonly aim: (network: Network, select: readonly (number | string)[] | undefined) => Aim;
}

/** Indices of the named or numbered parts; all without a selection. A name may stand for all that begin with it ("muscle length"). Throws `UsageError`. */
function chosen(
  what: string,
  names: readonly string[],
  select: readonly (number | string)[] | undefined,
): readonly number[] {
  if (names.length === 0)
    throw new UsageError(`there are no ${what}`, { where: 'intervene', fix: 'Choose another target.' });
  if (!select) return [...names.keys()];
  const columns = new Set<number>();
  for (const part of select) {
    const found =
      typeof part === 'number'
        ? names[part] === undefined
          ? []
          : [part]
        : [...names.keys()].filter((i) => names[i] === part || names[i].startsWith(`${part}: `));
    if (found.length === 0) {
      throw new UsageError(`there is no "${part}" among the ${what}`, {
        where: 'intervene',
        expected: `0 to ${names.length - 1}, or ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', ...' : ''}`,
      });
    }
    for (const i of found) columns.add(i);
  }
  return [...columns].toSorted((a, b) => a - b);
}

const named =
  (
    what: string,
    of: (terminals: Terminals) => readonly string[],
    through: (change: Change) => LoopIntervention,
  ) =>
  (network: Network, select: readonly (number | string)[] | undefined): Aim => {
    const names = of(network.terminals);
    return { columns: chosen(what, names, select), width: names.length, through };
  };

const unitsOf = (network: Network, areas: readonly number[]): number[] =>
  areas.flatMap((a) => {
    const { first, units } = network.areas[a];
    return Array.from({ length: units }, (_, i) => first + i);
  });

/**
 * What goes over connections `from > to` ("PMd > M1"): the rates of the sending units are changed on these connections alone; a value is one unit's outgoing branch
 * to the receiving area.
 */
function connections(network: Network, select: readonly (number | string)[] | undefined): Aim {
  const pairs = network.areas.flatMap((from) =>
    network.areas.map((to) => ({ from, to, name: `${from.name} > ${to.name}` })),
  );
  const N = network.units;
  const wide = network.cell.gates * N;
  const there = pairs.filter(({ from, to }) =>
    network.recurrent.some(({ mask }) => {
      for (let i = from.first; i < from.first + from.units; i++) {
        for (let j = to.first; j < to.first + to.units; j++) if (mask![i * wide + j]) return true;
      }
      return false;
    }),
  );
  const names = there.map((p) => p.name);
  const picked = chosen('connections', names, select).map((i) => there[i]);
  // One column for each pair and sending unit.
  const branches = picked.flatMap(({ from, to }) =>
    Array.from({ length: from.units }, (_, i) => ({
      unit: from.first + i,
      first: to.first,
      last: to.first + to.units,
    })),
  );
  const width = branches.length;
  return {
    columns: [...branches.keys()],
    width,
    through(change) {
      return {
        drive(step: number, drive: Float64Array, loop: Loop) {
          const { batch } = loop;
          for (const [index, block] of network.recurrent.entries()) {
            const rates = loop.at('rate', Math.max(0, step + 1 - block.delaySteps));
            const before = Float64Array.from(
              { length: batch * width },
              (_, i) => rates[Math.floor(i / width) * N + branches[i % width].unit],
            );
            const after = before.slice();
            change(step, after, index);
            for (let i = 0; i < after.length; i++) {
              const difference = after[i] - before[i];
              if (difference === 0) continue;
              const { unit, first, last } = branches[i % width];
              const at = Math.floor(i / width) * wide;
              for (let gate = 0; gate < wide; gate += N) {
                for (let j = first; j < last; j++) {
                  drive[at + gate + j] +=
                    difference * loop.arrays.weights[block.offset + unit * wide + gate + j];
                }
              }
            }
          }
        },
      };
    },
  };
}

/** Every target. A new one is a record in this list. */
export const targets: readonly Target[] = [
  {
    name: 'units',
    summary: 'rates of units, by number',
    aim: (network, select) => ({
      columns: chosen(
        'units',
        Array.from({ length: network.units }, (_, i) => `unit ${i}`),
        select,
      ),
      width: network.units,
      through: (change) => ({ rates: (step, values) => change(step, values, 0) }),
    }),
  },
  {
    name: 'modules',
    summary: 'rates of all units of areas, by name',
    aim: (network, select) => ({
      columns: unitsOf(
        network,
        chosen(
          'modules',
          network.areas.map((a) => a.name),
          select,
        ),
      ),
      width: network.units,
      through: (change) => ({ rates: (step, values) => change(step, values, 0) }),
    }),
  },
  { name: 'connections', summary: 'what goes from one area to another, by "from > to"', aim: connections },
  {
    name: 'sensors',
    summary:
      'what the network feels and sees of its body, by name ("muscle length", "muscle velocity: biceps")',
    aim: named(
      'sensors',
      (t) => t.senses,
      (change) => ({ senses: (step, values) => change(step, values, 0) }),
    ),
  },
  {
    name: 'plant',
    summary: 'commands as they reach the muscles, motors or outputs, by name',
    aim: named(
      'muscles',
      (t) => t.outputs,
      (change) => ({ commands: (step, values) => change(step, values, 0) }),
    ),
  },
  {
    name: 'input',
    summary: 'what the task tells, by name',
    aim: named(
      'inputs',
      (t) => t.task,
      (change) => ({ taskInputs: (step, values) => change(step, values, 0) }),
    ),
  },
];
