/** How many points are drawn while the view moves: so many that drawings keep coming; all when it has come to rest. */
const wantedMs = 24;
const fewest = 20_000;
/** The view counts as at rest after so long without a move, ms. */
const restMs = 160;

export class DrawBudget {
  readonly #atRest: () => void;
  #most = 200_000;
  #count = Infinity;
  #all = 0;
  #drawnAt: number | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** @param atRest asks for a drawing of all. */
  constructor(atRest: () => void) {
    this.#atRest = atRest;
  }

  /** Points that the last drawing had, at most. */
  get count(): number {
    return this.#count;
  }

  /** The view has moved and will be drawn. */
  moved(): void {
    this.#count = this.#most;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const hadAll = this.#count >= this.#all;
      this.#count = Infinity;
      this.#drawnAt = undefined;
      if (!hadAll) this.#atRest();
    }, restMs);
  }

  /** Begins a drawing of `all` points. Returns how many to draw. */
  start(all: number): number {
    this.#all = all;
    if (this.#count === Infinity) return all;
    const now = performance.now();
    if (this.#drawnAt !== undefined) {
      // From one drawing to the next: what the graphics card takes is part of it, which the drawing's own time does not show.
      const took = now - this.#drawnAt;
      if (took < restMs * 2)
        this.#most = Math.max(fewest, Math.min(2e6, this.#most * (took > wantedMs ? 0.7 : 1.2)));
    }
    this.#drawnAt = now;
    this.#count = this.#most;
    return Math.min(all, this.#count);
  }

  dispose(): void {
    clearTimeout(this.#resting);
  }
}
