/** Every engine that runs in Node keeps the same promises. */
import { afterAll, describe, expect, test } from 'vitest';
import { add, float32, Graph, multiply, reshape, square, sum, toModel } from '../../../src/learn/index.ts';
import type { Engine, Session } from '../../../src/learn/index.ts';
import { nodeEngine, nodeWorkerEngine, webAssemblyEngine } from '../../../src/learn/engine/node.ts';
import { InputError, MachineError, UsageError } from '../../../src/signal/error.ts';

const worker = nodeWorkerEngine({ threads: 1 });
const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  native: () => nodeEngine(),
  'native in a worker': () => worker,
  WebAssembly: () => webAssemblyEngine('asked for'),
};
afterAll(async () => (await worker).terminate());

/** y = sum((x + total)^2) and total <- total + x; `scale` is kept and never changes. */
async function open(engine: Engine): Promise<Session> {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const total = graph.state('total', [2], new Float32Array(2));
  const scale = graph.state('scale', [], Float32Array.of(1));
  const y = multiply(sum(square(add(x, total))), scale);
  return engine.load(toModel(graph, { y, next: add(total, x) }), {
    threads: 1,
    state: {
      total: { initial: float32([2], [0, 0]), next: 'next' },
      scale: { initial: float32([], [1]) },
    },
  });
}

describe.each(Object.entries(engines))('%s', (_name, make) => {
  test('keeps values between runs, reads and writes them', async () => {
    const session = await open(await make());
    expect(session.inputs).toEqual(['x']);
    expect(session.outputs).toEqual(['y']);
    const x = float32([2], [1, 2]);
    const results: number[] = [];
    for (let run = 0; run < 3; run++) results.push(Number((await session.run({ x })).y.data[0]));
    expect(results).toEqual([5, 20, 45]);
    expect([...x.data]).toEqual([1, 2]);
    const state = await session.readState();
    expect([...state.total.data]).toEqual([3, 6]);
    await session.run({ x });
    expect([...state.total.data], 'a copy').toEqual([3, 6]);
    await session.writeState({ total: state.total, scale: float32([], [10]) });
    expect(Number((await session.run({ x })).y.data[0])).toBe(800);
    expect([...state.total.data], 'not written to').toEqual([3, 6]);
    await session.dispose();
  });

  test('says where memory was refused, how much was asked for and what to do', async () => {
    const engine = await make();
    // Every number against every number: beyond what WebAssembly, or any processor, can address.
    const count = engine.name.includes('wasm') ? 2 ** 15 : 2 ** 26;
    const graph = new Graph();
    const x = graph.input('x', [count, 1]);
    const y = sum(add(x, reshape(x, [1, count])));
    const session = await engine.load(toModel(graph, { y }), { threads: 1 });
    const running = session.run({ x: float32([count, 1], new Float32Array(count)) });
    const error = await running.catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(MachineError);
    const { message, facts } = error as MachineError;
    expect(message).toMatch(/running a network: there is not enough memory.*smaller pictures/);
    expect(facts).toMatchObject({
      where: 'running a network',
      got: expect.stringMatching(/B free/) as string,
    });
    if (!engine.name.includes('wasm')) expect(facts.expected).toBe('18014398.5 GB in one piece');
    await session.dispose();
  });

  test('takes calls in their turn, without waiting between them', async () => {
    const session = await open(await make());
    const x = float32([2], [1, 2]);
    const [first, , second, state] = await Promise.all([
      session.run({ x }),
      session.writeState({ total: float32([2], [10, 10]) }),
      session.run({ x }),
      session.readState(),
    ]);
    expect([first, second].map(({ y }) => Number(y.data[0]))).toEqual([5, 121 + 144]);
    expect([...state.total.data]).toEqual([11, 12]);
    await session.dispose();
  });

  test('refuses feeds that are missing or misshapen, and goes on', async () => {
    const session = await open(await make());
    await expect(session.run({})).rejects.toThrow(UsageError);
    await expect(session.run({})).rejects.toThrow(/"x" is not fed/);
    await expect(session.run({ x: float32([3], [1, 2, 3]) })).rejects.toThrow(UsageError);
    await expect(
      session.run({ x: { dtype: 'int32', shape: [2], data: Int32Array.of(1, 2) } }),
    ).rejects.toThrow(/float32 \[2\]/);
    await expect(session.run({ x: float32([2], [1]) })).rejects.toThrow(/do not fill/);
    const unknown = { total: float32([2], [9, 9]), other: float32([], [1]) };
    await expect(session.writeState(unknown)).rejects.toThrow(/keeps no "other"/);
    await expect(session.writeState({ total: float32([1], [1]) })).rejects.toThrow(UsageError);
    expect(Number((await session.run({ x: float32([2], [1, 2]) })).y.data[0])).toBe(5);
    await session.dispose();
  });

  test('refuses what is no model', async () => {
    await expect((await make()).load(Uint8Array.of(1, 2, 3))).rejects.toThrow(InputError);
  });
});

test('the event loop turns while a worker runs', async () => {
  const graph = new Graph();
  let y = graph.input('x', [2000, 2000]);
  for (let i = 0; i < 40; i++) y = add(y, multiply(y, 1e-3));
  const session = await (await worker).load(toModel(graph, { y: sum(y) }));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await session.run({ x: float32([2000, 2000], new Float32Array(4e6)) });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  await session.dispose();
});

test('a worker that ends refuses what is asked of it', async () => {
  const short = await nodeWorkerEngine();
  const session = await open(short);
  const running = session.run({ x: float32([2], [1, 2]) });
  const refused = expect(Promise.all([running, session.readState(), session.readState()])).rejects.toThrow(
    MachineError,
  );
  await short.terminate();
  await refused;
  await expect(session.readState()).rejects.toThrow(/has ended/);
});
