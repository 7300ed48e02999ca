/** Sessions of ONNX Runtime, whichever of its JavaScript packages is at hand: they share one interface. */
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { InputError, UsageError } from '../../signal/error.ts';
import { memoryError } from '../../signal/memory.ts';
import { sameShape, sizeOf } from '../graph/tensor.ts';
import type { TensorData, TensorValue } from '../graph/tensor.ts';
import type { LoadOptions, Session, Values } from './engine.ts';

/** What is used of `onnxruntime-node` and `onnxruntime-web`. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

export interface OrtOptions extends LoadOptions {
  readonly session: InferenceSession.SessionOptions;
  /** The runtime writes results into arrays it is given, so that kept values alternate between two buffers. */
  readonly preallocates?: boolean;
  /** Kept values stay on the device. */
  readonly onDevice?: boolean;
  /** Memory that programs can still have; said where it was not enough. */
  readonly freeBytes?: () => number;
}

const fix = 'Give it smaller pictures or fewer of them at a time, or close other programs.';

interface Kept {
  current: OrtTensor;
  /** The buffer that the next run writes to, where the runtime can. */
  spare: OrtTensor | undefined;
  readonly next: string | undefined;
}

export async function loadOrtSession(
  ort: OrtModule,
  model: Uint8Array,
  options: OrtOptions,
): Promise<Session> {
  const state = Object.entries(options.state ?? {});
  const replacing = state.flatMap(([, { next }]) => (next === undefined ? [] : [next]));
  const location = options.onDevice
    ? { preferredOutputLocation: Object.fromEntries(replacing.map((name) => [name, 'gpu-buffer' as const])) }
    : {};
  let inner: InferenceSession;
  try {
    inner = await ort.InferenceSession.create(model, { ...options.session, ...location });
  } catch (cause) {
    const memory = memoryError(cause, { where: 'loading a network', fix }, options.freeBytes?.());
    if (memory) throw memory;
    throw new InputError('The model cannot be loaded', {
      where: 'engine',
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'It is damaged, or uses an operator that this engine does not have.',
      cause,
    });
  }
  return new OrtSession(ort, inner, options);
}

class OrtSession implements Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #ort: OrtModule;
  readonly #inner: InferenceSession;
  readonly #kept = new Map<string, Kept>();
  readonly #freeBytes: (() => number) | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(ort: OrtModule, inner: InferenceSession, options: OrtOptions) {
    this.#ort = ort;
    this.#inner = inner;
    this.#freeBytes = options.freeBytes;
    for (const [name, { initial, next }] of Object.entries(options.state ?? {})) {
      // A graph that does not use a value has no input for it; the value is kept all the same.
      const current = this.#tensor({ ...initial, data: initial.data.slice() });
      const spare =
        options.preallocates && next !== undefined
          ? this.#tensor({ ...initial, data: initial.data.slice() })
          : undefined;
      this.#kept.set(name, { current, spare, next });
    }
    const replacing = new Set([...this.#kept.values()].map(({ next }) => next));
    this.inputs = inner.inputNames.filter((name) => !this.#kept.has(name));
    this.outputs = inner.outputNames.filter((name) => !replacing.has(name));
  }

  #tensor({ dtype, data, shape }: TensorValue): OrtTensor {
    return new this.#ort.Tensor(dtype, data, [...shape]);
  }

  // One thing at a time: a run reads and replaces the kept values.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  run(feeds: Values): Promise<Record<string, TensorValue>> {
    return this.#inTurn(() => this.#run(feeds));
  }

  async #run(feeds: Values): Promise<Record<string, TensorValue>> {
    const inputs: Record<string, OrtTensor> = {};
    for (const name of this.inputs) inputs[name] = this.#tensor(this.#feed(feeds, name));
    const fetches: Record<string, OrtTensor | null> = Object.fromEntries(
      this.outputs.map((name) => [name, null]),
    );
    const known = new Set(this.#inner.inputNames);
    for (const [name, { current, spare, next }] of this.#kept) {
      if (known.has(name)) inputs[name] = current;
      if (next !== undefined) fetches[next] = spare ?? null;
    }
    const results = await this.#inner.run(inputs, fetches).catch((error: unknown) => {
      throw memoryError(error, { where: 'running a network', fix }, this.#freeBytes?.()) ?? error;
    });
    for (const kept of this.#kept.values()) {
      if (kept.next === undefined) continue;
      const previous = kept.current;
      kept.current = results[kept.next] as OrtTensor;
      if (kept.spare) kept.spare = previous;
      else previous.dispose();
    }
    return Object.fromEntries(this.outputs.map((name) => [name, valueOf(results[name] as OrtTensor)]));
  }

  #feed(feeds: Values, name: string): TensorValue {
    const value = feeds[name];
    if (!value) {
      throw new UsageError(`The input "${name}" is not fed`, {
        where: 'run',
        expected: this.inputs.join(', '),
      });
    }
    if (value.data.length !== sizeOf(value.shape)) {
      throw new UsageError('The data do not fill the shape', {
        where: `input "${name}"`,
        expected: `${sizeOf(value.shape)} elements`,
        got: `${value.data.length}`,
      });
    }
    const metadata = this.#inner.inputMetadata?.find((input) => input.name === name);
    if (metadata?.isTensor) {
      const declared = metadata.shape.map((size) => (typeof size === 'number' ? size : -1));
      if (metadata.type !== value.dtype || (!declared.includes(-1) && !sameShape(declared, value.shape))) {
        throw new UsageError('The feed is not what the model takes', {
          where: `input "${name}"`,
          expected: `${metadata.type} [${metadata.shape.join(', ')}]`,
          got: `${value.dtype} [${value.shape.join(', ')}]`,
        });
      }
    }
    return value;
  }

  readState(): Promise<Record<string, TensorValue>> {
    return this.#inTurn(() => this.#readState());
  }

  async #readState(): Promise<Record<string, TensorValue>> {
    const values: Record<string, TensorValue> = {};
    for (const [name, { current }] of this.#kept) {
      const data = current.location === 'cpu' ? current.data : await current.getData();
      values[name] = valueOf(current, (data as TensorData).slice());
    }
    return values;
  }

  writeState(values: Values): Promise<void> {
    return this.#inTurn(() => this.#writeState(values));
  }

  async #writeState(values: Values): Promise<void> {
    // All are checked before any is replaced.
    const replaced = Object.entries(values).map(([name, value]) => {
      const kept = this.#kept.get(name);
      if (!kept) throw new UsageError(`The session keeps no "${name}"`, { where: 'writeState' });
      const { dims, type } = kept.current;
      if (!sameShape(dims, value.shape) || type !== value.dtype || value.data.length !== sizeOf(dims)) {
        throw new UsageError('The value is not of the kept shape', {
          where: name,
          expected: `${type} [${dims.join(', ')}]`,
          got: `${value.dtype} [${value.shape.join(', ')}], ${value.data.length} elements`,
        });
      }
      return { kept, tensor: this.#tensor({ ...value, data: value.data.slice() }) };
    });
    for (const { kept, tensor } of replaced) kept.current = tensor;
  }

  dispose(): Promise<void> {
    return this.#inTurn(() => this.#dispose());
  }

  async #dispose(): Promise<void> {
    for (const { current } of this.#kept.values()) current.dispose();
    this.#kept.clear();
    await this.#inner.release();
  }
}

function valueOf(tensor: OrtTensor, data = tensor.data as TensorData): TensorValue {
  return { dtype: tensor.type as TensorValue['dtype'], shape: tensor.dims, data };
}
