/** What the page of models keeps in the address: which network, what is done to it, and which neurons stand beside. */
import type { ControllerRunRequest } from '../../../server/api.ts';

export interface ModelSettings {
  readonly network?: string;
  readonly target: string;
  /** Empty: all parts. */
  readonly parts: readonly string[];
  /** Empty: nothing is done. */
  readonly operation: string;
  readonly dose: number;
  readonly value: number;
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  readonly recording?: string;
  readonly spikes?: string;
  readonly events?: string;
}

const defaults: ModelSettings = {
  target: 'units',
  parts: [],
  operation: '',
  dose: 0.5,
  value: 0,
};

/** Read with care: an address can be edited. */
export function modelSettings(kept: unknown): ModelSettings {
  const given = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const text = (key: string): string | undefined =>
    typeof given[key] === 'string' ? (given[key] as string) : undefined;
  const number = (key: string): number | undefined =>
    Number.isFinite(given[key]) ? (given[key] as number) : undefined;
  const { parts } = given;
  return {
    network: text('network'),
    target: text('target') ?? defaults.target,
    parts: Array.isArray(parts) ? parts.filter((p) => typeof p === 'string') : [],
    operation: text('operation') ?? defaults.operation,
    dose: number('dose') ?? defaults.dose,
    value: number('value') ?? defaults.value,
    fromSeconds: number('fromSeconds'),
    toSeconds: number('toSeconds'),
    recording: text('recording'),
    spikes: text('spikes'),
    events: text('events'),
  };
}

/** What the server is asked for. Units are numbered from 0: `3`, or `10-19`. */
export function runRequest(settings: ModelSettings, lasting: boolean): ControllerRunRequest {
  const { target, parts, operation, dose, value, fromSeconds, toSeconds } = settings;
  const { recording, spikes, events } = settings;
  const select = target === 'units' ? parts.flatMap(numbersIn) : parts;
  return {
    interventions:
      operation === ''
        ? []
        : [
            {
              target,
              operation,
              dose,
              ...(select.length > 0 && { select: [...select] }),
              ...(operation === 'clamp' && { value }),
              ...(!lasting && { fromSeconds, toSeconds }),
            },
          ],
    ...(recording !== undefined &&
      spikes !== undefined &&
      events !== undefined && { recorded: { recording, spikes, events } }),
  };
}

/** What is no number goes as it is, so that the server says so: else all units would be meant. */
function numbersIn(text: string): (number | string)[] {
  return text.split(/[\s,]+/).flatMap((part): (number | string)[] => {
    if (part === '') return [];
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (!range) return [part];
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
}
