/** The engine in Node: native ONNX Runtime where its binary loads, else its WebAssembly build. */
import { loadOrtSession } from './ort.ts';
import type { OrtModule } from './ort.ts';
import type { Engine } from './engine.ts';

async function native(): Promise<OrtModule> {
  const module = (await import('onnxruntime-node')) as unknown as { default: OrtModule };
  return module.default;
}

/** Native ONNX Runtime on the CPU; falls back to `onnxruntime-web` and says why in `notice`. */
export async function nodeEngine(): Promise<Engine> {
  let ort: OrtModule;
  try {
    ort = await native();
  } catch (cause) {
    return webAssemblyEngine(
      `onnxruntime-node does not load here: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  return {
    name: 'onnxruntime-node (cpu)',
    load: (model, options = {}) =>
      loadOrtSession(ort, model, {
        ...options,
        preallocates: true,
        session: {
          executionProviders: ['cpu'],
          logSeverityLevel: 3,
          ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
        },
      }),
  };
}

/** ONNX Runtime's WebAssembly build in Node, on one thread: three to four times slower than native. */
export async function webAssemblyEngine(notice?: string): Promise<Engine> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return {
    name: 'onnxruntime-web (wasm)',
    notice,
    load: (model, options = {}) =>
      loadOrtSession(ort, model, {
        ...options,
        session: { executionProviders: ['wasm'], logSeverityLevel: 3 },
      }),
  };
}
