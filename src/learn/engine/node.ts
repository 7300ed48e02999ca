/** Engines in Node: native ONNX Runtime where its binary loads, else its WebAssembly build; here or in a worker thread. */
import { Worker } from 'node:worker_threads';
import { freeMemoryBytes } from './free-memory.ts';
import { loadOrtSession } from './ort.ts';
import type { OrtModule } from './ort.ts';
import type { Engine } from './engine.ts';
import { RemoteEngine } from './remote.ts';

export interface NodeEngineOptions {
  /** Threads of one run where `load` does not say; as many as the machine has cores by default. */
  readonly threads?: number;
}

/**
 * The runtime's threads would wait for work in a busy loop, which takes the core that decodes the next frames: tracking
 * with two threads on two cores took twice the processor time.
 */
const waitAsleep = { session: { intra_op: { allow_spinning: '0' } } };

/** Native ONNX Runtime on the CPU; where it does not load, `onnxruntime-web`, and the reason in `notice`. */
export async function nodeEngine(options: NodeEngineOptions = {}): Promise<Engine> {
  let ort: OrtModule;
  try {
    // Loaders differ in where they put what a CommonJS module exports.
    const loaded = (await import('onnxruntime-node')) as unknown as OrtModule & { default?: OrtModule };
    ort = loaded.default ?? loaded;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    return webAssemblyEngine(
      `onnxruntime-node does not load here (${reason}); WebAssembly is 3-4 times slower.`,
    );
  }
  return {
    name: 'onnxruntime-node (cpu)',
    load: (model, { threads = options.threads, state } = {}) =>
      loadOrtSession(ort, model, {
        state,
        preallocates: true,
        freeBytes: freeMemoryBytes,
        session: {
          executionProviders: ['cpu'],
          logSeverityLevel: 3,
          extra: waitAsleep,
          ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        },
      }),
  };
}

/** ONNX Runtime's WebAssembly build in Node, on one thread. */
export async function webAssemblyEngine(notice?: string): Promise<Engine> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return {
    name: 'onnxruntime-web (wasm)',
    notice,
    load: (model, { state } = {}) =>
      loadOrtSession(ort, model, {
        state,
        freeBytes: freeMemoryBytes,
        session: { executionProviders: ['wasm'], logSeverityLevel: 3 },
      }),
  };
}

/** An engine in a worker thread of its own. Idle, it does not keep the process alive. */
export interface WorkerEngine extends Engine {
  /** Ends the thread and its sessions; requests under way are refused with a MachineError. */
  terminate(): Promise<void>;
}

/** The engine of `nodeEngine` in a worker thread, so that a run does not block this one's event loop. */
export async function nodeWorkerEngine(options: NodeEngineOptions = {}): Promise<WorkerEngine> {
  const worker = new Worker(workerEntry(), { workerData: options });
  worker.unref();
  const port = {
    post: (message: unknown) => worker.postMessage(message, []),
    onMessage: (handler: (message: unknown) => void) => void worker.on('message', handler),
  };
  let engine: RemoteEngine | undefined;
  const ended = new Promise<never>((_, reject) => worker.once('error', reject));
  worker.once('error', (error) => engine?.close(error instanceof Error ? error.message : String(error)));
  worker.once('exit', () => engine?.close('the worker thread has exited'));
  engine = await Promise.race([
    RemoteEngine.connect(port, (busy) => (busy ? worker.ref() : worker.unref())),
    ended,
  ]);
  const { name, notice } = engine;
  return {
    name,
    notice,
    load: (model, load) => engine.load(model, load),
    terminate: async () => void (await worker.terminate()),
  };
}

// A worker loads JavaScript: beside this file once compiled, in dist where the sources run.
function workerEntry(): URL {
  const entry = new URL('./node-worker.js', import.meta.url);
  return import.meta.url.endsWith('.ts') ? new URL(entry.href.replace('/src/learn/', '/dist/learn/')) : entry;
}
