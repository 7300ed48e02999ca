/** Bodies, senses and the plants that networks drive. */
export * as plant from './plant/index.ts';
