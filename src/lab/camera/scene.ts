/** The plane behind or below everything: floor or wall. World frame, m. */
export interface Backdrop {
  readonly point: readonly [number, number, number];
  /** Unit vectors: out of the plane towards the body, and the two directions of its texture. */
  readonly normal: readonly [number, number, number];
  readonly across: readonly [number, number, number];
  readonly along: readonly [number, number, number];
  readonly gray: number;
  /** Contrast of its texture, 0 to 1, and the size of its coarsest grains, m. */
  readonly grain: number;
  readonly grainSize: number;
  /** Distance between the lines drawn on it, m; 0: none. */
  readonly lines: number;
}

/** What stays the same while a camera films. */
export interface Room {
  readonly backdrop: Backdrop;
  /** Unit vector towards the lamp. */
  readonly light: readonly [number, number, number];
  /** Half width of the shadows' soft edge, m. */
  readonly penumbra: number;
  /** Size of the coarsest grains of skin, m. */
  readonly skinGrain: number;
}
