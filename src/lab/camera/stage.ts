import type { Room } from './scene.ts';

type Place = readonly [number, number, number];

/** A piece of flesh on a body of the model, in that body's frame, m. */
export type Flesh = {
  readonly body: string;
  readonly gray?: number;
  readonly grain?: number;
} & (
  | { readonly from: Place; readonly to: Place; readonly radius: number }
  | { readonly middle: Place; readonly size: Place }
);

/** Where a camera stands, what it looks at, and the angle that its picture is wide, degrees. */
export interface Viewpoint {
  readonly from: Place;
  readonly to: Place;
  readonly degrees: number;
}

/** How an experiment looks. */
export interface Stage {
  readonly room: Room;
  /** Skin of the model's own shapes: gray level, and contrast of its texture. */
  readonly gray: number;
  readonly grain: number;
  /** Bodies whose own shapes are not drawn, for flesh stands in their place. */
  readonly covered: readonly string[];
  /** What is drawn beside the model's own shapes. */
  readonly flesh: readonly Flesh[];
  /** Radius of dots painted on the markers, m. */
  readonly dot: number;
  /** Taken in turn by the cameras. */
  readonly viewpoints: readonly Viewpoint[];
  /** A post that hides part of the last camera's view, at its widest. */
  readonly post: { readonly from: Place; readonly to: Place; readonly radius: number };
  /** How fast the backdrop moves across and along, m/s: a treadmill's belt. */
  readonly drift: readonly [number, number];
}
