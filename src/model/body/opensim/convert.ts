import { InputError } from '../../../signal/error.ts';
import { element } from '../mjcf/write.ts';
import { child, descendants, parseXml, type XmlElement } from '../mjcf/xml.ts';
import { convertMuscles } from './muscles.ts';
import { numbersIn, polynomialOf, type Polynomial } from './functions.ts';

/** An OpenSim model as MJCF. */
export interface ConvertedBody {
  readonly mjcf: string;
  /** What was approximated and what was left out, in sentences. */
  readonly notes: readonly string[];
}

interface Frame {
  readonly body: string;
  readonly pos: readonly number[];
  readonly euler: readonly number[];
}

interface Axis {
  readonly kind: 'slide' | 'hinge';
  readonly axis: readonly number[];
  readonly coordinate: string | undefined;
  readonly polynomial: Polynomial;
}

interface Coordinate {
  readonly range: readonly [number, number];
  readonly clamped: boolean;
}

const ground = 'ground';

/**
 * Converts an OpenSim model (.osim, version 4) for kinematics and dynamics: bodies with their inertia, joints, markers, muscles of straight paths.
 *
 * - Pin, slider, weld, ball, free and custom joints; a custom joint's axes become a chain of slides and then hinges at one place.
 * - The first axis that follows a coordinate one to one is that coordinate's joint. Others that depend on it become joints that follow it by a
 *   polynomial of degree 4 (a joint equality), fitted to splines; the largest difference is noted.
 * - A coordinate has limits where it is clamped, as in OpenSim.
 * - Ground keeps OpenSim's axes (y up); gravity is the model's.
 * - Muscles that go straight from point to point: see `convertMuscles`.
 * - Left out, and noted: other muscles and forces, wrapping, contact, constraints, probes, geometry.
 *
 * Throws `InputError` naming the element and its line where a joint, a function or the version is not known.
 */
export function convertOpenSim(osim: string, where: string): ConvertedBody {
  const root = parseXml(osim, where);
  const model = root.name === 'OpenSimDocument' ? child(root, 'Model') : undefined;
  if (!model)
    throw new InputError('the file is no OpenSim model', {
      where,
      expected: '<OpenSimDocument> with a <Model>',
      got: `<${root.name}>`,
    });
  if (!(Number(root.attributes['Version']) >= 40000)) {
    throw new InputError('the OpenSim model is of an old version', {
      where,
      expected: 'version 40000 or later',
      got: root.attributes['Version'] ?? 'none',
      fix: 'Open it in OpenSim 4 and save it.',
    });
  }
  const objects = (set: string): readonly XmlElement[] =>
    child(child(model, set) ?? model, 'objects')?.children ?? [];
  const notes: string[] = [];
  const bodies = new Map(objects('BodySet').map((b) => [b.attributes['name'], b]));
  const equalities: string[] = [];
  const joints = objects('JointSet').map((joint) => ({
    joint,
    parent: frameOf(joint, 'parent', where),
    child: frameOf(joint, 'child', where),
  }));
  const markers = new Map<string, string[]>();
  for (const marker of objects('MarkerSet')) {
    const body = lastName(child(marker, 'socket_parent_frame')?.text ?? '');
    const site = element('site', {
      name: marker.attributes['name'],
      pos: numbersIn(child(marker, 'location'), where),
      size: 0.01,
    });
    markers.set(body, [...(markers.get(body) ?? []), site]);
  }
  const muscles = convertMuscles(objects('ForceSet'), new Set([ground, ...bodies.keys()]), where, notes);
  for (const [body, points] of muscles.points) markers.set(body, [...(markers.get(body) ?? []), ...points]);
  const done = new Set<string>();
  const build = (name: string): string[] =>
    joints
      .filter((j) => j.parent.body === name)
      .map(({ joint, parent, child: own }) => {
        const body = bodies.get(own.body);
        if (!body || done.has(own.body)) {
          throw new InputError(
            body ? `the body "${own.body}" has two joints above it` : `there is no body "${own.body}"`,
            { where: `${where}, line ${joint.line}` },
          );
        }
        done.add(own.body);
        const { elements, shift } = jointElements(joint, where, equalities, notes);
        const inside = [...inertial(body, where), ...(markers.get(own.body) ?? []), ...build(own.body)];
        const moved = [...own.pos, ...own.euler].some((v) => v !== 0);
        const placed = { pos: parent.pos, euler: parent.euler };
        // Constant translations lie in the joint's frame, which the offset frame turns.
        const wrap = shift.some((v) => v !== 0);
        const content = moved
          ? [...elements, ...inverseFrame(own, own.body, inside)]
          : [...elements, ...inside];
        const outer = moved ? `${own.body}_joint` : own.body;
        return wrap
          ? element(
              'body',
              { name: `${outer}_place`, ...placed },
              element('body', { name: outer, pos: shift }, content),
            )
          : element('body', { name: outer, ...placed }, content);
      });
  const world = [...(markers.get(ground) ?? []), ...build(ground)];
  const lost = [...bodies.keys()].find((name) => !done.has(name));
  if (lost !== undefined)
    throw new InputError(`no chain of joints leads from the ground to the body "${lost}"`, { where });
  noteWhatIsLeftOut(model, muscles.count, notes);
  const mjcf = element(
    'mujoco',
    { model: model.attributes['name'] },
    element('compiler', {
      angle: 'radian',
      autolimits: true,
      balanceinertia: true,
      boundmass: 1e-6,
      boundinertia: 1e-9,
    }),
    element('option', { gravity: numbersIn(child(model, 'gravity'), where) }),
    element('size', { memory: '4M' }),
    element('worldbody', {}, world),
    equalities.length ? element('equality', {}, equalities) : [],
    muscles.elements,
  );
  return { mjcf, notes };
}

