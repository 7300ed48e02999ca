import { InputError } from '../../../signal/error.ts';
import { muscleElements, point, type MusclePath } from '../bodies/muscle.ts';
import { child, type XmlElement } from '../mjcf/xml.ts';
import { numbersIn } from './functions.ts';

export interface ConvertedMuscles {
  /** Sites that the muscles pass through, as MJCF, by the body that carries them. */
  readonly points: ReadonlyMap<string, readonly string[]>;
  /** The `tendon` and `actuator` elements. */
  readonly elements: readonly string[];
  /** How many forces became muscles. */
  readonly count: number;
}

/** What the muscle's length is told of to MuJoCo, in optimal fiber lengths: any two numbers do, these are where it makes no active force. */
const lengths = [0.5, 1.6] as const;

/**
 * The muscles of an OpenSim model whose path goes straight from point to point. The tendon is rigid and the pennation angle a stays what it is at optimal
 * length, so that with peak force F, optimal fiber length l and tendon slack length s (Zajac 1989)
 *
 *   path = s + l_fiber cos a,   pull = F cos a (activation force-length force-velocity + passive force)
 *
 * which is MuJoCo's muscle of optimal length l cos a and peak force F cos a; its curves are MuJoCo's own. Muscles that wrap, and points that move or come and
 * go with a joint's angle, have no counterpart: such muscles are left out and named in `notes`, because a straight path would give them other moment arms.
 */
export function convertMuscles(
  forces: readonly XmlElement[],
  bodies: ReadonlySet<string>,
  where: string,
  notes: string[],
): ConvertedMuscles {
  const points = new Map<string, string[]>();
  const muscles: MusclePath[] = [];
  const left: string[] = [];
  for (const force of forces) {
    const geometry = child(force, 'GeometryPath');
    if (!geometry || !child(force, 'optimal_fiber_length')) continue;
    const name = force.attributes['name'];
    const path = child(child(geometry, 'PathPointSet')!, 'objects')?.children ?? [];
    const wraps = child(child(geometry, 'PathWrapSet') ?? geometry, 'objects')?.children ?? [];
    if (wraps.length > 0 || path.some((p) => p.name !== 'PathPoint')) {
      left.push(name);
      continue;
    }
    const number = (of: string): number => numbersIn(child(force, of), where)[0];
    const optional = (of: string, otherwise: number): number => (child(force, of) ? number(of) : otherwise);
    const along = Math.cos(optional('pennation_angle_at_optimal', 0));
    const [slack, optimal] = [number('tendon_slack_length'), number('optimal_fiber_length') * along];
    const sites = path.map((p, i) => {
      const body = (child(p, 'socket_parent_frame')?.text ?? '').trim().split('/').at(-1)!;
      if (!bodies.has(body))
        throw new InputError(`a point of the muscle "${name}" is on no body`, {
          where: `${where}, line ${p.line}`,
          expected: 'a body or ground',
          got: body,
        });
      const site = `${name}_point${i + 1}`;
      points.set(body, [...(points.get(body) ?? []), point(site, numbersIn(child(p, 'location'), where))]);
      return site;
    });
    muscles.push({
      name,
      force: number('max_isometric_force') * along,
      path: sites,
      lengthRange: [slack + lengths[0] * optimal, slack + lengths[1] * optimal],
      fiberRange: lengths,
      fastest: optional('max_contraction_velocity', 10),
      timeConstants: [
        optional('activation_time_constant', 0.01),
        optional('deactivation_time_constant', 0.04),
      ],
    });
  }
  if (muscles.length > 0)
    notes.push(
      `${muscles.length} muscles became MuJoCo's: rigid tendon, pennation as at optimal length, MuJoCo's own curves of force.`,
    );
  if (left.length > 0)
    notes.push(`Muscles that wrap, or whose points move with a joint, are left out: ${left.join(', ')}.`);
  return {
    points,
    elements: muscles.length > 0 ? muscleElements(muscles) : [],
    count: muscles.length + left.length,
  };
}
