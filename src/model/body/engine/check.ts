import { UsageError } from '../../../signal/error.ts';

/** Throws `UsageError` where `values` are not `length` finite numbers that MuJoCo takes (it calls 1e10 and more bad). */
export function checkValues(
  where: string,
  values: ArrayLike<number>,
  length: number,
  nameOf: (i: number) => string = (i) => `entry ${i}`,
): void {
  if (values.length !== length) {
    throw new UsageError('the array has the wrong length', {
      where,
      expected: `${length}`,
      got: `${values.length}`,
    });
  }
  for (let i = 0; i < length; i++) {
    if (!(Math.abs(values[i]) <= 1e10)) {
      throw new UsageError('a value is not a number that physics can go on from', {
        where: `${where}, ${nameOf(i)}`,
        expected: 'a finite number below 1e10',
        got: `${values[i]}`,
      });
    }
  }
}
