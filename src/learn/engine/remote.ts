/**
 * An engine on the other side of a message port: a run blocks the event loop it happens in, so it happens in a worker. The
 * port may be a Node worker's, a web worker's, or a `MessagePort`.
 */
import { MachineError, UsageError } from '../../signal/error.ts';
import { heardError, toldError, type ToldError } from '../../signal/told-error.ts';
import type { TensorValue } from '../graph/tensor.ts';
import type { Engine, LoadOptions, Session, Values } from './engine.ts';

/** One end of a two-way line for structured-clone messages. */
export interface Port {
  post(message: unknown): void;
  onMessage(handler: (message: unknown) => void): void;
}

interface Description {
  readonly session: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

type Request =
  | { readonly call: 'describe' }
  | { readonly call: 'load'; readonly model: Uint8Array; readonly options: LoadOptions }
  | { readonly call: 'run' | 'writeState'; readonly session: number; readonly values: Values }
  | { readonly call: 'readState' | 'dispose'; readonly session: number };

interface Message {
  readonly id: number;
  readonly request: Request;
}

type Reply =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: ToldError };

/** Answers a port's requests with an engine; runs in the worker. */
export function serveEngine(port: Port, opening: Promise<Engine>): void {
  const sessions = new Map<number, Session>();
  const sessionOf = (key: number): Session => {
    const session = sessions.get(key);
    if (!session) throw new UsageError('The session is disposed of', { where: 'engine' });
    return session;
  };
  const answer = async (request: Request): Promise<unknown> => {
    switch (request.call) {
      case 'describe': {
        const { name, notice } = await opening;
        return { name, notice };
      }
      case 'load': {
        const session = await (await opening).load(request.model, request.options);
        const key = sessions.size === 0 ? 1 : Math.max(...sessions.keys()) + 1;
        sessions.set(key, session);
        return { session: key, inputs: session.inputs, outputs: session.outputs } satisfies Description;
      }
      case 'run':
        return sessionOf(request.session).run(request.values);
      case 'writeState':
        return sessionOf(request.session).writeState(request.values);
      case 'readState':
        return sessionOf(request.session).readState();
      case 'dispose': {
        const session = sessionOf(request.session);
        sessions.delete(request.session);
        return session.dispose();
      }
      default:
        return request satisfies never;
    }
  };
  port.onMessage((message) => {
    const { id, request } = message as Message;
    answer(request).then(
      (result) => port.post({ id, result }),
      (error: unknown) => {
        port.post({ id, error: toldError(error) });
      },
    );
  });
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The near end of a line to an engine: requests are answered in their order. */
export class RemoteEngine implements Engine {
  readonly name: string;
  readonly notice: string | undefined;
  readonly #line: Line;

  private constructor(line: Line, name: string, notice: string | undefined) {
    this.#line = line;
    this.name = name;
    this.notice = notice;
  }

  /** @param onBusy is told when the first request goes out and when the last is answered. */
  static async connect(port: Port, onBusy: (busy: boolean) => void = () => {}): Promise<RemoteEngine> {
    const line = new Line(port, onBusy);
    const { name, notice } = (await line.ask({ call: 'describe' })) as { name: string; notice?: string };
    return new RemoteEngine(line, `${name}, in a worker`, notice);
  }

  async load(model: Uint8Array, options: LoadOptions = {}): Promise<Session> {
    return new RemoteSession(
      this.#line,
      (await this.#line.ask({ call: 'load', model, options })) as Description,
    );
  }

  /** Refuses what is asked from now on and what is not answered yet: the worker has ended. */
  close(reason: string): void {
    this.#line.close(reason);
  }
}

class Line {
  readonly #port: Port;
  readonly #onBusy: (busy: boolean) => void;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #closed: string | undefined;

  constructor(port: Port, onBusy: (busy: boolean) => void) {
    this.#port = port;
    this.#onBusy = onBusy;
    port.onMessage((message) => this.#settle(message as Reply));
  }

  ask(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(new MachineError('The engine has ended', { where: 'worker', got: this.#closed }));
        return;
      }
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#onBusy(true);
      this.#port.post({ id, request } satisfies Message);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#onBusy(false);
    if ('result' in reply) {
      waiting?.resolve(reply.result);
      return;
    }
    waiting?.reject(heardError(reply.error));
  }

  close(reason: string): void {
    this.#closed = reason;
    for (const { reject } of this.#waiting.values()) {
      reject(new MachineError('The engine has ended', { where: 'worker', got: reason }));
    }
    this.#waiting.clear();
  }
}

class RemoteSession implements Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #line: Line;
  readonly #session: number;

  constructor(line: Line, { session, inputs, outputs }: Description) {
    this.#line = line;
    this.#session = session;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  async run(values: Values): Promise<Record<string, TensorValue>> {
    return (await this.#line.ask({ call: 'run', session: this.#session, values })) as Record<
      string,
      TensorValue
    >;
  }

  async readState(): Promise<Record<string, TensorValue>> {
    return (await this.#line.ask({ call: 'readState', session: this.#session })) as Record<
      string,
      TensorValue
    >;
  }

  async writeState(values: Values): Promise<void> {
    await this.#line.ask({ call: 'writeState', session: this.#session, values });
  }

  async dispose(): Promise<void> {
    await this.#line.ask({ call: 'dispose', session: this.#session });
  }
}
