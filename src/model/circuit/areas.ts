import type { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';

/** A group of units. */
export interface Area {
  readonly name: string;
  readonly units: number;
  /** Which inputs it gets: all, or those of these groups ("task", "senses") or names. Default: all. */
  readonly receives?: readonly string[];
  /** Whether the readout sees it. Default: true. */
  readonly read?: boolean;
}

/** Synapses from one area to another, or within one. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  /** The fraction of synapses that are there, chosen by the seed. Default 1. */
  readonly density?: number;
  /** Steps from a rate to its effect. Default 1. */
  readonly delaySteps?: number;
  /** Standard deviation of the summed drive of units that fire at 1, at the start of training. Default 1. */
  readonly gain?: number;
}

/** An area and where its units lie among all. */
export interface PlacedArea extends Area {
  readonly first: number;
}

/** Throws `UsageError` where names are taken twice or an area has no units. */
export function placeAreas(areas: readonly Area[]): readonly PlacedArea[] {
  let first = 0;
  const seen = new Set<string>();
  return areas.map((area) => {
    if (seen.has(area.name) || !(Number.isInteger(area.units) && area.units > 0)) {
      throw new UsageError('an area is not one', {
        where: `area "${area.name}"`,
        expected: 'a name of its own and a whole number of units above 0',
        got: `${area.units} units`,
      });
    }
    seen.add(area.name);
    first += area.units;
    return { ...area, first: first - area.units };
  });
}

/** The synapses of one delay: which are there and how strong they start, `units x units`, from row to column. */
export interface Wiring {
  readonly delaySteps: number;
  readonly mask: Uint8Array;
  readonly deviation: Float64Array;
}

/** Wires areas up. Throws `UsageError` for an area that is not there, a density or delay that is none, and two connections for one pair and delay. */
export function wire(
  areas: readonly PlacedArea[],
  connections: readonly Connection[],
  random: Random,
): readonly Wiring[] {
  const units = areas.reduce((sum, a) => sum + a.units, 0);
  const byDelay = new Map<number, Wiring>();
  for (const { from, to, density = 1, delaySteps = 1, gain = 1 } of connections) {
    const where = `connection ${from} to ${to}`;
    const [source, target] = [from, to].map((name) => {
      const area = areas.find((a) => a.name === name);
      if (area) return area;
      throw new UsageError(`there is no area "${name}"`, {
        where,
        expected: areas.map((a) => a.name).join(', '),
      });
    });
    if (!(density > 0 && density <= 1 && Number.isInteger(delaySteps) && delaySteps >= 1 && gain >= 0)) {
      throw new UsageError('a connection is not one', {
        where,
        expected: 'a density in (0, 1], a delay of 1 step or more, a gain of 0 or more',
        got: `density ${density}, delay ${delaySteps}, gain ${gain}`,
      });
    }
    const wiring = byDelay.get(delaySteps) ?? {
      delaySteps,
      mask: new Uint8Array(units * units),
      deviation: new Float64Array(units * units),
    };
    byDelay.set(delaySteps, wiring);
    const deviation = gain / Math.sqrt(Math.max(1, density * source.units));
    for (let i = source.first; i < source.first + source.units; i++) {
      for (let j = target.first; j < target.first + target.units; j++) {
        if (wiring.mask[i * units + j])
          throw new UsageError('two connections for one pair and delay', { where });
        if (density < 1 && random.uniform() >= density) continue;
        wiring.mask[i * units + j] = 1;
        wiring.deviation[i * units + j] = deviation;
      }
    }
  }
  return [...byDelay.values()].toSorted((a, b) => a.delaySteps - b.delaySteps);
}

/**
 * Throws `UsageError` unless something that comes in reaches the readout: `enters` and `leaves` say for each unit whether it gets any input and whether the
 * readout sees it.
 */
export function checkPath(wirings: readonly Wiring[], enters: Uint8Array, leaves: Uint8Array): void {
  const units = enters.length;
  const reached = Uint8Array.from(enters);
  const queue = [...reached.keys()].filter((i) => reached[i]);
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    if (leaves[i]) return;
    for (const { mask } of wirings) {
      for (let j = 0; j < units; j++) {
        if (!mask[i * units + j] || reached[j]) continue;
        reached[j] = 1;
        queue.push(j);
      }
    }
  }
  throw new UsageError('the masks cut the output off: no input reaches the readout', {
    where: 'network',
    expected: 'a chain of connections from an area that receives inputs to one that is read',
    fix: 'Add a connection, make one denser, or read from an area that inputs reach.',
  });
}
