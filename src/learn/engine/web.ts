/** Engines in a browser: ONNX Runtime on WebGPU or WebAssembly; in the page or in a web worker. */
import { MachineError } from '../../signal/error.ts';
import type { Engine } from './engine.ts';
import { loadOrtSession } from './ort.ts';
import { RemoteEngine, serveEngine } from './remote.ts';
import type { Port } from './remote.ts';

export interface WebEngineOptions {
  /** `webgpu` where the browser has it, else `wasm`, by default. */
  readonly provider?: 'webgpu' | 'wasm';
  /** Where the runtime's `.wasm` files are served; beside its script by default. */
  readonly wasmPaths?: string;
  /** WebAssembly threads; more than one needs a cross-origin isolated page. The runtime's own choice by default. */
  readonly threads?: number;
}

function hasWebGpu(): boolean {
  return 'gpu' in navigator && Boolean(navigator.gpu);
}

/** @throws MachineError where WebGPU is asked for and the browser has none. */
export async function webEngine(options: WebEngineOptions = {}): Promise<Engine> {
  const provider = options.provider ?? (hasWebGpu() ? 'webgpu' : 'wasm');
  if (provider === 'webgpu' && !hasWebGpu()) {
    throw new MachineError('This browser has no WebGPU', {
      where: 'engine',
      fix: 'Use the provider `wasm`.',
    });
  }
  const ort = await (provider === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web'));
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  if (options.threads !== undefined) ort.env.wasm.numThreads = options.threads;
  return {
    name: `onnxruntime-web (${provider})`,
    notice: options.provider === undefined && provider === 'wasm' ? 'This browser has no WebGPU.' : undefined,
    load: (model, { state } = {}) =>
      loadOrtSession(ort, model, {
        state,
        onDevice: provider === 'webgpu',
        session: { executionProviders: [provider], logSeverityLevel: 3 },
      }),
  };
}

/** In a web worker's script: answers the page with an engine. */
export function serveWebEngine(options: WebEngineOptions = {}): void {
  serveEngine(
    {
      post: (message) => self.postMessage(message, []),
      onMessage: (handler) =>
        self.addEventListener('message', (event) => handler((event as MessageEvent).data)),
    },
    webEngine(options),
  );
}

/** In the page: the engine of a worker whose script calls `serveWebEngine`. */
export async function webWorkerEngine(worker: Worker): Promise<Engine> {
  const port: Port = {
    post: (message) => worker.postMessage(message, []),
    onMessage: (handler) => worker.addEventListener('message', ({ data }) => handler(data)),
  };
  let engine: RemoteEngine | undefined;
  const ended = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      engine?.close(message);
      reject(new MachineError('The worker has failed', { where: 'engine', got: message }));
    });
  });
  engine = await Promise.race([RemoteEngine.connect(port), ended]);
  return engine;
}
