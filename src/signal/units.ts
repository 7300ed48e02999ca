import { UsageError } from './error.ts';

/**
 * Units of quantities, written in plain text: `px`, `m`, `m/s`, `deg`, `1` (no unit). A unit is a scale and a vector of
 * exponents over base dimensions, so that `mm` converts to `m`, `px/s` does not convert to `m/s`, and a product of two
 * quantities carries the right unit. Sources: the SI brochure (9th edition, 2019); `px`, `frame`, `count`, `au` are ours.
 */
const baseDimensions = ['m', 's', 'kg', 'A', 'K', 'rad', 'px', 'frame', 'count', 'au'] as const;
type Base = (typeof baseDimensions)[number];

interface Definition {
  readonly scale: number;
  readonly of: Partial<Record<Base, number>>;
}

const definitions: Readonly<Record<string, Definition>> = {
  '1': { scale: 1, of: {} },
  '%': { scale: 0.01, of: {} },
  m: { scale: 1, of: { m: 1 } },
  cm: { scale: 0.01, of: { m: 1 } },
  mm: { scale: 1e-3, of: { m: 1 } },
  um: { scale: 1e-6, of: { m: 1 } },
  s: { scale: 1, of: { s: 1 } },
  ms: { scale: 1e-3, of: { s: 1 } },
  us: { scale: 1e-6, of: { s: 1 } },
  min: { scale: 60, of: { s: 1 } },
  Hz: { scale: 1, of: { s: -1 } },
  kHz: { scale: 1e3, of: { s: -1 } },
  kg: { scale: 1, of: { kg: 1 } },
  g: { scale: 1e-3, of: { kg: 1 } },
  N: { scale: 1, of: { kg: 1, m: 1, s: -2 } },
  W: { scale: 1, of: { kg: 1, m: 2, s: -3 } },
  A: { scale: 1, of: { A: 1 } },
  mA: { scale: 1e-3, of: { A: 1 } },
  uA: { scale: 1e-6, of: { A: 1 } },
  V: { scale: 1, of: { kg: 1, m: 2, s: -3, A: -1 } },
  mV: { scale: 1e-3, of: { kg: 1, m: 2, s: -3, A: -1 } },
  uV: { scale: 1e-6, of: { kg: 1, m: 2, s: -3, A: -1 } },
  K: { scale: 1, of: { K: 1 } },
  rad: { scale: 1, of: { rad: 1 } },
  deg: { scale: Math.PI / 180, of: { rad: 1 } },
  px: { scale: 1, of: { px: 1 } },
  frame: { scale: 1, of: { frame: 1 } },
  count: { scale: 1, of: { count: 1 } },
  au: { scale: 1, of: { au: 1 } },
};

/** A unit as text, for instance `px`, `m/s^2`, `deg`, `1`. Products by `*`, powers by `^`, division by `/` left to right. */
export type Unit = string;

interface Parsed {
  readonly scale: number;
  readonly exponents: readonly number[];
}

function parse(unit: Unit): Parsed {
  const exponents = baseDimensions.map(() => 0);
  let scale = 1;
  const terms = unit.split(/(?=[*/])/);
  for (const term of terms) {
    const match = /^([*/]?)([A-Za-z%]+|1)(?:\^(-?\d+))?$/.exec(term.trim());
    const definition = match && Object.hasOwn(definitions, match[2]) ? definitions[match[2]] : undefined;
    if (!match || !definition || (match[1] === '*' && term === terms[0])) {
      throw new UsageError(`the unit "${unit}" is not known`, {
        expected: `units from ${Object.keys(definitions).join(', ')}, joined by * / ^`,
        got: `"${term}"`,
      });
    }
    const power = (match[1] === '/' ? -1 : 1) * Number(match[3] ?? 1);
    scale *= definition.scale ** power;
    baseDimensions.forEach((base, i) => {
      exponents[i] += power * (definition.of[base] ?? 0);
    });
  }
  return { scale, exponents };
}

/** Whether two units measure the same kind of quantity, so that one converts to the other. */
export function commensurable(a: Unit, b: Unit): boolean {
  const [p, q] = [parse(a), parse(b)];
  return p.exponents.every((e, i) => e === q.exponents[i]);
}

/** The factor that turns a number in `from` into a number in `to`. Throws `UsageError` where they differ in kind. */
export function conversionFactor(from: Unit, to: Unit): number {
  if (from === to) return 1;
  if (!commensurable(from, to)) {
    throw new UsageError(`"${from}" cannot be converted to "${to}"`, {
      expected: 'two units of the same kind of quantity',
      fix:
        from.includes('px') || to.includes('px')
          ? 'Give the picture a scale (pixels per meter) first.'
          : undefined,
    });
  }
  return parse(from).scale / parse(to).scale;
}

/** The unit of a derivative per `per` (usually `s`): `px` becomes `px/s`, `px/s` becomes `px/s^2`. */
export function perUnit(unit: Unit, per: Unit): Unit {
  parse(unit);
  parse(per);
  if (per === '1') return unit;
  const match = new RegExp(`^(.+)/${per}(?:\\^(\\d+))?$`).exec(unit);
  if (/[*/^]/.test(per)) return unit + inverted(per);
  if (match) return `${match[1]}/${per}^${Number(match[2] ?? 1) + 1}`;
  return `${unit}/${per}`;
}

/** The unit of a variance: `px` becomes `px^2`, `m/s` becomes `m^2/s^2`. */
export function squaredUnit(unit: Unit): Unit {
  parse(unit);
  return unit.replace(
    /([A-Za-z%]+)(?:\^(-?\d+))?/g,
    (_, name: string, power = '1') => `${name}^${2 * Number(power)}`,
  );
}

/** Every factor on the other side of the fraction: `m/s` becomes `/m*s`. */
function inverted(unit: Unit): Unit {
  return `*${unit}`.replace(/[*/]/g, (sign) => (sign === '*' ? '/' : '*'));
}