const lastName = (path: string): string => path.trim().split('/').at(-1)!;

/** The frame that a joint's socket names: an offset frame of the joint, or a body itself. */
function frameOf(joint: XmlElement, side: 'parent' | 'child', where: string): Frame {
  const socket = child(joint, `socket_${side}_frame`)?.text ?? '';
  const name = lastName(socket);
  const frame = child(joint, 'frames')?.children.find((f) => f.attributes['name'] === name);
  if (!frame) {
    if (!socket.includes('/'))
      throw new InputError(`a joint has no frame "${socket}"`, { where: `${where}, line ${joint.line}` });
    return { body: name, pos: [0, 0, 0], euler: [0, 0, 0] };
  }
  return {
    body: lastName(child(frame, 'socket_parent')?.text ?? ''),
    pos: numbersIn(child(frame, 'translation'), where),
    euler: numbersIn(child(frame, 'orientation'), where),
  };
}

/** A body seen from its own offset frame: T^-1 of a translation and body-fixed x-y-z angles, as a turn inside which it is shifted back. */
function inverseFrame({ pos, euler }: Frame, name: string, inside: readonly string[]): string[] {
  const [x, y, z] = euler;
  const back = element('body', { name, pos: pos.map((v) => -v) }, inside);
  if (x === 0 && y === 0 && z === 0) return [back];
  // (Rx Ry Rz)^-1 = Rz^-1 Ry^-1 Rx^-1
  return [
    element(
      'body',
      { name: `${name}_z`, euler: [0, 0, -z] },
      element(
        'body',
        { name: `${name}_y`, euler: [0, -y, 0] },
        element('body', { name: `${name}_x`, euler: [-x, 0, 0] }, back),
      ),
    ),
  ];
}

function inertial(body: XmlElement, where: string): string[] {
  const [mass] = numbersIn(child(body, 'mass'), where);
  if (mass === 0) return [];
  const fullinertia = numbersIn(child(body, 'inertia'), where);
  return [element('inertial', { pos: numbersIn(child(body, 'mass_center'), where), mass, fullinertia })];
}

function jointElements(
  joint: XmlElement,
  where: string,
  equalities: string[],
  notes: string[],
): { readonly elements: string[]; readonly shift: readonly number[] } {
  const coordinates = new Map<string, Coordinate>(
    (child(joint, 'coordinates')?.children ?? []).map((c) => {
      const [low, high] = numbersIn(child(c, 'range'), where);
      const name = c.attributes['name'];
      if (child(c, 'locked')?.text === 'true')
        notes.push(`The coordinate "${name}" is locked in OpenSim and free here.`);
      return [name, { range: [low, high], clamped: child(c, 'clamped')?.text === 'true' }];
    }),
  );
  const shift = [0, 0, 0];
  const elements: string[] = [];
  const led = new Set<string>();
  const axes = axesOf(joint, [...coordinates.keys()], coordinates, where);
  if (typeof axes === 'string') return { elements: [axes], shift };
  // Each coordinate's own joint, so that the others know whom to follow.
  const ownAxis = new Map<string, Axis>();
  for (const kind of ['hinge', 'slide'] as const) {
    for (const a of axes) {
      if (a.kind === kind && a.coordinate && !ownAxis.has(a.coordinate) && isIdentity(a.polynomial))
        ownAxis.set(a.coordinate, a);
    }
  }
  for (const a of axes) {
    if (!a.coordinate || a.polynomial.coefficients.length === 1) {
      const value = a.polynomial.coefficients[0];
      if (a.kind === 'slide') a.axis.forEach((v, c) => (shift[c] += v * value));
      else if (value !== 0) {
        throw new InputError('a joint with a constant turn is not converted', {
          where: `${where}, line ${joint.line}`,
          got: joint.attributes['name'],
        });
      }
      continue;
    }
    const { range, clamped } = coordinates.get(a.coordinate) ?? { range: [0, 0], clamped: false };
    if (ownAxis.get(a.coordinate) === a) {
      elements.push(
        element('joint', { name: a.coordinate, type: a.kind, axis: a.axis, ...(clamped && { range }) }),
      );
      continue;
    }
    if (!ownAxis.has(a.coordinate)) {
      throw new InputError(`no axis follows the coordinate "${a.coordinate}" one to one`, {
        where: `${where}, line ${joint.line}`,
        got: joint.attributes['name'],
      });
    }
    const index = axes.indexOf(a);
    const name = `${a.coordinate}_${a.kind}${index + 1}`;
    led.add(name);
    elements.push(element('joint', { name, type: a.kind, axis: a.axis }));
    const polycoef = [...a.polynomial.coefficients, 0, 0, 0, 0].slice(0, 5);
    equalities.push(element('joint', { joint1: name, joint2: a.coordinate, polycoef }));
    if (a.polynomial.error > 0) {
      const unit =
        a.kind === 'slide'
          ? `${(a.polynomial.error * 1000).toFixed(2)} mm`
          : `${((a.polynomial.error * 180) / Math.PI).toFixed(3)} deg`;
      notes.push(
        `The spline of "${joint.attributes['name']}" along its axis ${index + 1} became a polynomial of degree 4: at most ${unit} away.`,
      );
    }
  }
  return { elements, shift };
}

