import type { Link } from './network.ts';

/** From outputs to commands: the logistic function for muscles (0 to 1), tanh for motors (-1 to 1), the output itself. */
export function linkOf(link: Link, out: Float64Array, commands: Float64Array): void {
  switch (link) {
    case 'muscles':
      for (let i = 0; i < out.length; i++) commands[i] = 1 / (1 + Math.exp(-out[i]));
      break;
    case 'motors':
      for (let i = 0; i < out.length; i++) commands[i] = Math.tanh(out[i]);
      break;
    case 'linear':
      commands.set(out);
      break;
    default:
      link satisfies never;
  }
}

/** The adjoint: adds to the cotangent of the outputs, from the commands and theirs. */
export function linkAdjoint(
  link: Link,
  commands: Float64Array,
  gCommands: Float64Array,
  gOut: Float64Array,
): void {
  switch (link) {
    case 'muscles':
      for (let i = 0; i < gOut.length; i++) gOut[i] += gCommands[i] * commands[i] * (1 - commands[i]);
      break;
    case 'motors':
      for (let i = 0; i < gOut.length; i++) gOut[i] += gCommands[i] * (1 - commands[i] * commands[i]);
      break;
    case 'linear':
      for (let i = 0; i < gOut.length; i++) gOut[i] += gCommands[i];
      break;
    default:
      link satisfies never;
  }
}
