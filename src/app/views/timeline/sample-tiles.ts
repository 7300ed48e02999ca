/**
 * Samples that stay at the server. What is drawn comes in tiles of the level whose blocks are no wider than half a column, and is
 * drawn from coarser ones meanwhile: a series of ten million samples is a few hundred kilobytes on the screen.
 */
import { pyramidBase } from '../../../math/pyramid.ts';
import type { Samples } from './samples.ts';

/** Entries (samples, or pairs of extremes) in a tile. */
export const tileLength = 4096;
/** Tiles kept of a series: 256 of 32 kB. */
const mostTiles = 256;

export interface TileServer {
  /** Entries `from` to `to` of a level: samples at 0, pairs of extremes above. */
  load(level: number, from: number, to: number): Promise<Float32Array>;
  /** More has come. */
  onChange(): void;
  onFailure(error: Error): void;
}

export class SampleTiles implements Samples {
  readonly count: number;
  readonly #server: TileServer;
  /** Least and most of all, for as long as nothing finer is here. */
  readonly #reach: readonly [low: number, high: number];
  /** In the order of their last use; undefined while it comes. */
  readonly #tiles = new Map<string, Float32Array | undefined>();
  readonly #levels: number;
  #level: number;

  /** @param reach NaN twice where there is no value. */
  constructor(count: number, reach: readonly [low: number, high: number], server: TileServer) {
    this.count = count;
    this.#reach = reach;
    this.#server = server;
    let levels = 0;
    for (let entries = count; entries > pyramidBase; entries = Math.ceil(entries / pyramidBase)) levels++;
    this.#levels = levels;
    this.#level = levels;
  }

  at(index: number): number {
    const tile = this.#tile(0, Math.floor(index / tileLength), true);
    return tile ? tile[index % tileLength] : NaN;
  }

  joined(index: number): boolean {
    // A gap of less than half a column is not seen, and a wider one leaves a column without extremes.
    if (this.#level > 0) return true;
    return !Number.isNaN(this.at(index)) && !Number.isNaN(this.at(index - 1));
  }

  extremes(start: number, end: number, out: Float64Array | number[]): void {
    for (let level = this.#level; level <= this.#levels; level++)
      if (this.#extremesAt(level, start, end, out)) return;
    [out[0], out[1]] = this.#reach;
  }

  prepare(start: number, end: number, columns: number): boolean {
    const perColumn = (end - start) / Math.max(1, columns);
    let level = 0;
    while (level < this.#levels && pyramidBase ** (level + 1) <= perColumn / 2) level++;
    this.#level = level;
    // Coarse first, so that something is soon seen everywhere; beside what is seen for who moves on.
    const beside = (end - start) / 2;
    for (const wanted of [Math.min(this.#levels, level + 2), level]) {
      this.#ask(wanted, start, end);
      this.#ask(wanted, Math.max(0, start - beside), Math.min(this.count, end + beside));
    }
    return level === 0 && this.#isHere(0, start, end);
  }

  /** Tiles that hold samples `start` to `end`. */
  #span(level: number, start: number, end: number): [first: number, last: number] {
    const per = tileLength * pyramidBase ** level;
    return [
      Math.floor(Math.max(0, start) / per),
      Math.floor((Math.min(this.count, Math.max(start + 1, end)) - 1) / per),
    ];
  }

  #ask(level: number, start: number, end: number): void {
    const [first, last] = this.#span(level, start, end);
    for (let tile = first; tile <= last; tile++) this.#tile(level, tile, true);
  }

  #isHere(level: number, start: number, end: number): boolean {
    const [first, last] = this.#span(level, start, end);
    for (let tile = first; tile <= last; tile++) if (!this.#tile(level, tile, false)) return false;
    return true;
  }

  #extremesAt(level: number, start: number, end: number, out: Float64Array | number[]): boolean {
    if (!this.#isHere(level, start, end)) return false;
    const block = pyramidBase ** level;
    const [from, to] = [Math.floor(Math.max(0, start) / block), Math.ceil(Math.min(this.count, end) / block)];
    let [low, high] = [Infinity, -Infinity];
    for (let b = from; b < to; b++) {
      const tile = this.#tiles.get(keyOf(level, Math.floor(b / tileLength)))!;
      const at = b % tileLength;
      const [least, most] = level === 0 ? [tile[at], tile[at]] : [tile[2 * at], tile[2 * at + 1]];
      if (least < low) low = least;
      if (most > high) high = most;
    }
    out[0] = low <= high ? low : NaN;
    out[1] = low <= high ? high : NaN;
    return true;
  }

  #tile(level: number, tile: number, ask: boolean): Float32Array | undefined {
    const key = keyOf(level, tile);
    const known = this.#tiles.get(key);
    if (known !== undefined) {
      if (ask) {
        this.#tiles.delete(key);
        this.#tiles.set(key, known);
      }
      return known;
    }
    if (ask && !this.#tiles.has(key)) void this.#load(level, tile, key);
    return undefined;
  }

  async #load(level: number, tile: number, key: string): Promise<void> {
    this.#tiles.set(key, undefined);
    const entries = Math.ceil(this.count / pyramidBase ** level);
    const from = tile * tileLength;
    try {
      const values = await this.#server.load(level, from, Math.min(entries, from + tileLength));
      this.#tiles.set(key, values);
      for (const [oldest, held] of this.#tiles) {
        if (this.#tiles.size <= mostTiles) break;
        if (held !== undefined && oldest !== key) this.#tiles.delete(oldest);
      }
      this.#server.onChange();
    } catch (error) {
      // It stays marked as coming for a while: not every drawing must ask again.
      setTimeout(() => this.#tiles.delete(key), 5000);
      this.#server.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

const keyOf = (level: number, tile: number): string => `${level}/${tile}`;
