/** The steps as a graph, from what they need to what they make. */
import type { StepOverview } from '../../../server/api.ts';

const node = { width: 168, height: 60 };
const gap = { x: 56, y: 14 };

export const stateWords = {
  done: { sign: '\u2713', word: 'up to date' },
  stale: { sign: '\u21bb', word: 'out of date' },
  missing: { sign: '\u25cb', word: 'not made yet' },
  blocked: { sign: '\u2013', word: 'cannot be made' },
} as const satisfies Record<StepOverview['state'], { readonly sign: string; readonly word: string }>;

interface Place {
  readonly column: number;
  readonly row: number;
}

/** A step stands right of all it needs, in the highest row that is free and not above the first of them. */
export function places(steps: readonly Pick<StepOverview, 'name' | 'needs'>[]): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const { name, needs } of steps) {
    const before = needs.flatMap((need) => found.get(need) ?? []);
    const column = Math.max(-1, ...before.map((p) => p.column)) + 1;
    const taken = [...found.values()].filter((p) => p.column === column).map((p) => p.row);
    let row = before.length === 0 ? 0 : Math.min(...before.map((p) => p.row));
    while (taken.includes(row)) row++;
    found.set(name, { column, row });
  }
  return found;
}

type Point = readonly [x: number, y: number];

/**
 * The line between two steps: along the row of one of them and into the row of the other between two columns, where no step
 * stands in its way.
 */
export function linePath([x1, y1]: Point, [x2, y2]: Point, bendsLate: boolean): string {
  const at = bendsLate ? x2 - gap.x : x1;
  const middle = at + gap.x / 2;
  return `M${x1} ${y1}H${at}C${middle} ${y1} ${middle} ${y2} ${at + gap.x} ${y2}H${x2}`;
}

interface Props {
  readonly steps: readonly StepOverview[];
  readonly chosen: string | undefined;
  onChoose(name: string): void;
}

export function StepGraph({ steps, chosen, onChoose }: Props): React.ReactNode {
  const at = places(steps);
  const left = ({ column }: Place): number => column * (node.width + gap.x);
  const top = ({ row }: Place): number => row * (node.height + gap.y);
  const all = [...at.values()];
  const width = Math.max(...all.map(left)) + node.width;
  const height = Math.max(...all.map(top)) + node.height;
  return (
    <div className="run-scroll">
      <div className="run-graph" role="group" aria-label="Steps" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {steps.flatMap(({ name, needs }) =>
            needs.map((need) => {
              const [from, to] = [at.get(need)!, at.get(name)!];
              const [x1, y1] = [left(from) + node.width, top(from) + node.height / 2];
              const [x2, y2] = [left(to), top(to) + node.height / 2];
              const between = (p: Place): boolean => p.column > from.column && p.column < to.column;
              const bendsLate = !all.some((p) => between(p) && p.row === from.row);
              return (
                <path
                  key={`${need} ${name}`}
                  d={linePath([x1, y1], [x2, y2], bendsLate)}
                  data-chosen={name === chosen || need === chosen ? '' : undefined}
                />
              );
            }),
          )}
        </svg>
        {steps.map(({ name, state, needs }) => {
          const place = at.get(name)!;
          const { sign, word } = stateWords[state];
          return (
            <button
              key={name}
              type="button"
              className="run-node"
              data-state={state}
              aria-pressed={name === chosen}
              style={{ left: left(place), top: top(place), width: node.width, height: node.height }}
              onClick={() => onChoose(name)}
            >
              <span className="run-sign" aria-hidden="true">
                {sign}
              </span>
              <span>
                <strong>{name}</strong>
                <span className="run-word">{word}</span>
                {needs.length === 0 ? null : (
                  <span className="visually-hidden">, needs {needs.join(' and ')}</span>
                )}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
