/** A workload on Marey's engine: the exported network and the training step, with drawn weights and inputs. */
import { adamW, exportModel, float32, Scope, sizeOf, Trainer } from '../../src/learn/index.ts';
import type { Engine, Session, TensorValue } from '../../src/learn/index.ts';
import { Random } from '../../src/math/random.ts';
import type { Workload } from './workloads.ts';

type Values = Record<string, TensorValue>;

const learningRate = 1e-3;

/** Standard normal numbers for every input, and for the target under its name. */
export function drawInputs({ inputs, target }: Workload): Values {
  const shapes = Object.entries({ ...inputs, ...(target && { target }) });
  return Object.fromEntries(
    shapes.map(([name, shape]) => {
      const random = new Random(`bench/${name}`);
      return [
        name,
        float32(
          shape,
          Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
        ),
      ];
    }),
  );
}

function objective(workload: Workload, scope: Scope) {
  const inputs = Object.fromEntries(
    Object.entries(workload.inputs).map(([name, shape]) => [name, scope.input(name, shape)]),
  );
  const outputs = workload.network(scope, inputs);
  const target = workload.target ? scope.input('target', workload.target) : inputs.x;
  return { loss: workload.loss(outputs, inputs, target) };
}

/** The first weights, as `Trainer` draws them. */
export function drawWeights(workload: Workload): Values {
  const scope = Scope.training(1);
  objective(workload, scope);
  return Object.fromEntries([...scope.graph.parameters].map(([{ name }, value]) => [name, value]));
}

export function trainer(workload: Workload, engine: Engine, threads: number): Promise<Trainer> {
  return Trainer.create({
    engine,
    threads,
    seed: 1,
    optimizer: adamW(),
    model: (scope) => objective(workload, scope),
  });
}

/** Marey's side of the comparison: the two things that are timed. */
export interface Ours {
  readonly forward: () => Promise<Values>;
  readonly step: () => Promise<{ readonly loss: number; readonly gradientNorm: number }>;
  readonly dispose: () => Promise<void>;
}

export async function prepare(workload: Workload, engine: Engine, threads: number): Promise<Ours> {
  const feeds = drawInputs(workload);
  const training = await trainer(workload, engine, threads);
  const { target: _, ...inputs } = feeds;
  const file = exportModel({
    weights: drawWeights(workload),
    network: (scope) =>
      workload.network(
        scope,
        Object.fromEntries(
          Object.entries(workload.inputs).map(([name, shape]) => [name, scope.input(name, shape)]),
        ),
      ),
  });
  const session: Session = await engine.load(file, { threads });
  return {
    forward: () => session.run(inputs),
    step: () => training.step(feeds, learningRate),
    dispose: async () => {
      await training.dispose();
      await session.dispose();
    },
  };
}
