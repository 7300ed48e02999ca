/** From a unit's state to its rate, with the first two derivatives; each writes a whole array. */
export interface Nonlinearity {
  readonly name: string;
  apply(x: Float64Array, out: Float64Array): void;
  /** The derivative at x. */
  slope(x: Float64Array, out: Float64Array): void;
  /** The second derivative at x. */
  curvature(x: Float64Array, out: Float64Array): void;
}

const each =
  (f: (x: number) => number) =>
  (x: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < x.length; i++) out[i] = f(x[i]);
  };

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** One over cosh squared: the slope of tanh. */
const bell = (x: number): number => 1 - Math.tanh(x) ** 2;

const tanh: Nonlinearity = {
  name: 'tanh',
  apply: each(Math.tanh),
  slope: each(bell),
  curvature: each((x) => -2 * Math.tanh(x) * bell(x)),
};

const relu: Nonlinearity = {
  name: 'relu',
  apply: each((x) => (x > 0 ? x : 0)),
  slope: each((x) => (x > 0 ? 1 : 0)),
  curvature: (_x, out) => void out.fill(0),
};

const softplus: Nonlinearity = {
  name: 'softplus',
  apply: each((x) => (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  slope: each(logistic),
  curvature: each((x) => logistic(x) * logistic(-x)),
};

/** tanh of what is positive (Michaels, Schaffelhofer, Agudelo-Toro and Scherberger 2020). */
const retanh: Nonlinearity = {
  name: 'retanh',
  apply: each((x) => (x > 0 ? Math.tanh(x) : 0)),
  slope: each((x) => (x > 0 ? bell(x) : 0)),
  curvature: each((x) => (x > 0 ? -2 * Math.tanh(x) * bell(x) : 0)),
};

/** By name. */
export const nonlinearities = { tanh, relu, softplus, retanh } as const satisfies Readonly<
  Record<string, Nonlinearity>
>;

export type NonlinearityName = keyof typeof nonlinearities;
