import { element } from '../mjcf/write.ts';

/** A muscle along a path: names of sites, or of a wrapping shape with the site of the side that it keeps to. */
export interface MusclePath {
  readonly name: string;
  /** Peak isometric force, N. */
  readonly force: number;
  readonly path: readonly (string | { readonly around: string; readonly side?: string })[];
  /**
   * Shortest and longest path over the joints' ranges, m. MuJoCo takes the muscle's optimal length from it: the range is `fiberRange`
   * optimal fiber lengths, with a rigid tendon.
   */
  readonly lengthRange: readonly [number, number];
  /** Default 0.75 to 1.05. */
  readonly fiberRange?: readonly [number, number];
  /** Of shortening, optimal fiber lengths a second. MuJoCo's 1.5 by default. */
  readonly fastest?: number;
  /** Of activation and deactivation, s. Default 0.01 and 0.04. */
  readonly timeConstants?: readonly [number, number];
}

/** The `tendon` and `actuator` elements of muscles. A muscle and its tendon have one name. */
export function muscleElements(muscles: readonly MusclePath[]): string[] {
  return [
    element(
      'tendon',
      {},
      muscles.map(({ name, path }) =>
        element(
          'spatial',
          { name, width: 0.002 },
          path.map((p) =>
            typeof p === 'string'
              ? element('site', { site: p })
              : element('geom', { geom: p.around, sidesite: p.side }),
          ),
        ),
      ),
    ),
    element(
      'actuator',
      {},
      muscles.map(({ name, force, lengthRange, fiberRange, fastest, timeConstants }) =>
        element('muscle', {
          name,
          tendon: name,
          force,
          lengthrange: lengthRange,
          range: fiberRange,
          vmax: fastest,
          timeconst: timeConstants,
          ctrllimited: true,
          ctrlrange: [0, 1],
        }),
      ),
    ),
  ];
}

/** A site that a muscle passes through. */
export function point(name: string, pos: readonly number[]): string {
  return element('site', { name, pos, size: 0.003, group: 4 });
}

/** A marker: a site that keypoints of the same name are fitted to. */
export function marker(name: string, pos: readonly number[]): string {
  return element('site', { name, pos, size: 0.005, group: 0 });
}
