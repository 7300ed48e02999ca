/** What lies within a lasso: a closed line that may cross itself (even-odd rule). Fast for a million points. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Heights into which the edges are sorted, so that a point is held against few of them. */
const bandCount = 256;

export class Polygon {
  readonly #corners: readonly Place[];
  readonly #low: number;
  readonly #high: number;
  readonly #bands: readonly (readonly number[])[];

  /** @param corners the last one is joined with the first; fewer than three hold nothing. */
  constructor(corners: readonly Place[]) {
    this.#corners = corners;
    this.#low = corners.reduce((low, { y }) => Math.min(low, y), Infinity);
    this.#high = corners.reduce((high, { y }) => Math.max(high, y), -Infinity);
    const bands = Array.from({ length: bandCount }, (): number[] => []);
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length];
      for (let band = this.#band(Math.min(a.y, b.y)); band <= this.#band(Math.max(a.y, b.y)); band++)
        bands[band].push(i);
    });
    this.#bands = bands;
  }

  contains(x: number, y: number): boolean {
    if (!(y >= this.#low && y <= this.#high)) return false;
    const corners = this.#corners;
    let inside = false;
    for (const i of this.#bands[this.#band(y)]) {
      const a = corners[i];
      const b = corners[i + 1 === corners.length ? 0 : i + 1];
      if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
    }
    return inside;
  }

  #band(y: number): number {
    const part = (y - this.#low) / (this.#high - this.#low);
    return Math.min(bandCount - 1, Math.max(0, Math.floor((part || 0) * bandCount)));
  }
}
