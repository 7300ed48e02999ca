/** Models of the motor system: bodies and what drives them. */
export * as body from './body/index.ts';
