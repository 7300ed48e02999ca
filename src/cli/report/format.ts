/** Numbers and units as they are printed. */

const narrowSpace = '\u202f';

/** A number with about `digits` significant digits, a true minus sign, and groups of thousands; a dash where there is none. */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return '\u2013';
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : '\u2212\u221e';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(String(Math.abs(value)), value < 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) {
    const [mantissa, exponent] = magnitude.toExponential(digits - 1).split('e');
    return `${value < 0 ? '\u2212' : ''}${mantissa}\u00d710${superscript(String(Number(exponent)))}`;
  }
  // Rounded first: 9.996 has three digits as 10.0, not as 10.00.
  const power = Math.floor(Math.log10(Number(magnitude.toPrecision(digits))));
  const decimals = Math.max(0, digits - 1 - power);
  return grouped(magnitude.toFixed(decimals), value < 0);
}

/** A unit as it is read: `px/s^2` becomes px/s², `1` becomes nothing. */
export function formatUnit(unit: string): string {
  if (unit === '1' || unit === '') return '';
  return unit
    .replace(/\^(-?\d+)/g, (_, power: string) => superscript(power))
    .replace(/\bdeg\b/g, '\u00b0')
    .replace(/\bu(?=[msAV]\b)/g, '\u00b5')
    .replace(/\*/g, '\u00b7');
}

/** A number and its unit, joined so that a line never breaks between them. */
export function formatQuantity(value: number, unit: string, digits = 3): string {
  const written = formatUnit(unit);
  if (written === '') return formatNumber(value, digits);
  return `${formatNumber(value, digits)}${written === '\u00b0' ? '' : narrowSpace}${written}`;
}

/** `Speed (mm/s)`; a quantity without a unit is named alone. */
export function withUnit(name: string, unit: string | undefined): string {
  const written = formatUnit(unit ?? '');
  return written === '' ? name : `${name} (${written})`;
}

/** `1 frame`, `2 frames`. */
export function counted(count: number, what: string): string {
  return `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`;
}

function grouped(digits: string, negative: boolean): string {
  const [whole, fraction] = digits.split('.');
  const groups = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, narrowSpace) : whole;
  return `${negative ? '\u2212' : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`;
}

function superscript(digits: string): string {
  const raised: Readonly<Record<string, string>> = { '-': '\u207b', 1: '\u00b9', 2: '\u00b2', 3: '\u00b3' };
  return [...digits].map((d) => raised[d] ?? String.fromCodePoint(0x2070 + Number(d))).join('');
}

/** A probability with three decimals; below that only that it is below. */
export function formatProbability(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
