/** Evaluates tensors of a graph at its initial values, for tests. */
import { toModel } from '../../src/learn/index.ts';
import type { Tensor, TensorValue, Values } from '../../src/learn/index.ts';
import { nodeEngine } from '../../src/learn/engine/node.ts';

const opening = nodeEngine();

/** The values of `outputs`, with parameters and states at their initial values and `feeds` for the inputs. */
export async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Values = {},
): Promise<Record<string, TensorValue>> {
  const { graph } = Object.values(outputs)[0];
  const given: Record<string, TensorValue> = { ...feeds };
  for (const [tensor, value] of [...graph.parameters, ...graph.states]) given[tensor.name] = value;
  const session = await (await opening).load(toModel(graph, outputs), { threads: 1 });
  const results = await session.run(given);
  await session.dispose();
  return results;
}

export const numbers = (value: TensorValue): number[] => Array.from(value.data, Number);
