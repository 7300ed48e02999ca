/** Units by name: what a network can be made of. A new one is a file and a line here. */
import type { Cell } from './cell.ts';
import { gru } from './gru.ts';
import { leakyCurrent, leakyRate, type LeakyOptions } from './leaky.ts';

export type { Cell } from './cell.ts';
export type { LeakyOptions } from './leaky.ts';
export { nonlinearities, type NonlinearityName } from './nonlinearity.ts';

export interface CellSettings extends LeakyOptions {
  readonly stepSeconds: number;
  readonly units: number;
}

export const cells = {
  'leaky current': (settings: CellSettings): Cell => leakyCurrent(settings.stepSeconds, settings),
  'leaky rate': (settings: CellSettings): Cell => leakyRate(settings.stepSeconds, settings),
  gru: (settings: CellSettings): Cell => gru(settings.units),
} as const satisfies Readonly<Record<string, (settings: CellSettings) => Cell>>;

export type CellName = keyof typeof cells;
