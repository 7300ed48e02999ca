import type { Context, Hono } from 'hono';
import { UsageError } from '../../signal/error.ts';
import { aroundRequest } from '../api.ts';
import type { OpenedProject } from '../opened-project.ts';
import { jsonBody } from '../request.ts';
import { binary } from '../videos.ts';

/** `/api/recordings/:id/lanes/...` */
export function recordedRoutes(app: Hono, opened: () => OpenedProject): void {
  const at = (c: Context): [recording: string, lane: string] => [
    c.req.param('id') ?? '',
    c.req.param('lane') ?? '',
  ];
  app.get('/api/recordings/:id/lanes', async (c) => c.json(await opened().recorded.of(c.req.param('id'))));
  app.get('/api/recordings/:id/lanes/:lane/values', async (c) => {
    const { recorded } = opened();
    if (c.req.query('level') === undefined) return binary(c, bytesOf(await recorded.values(...at(c))));
    const stretch = {
      series: whole(c, 'series', '0'),
      level: whole(c, 'level'),
      from: whole(c, 'from'),
      to: whole(c, 'to'),
    };
    return binary(c, bytesOf(await recorded.stretch(...at(c), stretch)));
  });
  app.get('/api/recordings/:id/lanes/:lane/times', async (c) =>
    binary(c, bytesOf(await opened().recorded.times(...at(c)))),
  );
  app.post('/api/recordings/:id/lanes/:lane/around', async (c) => {
    const request = await jsonBody(c, aroundRequest);
    const { lags, repetitions, events } = await opened().recorded.around(...at(c), request);
    const rows = repetitions.flatMap((row, i) => [Float64Array.of(events[i]), row]);
    return binary(c, bytesOf(Float64Array.of(lags.length), lags, ...rows));
  });
}

function bytesOf(...parts: readonly (Float32Array | Float64Array)[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    out.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return out;
}

function whole(c: Context, name: string, otherwise?: string): number {
  const text = c.req.query(name) ?? otherwise ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new UsageError(`"${name}" is no whole number`, { where: c.req.path, got: `"${text}"` });
}
