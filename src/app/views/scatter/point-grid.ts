/** Points sorted into the cells of a square grid over 0 to 1, to find the nearest one without looking at all. */
const mostCells = 512;

export class PointGrid {
  readonly #places: Float32Array;
  readonly #side: number;
  /** Points in order of their cells; those of cell c are `starts[c]` up to `starts[c + 1]`. */
  readonly #order: Uint32Array;
  readonly #starts: Uint32Array;

  /** @param places x and y of each point, from 0 to 1. */
  constructor(places: Float32Array) {
    const count = places.length / 2;
    this.#places = places;
    this.#side = Math.max(1, Math.min(mostCells, Math.ceil(Math.sqrt(count / 4))));
    this.#starts = new Uint32Array(this.#side ** 2 + 1);
    this.#order = new Uint32Array(count);
    const cells = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      cells[i] = this.#cell(places[2 * i + 1]) * this.#side + this.#cell(places[2 * i]);
      this.#starts[cells[i] + 1]++;
    }
    for (let c = 0; c < this.#side ** 2; c++) this.#starts[c + 1] += this.#starts[c];
    const next = this.#starts.slice();
    for (let i = 0; i < count; i++) this.#order[next[cells[i]]++] = i;
  }

  /** The point nearest to a place, measured in units of the radii of an ellipse around it; undefined where none is within. */
  nearest(x: number, y: number, radiusX: number, radiusY: number): number | undefined {
    let found: number | undefined;
    let least = 1;
    for (let row = this.#cell(y - radiusY); row <= this.#cell(y + radiusY); row++) {
      const from = this.#starts[row * this.#side + this.#cell(x - radiusX)];
      const to = this.#starts[row * this.#side + this.#cell(x + radiusX) + 1];
      for (let o = from; o < to; o++) {
        const i = this.#order[o];
        const dx = (this.#places[2 * i] - x) / radiusX;
        const dy = (this.#places[2 * i + 1] - y) / radiusY;
        const square = dx * dx + dy * dy;
        if (square > least || (square === least && found !== undefined)) continue;
        least = square;
        found = i;
      }
    }
    return found;
  }

  #cell(at: number): number {
    return Math.min(this.#side - 1, Math.max(0, Math.floor(at * this.#side)));
  }
}
