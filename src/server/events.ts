import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServerEvents } from './api.ts';

const aliveSeconds = 15;

type Listener = (name: string, data: string) => void;

/** What the server tells every page that listens. */
export class Events {
  readonly #listeners = new Set<Listener>();
  readonly #ended = new AbortController();

  publish<K extends keyof ServerEvents>(name: K, event: ServerEvents[K]): void {
    const data = JSON.stringify(event);
    for (const listener of this.#listeners) listener(name, data);
  }

  /** Ends every stream: the server stops. */
  end(): void {
    this.#ended.abort();
  }

  /** The answer to `GET /api/events`; open until the page goes or the server stops. */
  stream(c: Context): Response {
    return streamSSE(c, async (stream) => {
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        stream.onAbort(resolve);
        if (this.#ended.signal.aborted) resolve();
        end = resolve;
        this.#ended.signal.addEventListener('abort', end, { once: true });
      });
      const listener: Listener = (event, data) => void stream.writeSSE({ event, data });
      this.#listeners.add(listener);
      // Says at once that the connection stands, and later finds out connections that do not.
      const alive = setInterval(() => void stream.write(':\n\n'), aliveSeconds * 1000);
      try {
        await stream.write('retry: 1000\n\n');
        await ended;
      } finally {
        clearInterval(alive);
        this.#ended.signal.removeEventListener('abort', end);
        this.#listeners.delete(listener);
      }
    });
  }
}
