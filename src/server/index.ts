/** The local server of the workbench: one project, for the browser of the person who started it. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { MachineError } from '../signal/error.ts';
import { makeApp } from './app.ts';
import { newSecrets } from './security.ts';
import { ServerState, type ServerOptions } from './state.ts';

export type { CommandLine } from './jobs/command-line.ts';
export type { ServerOptions } from './state.ts';

export interface StartOptions extends ServerOptions {
  /** The project to open; without one the pages begin at the start page. */
  readonly root?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** The folder of the built page. Default: the one beside the compiled server. */
  readonly page?: string;
}

/** A server that listens. Disposing stops its job in order, and lets go of the project. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** The first address, with the token that lets a browser in. */
  readonly url: string;
}

/** Browsers let go of an idle connection after five minutes at most. */
const keepAliveMs = 330_000;

// From `dist/server` and from `src/server` alike.
const builtPage = fileURLToPath(new URL('../../dist/app', import.meta.url));

/** Listens on this machine's loopback address only. Throws `MachineError` where the port is taken, and what opening a project throws. */
export async function startServer({
  root,
  port: wanted,
  page = builtPage,
  ...options
}: StartOptions): Promise<RunningServer> {
  const state = new ServerState(options);
  try {
    if (root !== undefined) await state.open(root);
    const secrets = newSecrets();
    let port = wanted;
    const app = makeApp({ state, secrets, page, port: () => port });
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    // An upload takes as long as it takes; one that stalls is ended by `Uploads`. Headers have Node's own limit.
    server.requestTimeout = 0;
    // Longer than browsers keep an idle connection, so that none is closed under a request that is being sent.
    server.keepAliveTimeout = keepAliveMs;
    await listen(server, wanted);
    ({ port } = server.address() as AddressInfo);
    return {
      port,
      url: `http://127.0.0.1:${port}/?token=${secrets.token}`,
      async [Symbol.asyncDispose]() {
        const closed = once(server, 'close');
        server.close();
        await state[Symbol.asyncDispose]();
        server.closeAllConnections();
        await closed;
      },
    };
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    throw new MachineError('the server cannot listen', {
      where: `127.0.0.1:${port}`,
      got: code,
      fix: 'Another program uses this port: leave --port away, or name another one.',
      cause,
    });
  }
}
