import { answerCalls } from '../media/worker-line.ts';
import { workCalls } from './work-calls.ts';

answerCalls(workCalls, { transfer: (result) => [...new Set(buffersIn(result))] });

/** The memory of all arrays of numbers in a result: it is handed over, not copied. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    // A part of a larger piece may be memory that others use.
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  }
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.flatMap(buffersIn) : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersIn) : [];
}
