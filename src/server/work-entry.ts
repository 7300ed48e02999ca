import { answerCalls } from '../media/worker-line.ts';
import { workCalls } from './work-calls.ts';

answerCalls(workCalls, {
  transfer(result) {
    const values = Array.isArray(result) ? (result as unknown[]) : [];
    return values.flatMap((value) => {
      if (value instanceof Float32Array) return [value.buffer as ArrayBuffer];
      const inner = (value as { values?: unknown }).values;
      return inner instanceof Float32Array ? [inner.buffer as ArrayBuffer] : [];
    });
  },
});
