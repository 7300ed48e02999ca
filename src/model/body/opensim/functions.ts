import { cubicInterpolator } from '../../../math/interpolate.ts';
import { leastSquares } from '../../../math/least-squares.ts';
import { matrix } from '../../../math/matrix.ts';
import { InputError } from '../../../signal/error.ts';
import { child, type XmlElement } from '../mjcf/xml.ts';

/** A function of one coordinate as the polynomial of degree 4 that MJCF can hold. */
export interface Polynomial {
  /** Constant first. */
  readonly coefficients: readonly number[];
  /** Largest difference from the function over the coordinate's range. */
  readonly error: number;
}

/** The numbers in an element's text. */
export function numbersIn(element: XmlElement | undefined, where: string): number[] {
  const numbers = (element?.text ?? '').split(/\s+/).filter(Boolean).map(Number);
  if (!element || numbers.length === 0 || !numbers.every(Number.isFinite)) {
    throw new InputError('there are no numbers where there should be', {
      where: element ? `${where}, line ${element.line}` : where,
      expected: 'numbers separated by spaces',
      got: element?.text || 'nothing',
    });
  }
  return numbers;
}

/** An OpenSim function over `range` of its coordinate. Throws `InputError` naming a kind of function that is not known here. */
export function polynomialOf(
  element: XmlElement,
  range: readonly [number, number],
  where: string,
): Polynomial {
  switch (element.name) {
    case 'Constant':
      return { coefficients: [numbersIn(child(element, 'value'), where)[0]], error: 0 };
    case 'LinearFunction': {
      const [slope, offset = 0] = numbersIn(child(element, 'coefficients'), where);
      return { coefficients: [offset, slope], error: 0 };
    }
    case 'MultiplierFunction': {
      const inner = child(element, 'function')?.children[0];
      if (!inner)
        throw new InputError('a MultiplierFunction has no function', {
          where: `${where}, line ${element.line}`,
        });
      const [scale] = numbersIn(child(element, 'scale'), where);
      const { coefficients, error } = polynomialOf(inner, range, where);
      return { coefficients: coefficients.map((c) => c * scale), error: error * Math.abs(scale) };
    }
    case 'SimmSpline':
    case 'NaturalCubicSpline':
      return fitSpline(numbersIn(child(element, 'x'), where), numbersIn(child(element, 'y'), where), range);
    default:
      throw new InputError(`the function ${element.name} is not converted`, {
        where: `${where}, line ${element.line}`,
        expected: 'Constant, LinearFunction, MultiplierFunction or SimmSpline',
      });
  }
}

/** The polynomial of degree 4 nearest to the cubic spline through the points, over the part of `range` that they cover. */
function fitSpline(x: readonly number[], y: readonly number[], range: readonly [number, number]): Polynomial {
  const spline = cubicInterpolator(x, y);
  const [low, high] = [Math.max(range[0], x[0]), Math.min(range[1], x[x.length - 1])];
  const samples = 200;
  const degree = Math.min(4, x.length - 1);
  const at = Float64Array.from({ length: samples }, (_, i) => low + ((high - low) * i) / (samples - 1));
  const wanted = at.map((v) => spline(v));
  const powers = matrix(
    samples,
    degree + 1,
    Array.from(at).flatMap((v) => Array.from({ length: degree + 1 }, (_, k) => v ** k)),
  );
  const coefficients = [...leastSquares(powers, wanted).solution];
  const value = (v: number): number => coefficients.reduceRight((sum, c) => sum * v + c, 0);
  return { coefficients, error: Math.max(...at.map((v, i) => Math.abs(value(v) - wanted[i]))) };
}
