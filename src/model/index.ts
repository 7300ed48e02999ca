/** Bodies, senses and the plants that networks drive. */
export * as body from './body/index.ts';
export * as circuit from './circuit/index.ts';
export * as perception from './perception/index.ts';
export * as plant from './plant/index.ts';
export * as senses from './senses/index.ts';
