import type { BodyModel } from '../../model/body/engine/model.ts';
import type { Simulation } from '../../model/body/engine/simulation.ts';
import type { Movement } from '../drive/driver.ts';
import { capsuleBetween, type Shape } from './shapes.ts';
import type { Stage } from './stage.ts';

/** MuJoCo's numbers for shapes that are drawn, and the group of those that are not: surfaces that muscles wrap. */
const geomKinds: Readonly<Record<number, 'sphere' | 'capsule' | 'ellipsoid'>> = {
  2: 'sphere',
  3: 'capsule',
  4: 'ellipsoid',
};
const hiddenGroup = 4;

/** The body on the stage: its shapes and markers at any time. Holds a state of the physics engine: dispose of it. */
export class Actors implements Disposable {
  readonly #model: BodyModel;
  readonly #movement: Movement;
  readonly #simulation: Simulation;
  readonly #stage: Stage;
  readonly #geoms: readonly {
    readonly index: number;
    readonly body: number;
    readonly kind: Shape['kind'];
    readonly size: Shape['size'];
  }[];
  readonly #sites: readonly { readonly index: number; readonly body: number }[];
  readonly #dots: boolean;
  /** For each body: whether no joint moves it. */
  readonly #still: readonly boolean[];

  constructor(model: BodyModel, movement: Movement, stage: Stage, markers: readonly string[], dots: boolean) {
    this.#model = model;
    this.#movement = movement;
    this.#stage = stage;
    this.#dots = dots;
    this.#simulation = model.simulate();
    const [types, groups, sizes, bodies] = (
      ['geom_type', 'geom_group', 'geom_size', 'geom_bodyid'] as const
    ).map((field) => model.get(field));
    const parents = model.get('body_parentid');
    const still: boolean[] = [];
    model.names.bodies.forEach((_, body) => {
      still.push((body === 0 || still[parents[body]]) && model.joints.every((j) => j.body !== body));
    });
    this.#still = still;
    this.#geoms = Array.from(types.keys()).flatMap((index) => {
      const kind = geomKinds[types[index]];
      const isCovered = stage.covered.includes(model.names.bodies[bodies[index]]);
      if (kind === undefined || groups[index] === hiddenGroup || isCovered) return [];
      const [a, b, c] = sizes.subarray(3 * index, 3 * index + 3);
      const size = { sphere: [a, a, a], capsule: [a, a, b], ellipsoid: [a, b, c] }[kind] as [
        number,
        number,
        number,
      ];
      return [
        {
          index,
          body: bodies[index],
          still: still[bodies[index]],
          kind: kind === 'capsule' ? kind : ('ellipsoid' as const),
          size,
        },
      ];
    });
    const siteBodies = model.get('site_bodyid');
    this.#sites = markers.map((name) => {
      const index = model.index('sites', name);
      return { index, body: siteBodies[index] };
    });
  }

  /** Puts the body where it is at a time, master time, s; linear between steps. */
  at(seconds: number): { readonly shapes: Shape[]; readonly markers: Float64Array } {
    const { rate, steps, positions } = this.#movement;
    const { nq } = this.#model.sizes;
    const when = Math.min(Math.max(seconds * rate, 0), steps - 1);
    const i = Math.min(Math.floor(when), steps - 2);
    const share = when - i;
    this.#simulation.set(
      'qpos',
      Float64Array.from(
        { length: nq },
        (_, k) => (1 - share) * positions[i * nq + k] + share * positions[(i + 1) * nq + k],
      ),
    );
    this.#simulation.kinematics();
    const [places, turns, xpos, xmat, sites] = (
      ['geom_xpos', 'geom_xmat', 'xpos', 'xmat', 'site_xpos'] as const
    ).map((field) => this.#simulation.get(field));
    const { gray, grain, flesh, dot } = this.#stage;
    const shapes = this.#geoms.map(({ index, ...parts }): Shape => ({
      ...parts,
      gray,
      grain,
      middle: places.slice(3 * index, 3 * index + 3),
      frame: turns.slice(9 * index, 9 * index + 9),
    }));
    for (const piece of flesh) {
      const body = this.#model.index('bodies', piece.body);
      const look = { body, still: this.#still[body], gray: piece.gray ?? gray, grain: piece.grain ?? grain };
      const frame = xmat.slice(9 * body, 9 * body + 9);
      const world = (p: readonly number[]): Float64Array =>
        Float64Array.from(
          [0, 1, 2],
          (c) => xpos[3 * body + c] + frame[3 * c] * p[0] + frame[3 * c + 1] * p[1] + frame[3 * c + 2] * p[2],
        );
      if ('size' in piece) {
        shapes.push({ kind: 'ellipsoid', ...look, middle: world(piece.middle), frame, size: piece.size });
      } else shapes.push(capsuleBetween(world(piece.from), world(piece.to), piece.radius, look));
    }
    const markers = Float64Array.from(
      this.#sites.flatMap(({ index }) => [...sites.subarray(3 * index, 3 * index + 3)]),
    );
    if (this.#dots) {
      this.#sites.forEach(({ body }, k) => {
        shapes.push({
          kind: 'ellipsoid',
          body,
          gray: 250,
          grain: 0,
          middle: markers.slice(3 * k, 3 * k + 3),
          frame: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
          size: [dot, dot, dot],
        });
      });
    }
    return { shapes, markers };
  }

  [Symbol.dispose](): void {
    this.#simulation[Symbol.dispose]();
  }
}
