/**
 * What runs a model. Engines are injected: everything else in `learn` knows this interface and no platform.
 */
import type { TensorValue } from '../graph/tensor.ts';

export type Values = Readonly<Record<string, TensorValue>>;

/** A value that a session keeps between runs, so that it need not travel. */
export interface KeptValue {
  readonly initial: TensorValue;
  /** The output that replaces it after each run; without one it stays as it is. */
  readonly next?: string;
}

export interface LoadOptions {
  /** Threads of one run; the engine's own choice by default. Results may differ in the last bit between counts. */
  readonly threads?: number;
  /** Inputs that the session keeps, by name. */
  readonly state?: Readonly<Record<string, KeptValue>>;
}

export interface Session {
  /** The model's inputs that each run must feed. */
  readonly inputs: readonly string[];
  /** The outputs that a run returns: all that replace no kept value. */
  readonly outputs: readonly string[];
  /**
   * Runs the model once; calls take their turn. Feeds are not changed and may be reused; results are the caller's.
   * @throws UsageError where a feed is missing or has another shape; the kept values are then unchanged.
   */
  run(feeds: Values): Promise<Record<string, TensorValue>>;
  /** Copies of the kept values. */
  readState(): Promise<Record<string, TensorValue>>;
  /** Replaces kept values; those not named stay. */
  writeState(values: Values): Promise<void>;
  dispose(): Promise<void>;
}

export interface Engine {
  /** For reports, for instance `onnxruntime-node (cpu)`. */
  readonly name: string;
  /** Why this engine and not a better one, where that is so. */
  readonly notice?: string;
  /**
   * @param model the bytes of an ONNX model.
   * @throws InputError where they are no valid model.
   */
  load(model: Uint8Array, options?: LoadOptions): Promise<Session>;
}