const isIdentity = ({ coefficients: [offset, slope, ...more] }: Polynomial): boolean =>
  offset === 0 && slope === 1 && more.every((c) => c === 0);

/** The axes of a joint, slides before hinges; or the one MJCF joint that it is. */
function axesOf(
  joint: XmlElement,
  names: readonly string[],
  coordinates: ReadonlyMap<string, Coordinate>,
  where: string,
): Axis[] | string {
  const own: Polynomial = { coefficients: [0, 1], error: 0 };
  switch (joint.name) {
    case 'WeldJoint':
      return [];
    case 'PinJoint':
      return [{ kind: 'hinge', axis: [0, 0, 1], coordinate: names[0], polynomial: own }];
    case 'SliderJoint':
      return [{ kind: 'slide', axis: [1, 0, 0], coordinate: names[0], polynomial: own }];
    case 'BallJoint':
      return element('joint', { name: joint.attributes['name'], type: 'ball' });
    case 'FreeJoint':
      return element('joint', { name: joint.attributes['name'], type: 'free' });
    case 'CustomJoint':
      break;
    default:
      throw new InputError(`the joint ${joint.name} is not converted`, {
        where: `${where}, line ${joint.line}`,
        expected: 'PinJoint, SliderJoint, WeldJoint, BallJoint, FreeJoint or CustomJoint',
      });
  }
  const transform = child(joint, 'SpatialTransform')?.children ?? [];
  const axes = transform.map((t): Axis => {
    const coordinate = child(t, 'coordinates')?.text || undefined;
    if (coordinate?.includes(' '))
      throw new InputError('an axis that depends on two coordinates is not converted', {
        where: `${where}, line ${t.line}`,
        got: coordinate,
      });
    const f = t.children.find((c) => c.name !== 'coordinates' && c.name !== 'axis');
    const range = coordinates.get(coordinate ?? '')?.range ?? [0, 0];
    return {
      kind: t.attributes['name'].startsWith('rotation') ? 'hinge' : 'slide',
      axis: numbersIn(child(t, 'axis'), where),
      coordinate,
      polynomial: f ? polynomialOf(f, range, where) : { coefficients: [0], error: 0 },
    };
  });
  return [...axes.filter((a) => a.kind === 'slide'), ...axes.filter((a) => a.kind === 'hinge')];
}

/** @param told forces that were spoken of already: the muscles. */
function noteWhatIsLeftOut(model: XmlElement, told: number, notes: string[]): void {
  for (const [set, what] of [
    ['ForceSet', 'forces (springs, actuators)'],
    ['ConstraintSet', 'constraints'],
    ['ContactGeometrySet', 'contact shapes'],
    ['ProbeSet', 'probes'],
  ] as const) {
    const all = child(child(model, set) ?? model, 'objects')?.children.length ?? 0;
    const count = set === 'ForceSet' ? all - told : all;
    if (child(model, set) && count > 0) notes.push(`${count} ${what} are left out.`);
  }
  const wraps = [...descendants(model)].filter((e) =>
    /^Wrap(Cylinder|Ellipsoid|Sphere|Torus)$/.test(e.name),
  ).length;
  if (wraps > 0) notes.push(`${wraps} wrapping shapes are left out.`);
}
