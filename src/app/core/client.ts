/** Asks the server. Answers are typed by `server/api.ts`; failures are `ServerFailure` with what to do. */
import type { BehaviorEdit } from '../../project/behavior.ts';
import type { CorrectionEdit } from '../../project/corrections.ts';
import type { Edit } from '../../project/edits.ts';
import type { z } from 'zod';
import type {
  ApiFailure,
  aroundRequest,
  BehaviorAnswer,
  BodyOverview,
  BehaviorReading,
  BehaviorReceipt,
  EvaluationAnswer,
  ClaimOverview,
  ControllerRun,
  ControllerRunRequest,
  ControllersAnswer,
  CorrectionsAnswer,
  CorrectionsReceipt,
  FolderListing,
  JobRequest,
  JobState,
  LabelFormatsAnswer,
  LabelImportBegun,
  LabelReading,
  LabelsAnswer,
  LabelsTaken,
  LabelsReceipt,
  ProjectOverview,
  RecordedLane,
  ServerEvents,
  Session,
  StartRequest,
  StepOverview,
  Suggestion,
  TrackOverview,
  TrainingRun,
  VideoInfo,
} from '../../server/api.ts';

export class ServerFailure extends Error {
  readonly facts: ApiFailure['error'];
  readonly status: number;

  constructor(status: number, facts: ApiFailure['error']) {
    super(facts.message);
    this.name = 'ServerFailure';
    this.status = status;
    this.facts = facts;
  }
}

/** One page of the workbench: its edits come back from the server under this name. */
export const pageName = crypto.randomUUID();

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, { ...init, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw noAnswer();
  }
  if (response.ok) return response;
  throw failureOf(response.status, await response.text());
}

const noAnswer = (): ServerFailure =>
  new ServerFailure(0, {
    message: 'The server does not answer',
    fix: 'It was stopped, or the machine sleeps. Start "marey open" again; nothing that was saved is lost.',
  });

function failureOf(status: number, text: string): ServerFailure {
  let facts: ApiFailure['error'] = { message: text || `The server answered ${status}` };
  try {
    facts = (JSON.parse(text) as ApiFailure).error ?? facts;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new ServerFailure(status, facts);
}

const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await (await ask(path, { signal })).json()) as T;

const asJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const post = async <T>(path: string, body: unknown = {}): Promise<T> =>
  (await (await ask(path, asJson(body))).json()) as T;

const id = encodeURIComponent;
const lanePath = (recording: string, lane: string): string => `recordings/${id(recording)}/lanes/${id(lane)}`;

export const client = {
  session: () => get<Session>('session'),
  project: () => get<ProjectOverview>('project'),
  video: (video: string) => get<VideoInfo>(`videos/${id(video)}`),
  times: async (video: string) =>
    new Float64Array(await (await ask(`videos/${id(video)}/times`)).arrayBuffer()),
  /** The address of a frame's picture, for `fetch` or an image. */
  framePath: (video: string, frame: number, width?: number) =>
    `/api/videos/${id(video)}/frames/${frame}${width === undefined ? '' : `?width=${width}`}`,
  frame: async (video: string, frame: number, options: { width?: number; signal?: AbortSignal } = {}) => {
    const path = client.framePath(video, frame, options.width).slice('/api/'.length);
    return createImageBitmap(await (await ask(path, { signal: options.signal })).blob());
  },
  body: (video: string) => get<BodyOverview>(`videos/${id(video)}/body`),
  bodyValues: async (video: string) =>
    new Float32Array(await (await ask(`videos/${id(video)}/body/values`)).arrayBuffer()),
  track: (track: string) => get<TrackOverview>(`tracks/${id(track)}`),
  trackValues: async (track: string) => (await ask(`tracks/${id(track)}/values`)).arrayBuffer(),
  recordedLanes: (recording: string) => get<readonly RecordedLane[]>(`recordings/${id(recording)}/lanes`),
  /** Of events and spikes. */
  laneValues: async (recording: string, lane: string) =>
    new Float64Array(await (await ask(`${lanePath(recording, lane)}/values`)).arrayBuffer()),
  laneTimes: async (recording: string, lane: string) =>
    new Float64Array(await (await ask(`${lanePath(recording, lane)}/times`)).arrayBuffer()),
  /** A stretch of a signal's channel, see `api.ts`. */
  laneStretch: async (
    recording: string,
    lane: string,
    { series, level, from, to }: { series: number; level: number; from: number; to: number },
  ) => {
    const query = `series=${series}&level=${level}&from=${from}&to=${to}`;
    return new Float32Array(await (await ask(`${lanePath(recording, lane)}/values?${query}`)).arrayBuffer());
  },
  laneAround: async (recording: string, lane: string, body: z.input<typeof aroundRequest>) => {
    const answer = await ask(`${lanePath(recording, lane)}/around`, asJson(body));
    const all = new Float64Array(await answer.arrayBuffer());
    const lags = all[0];
    const rows = Array.from({ length: (all.length - 1 - lags) / (1 + lags) }, (_, i) =>
      all.subarray(1 + lags + i * (1 + lags), 1 + lags + (i + 1) * (1 + lags)),
    );
    return {
      lags: all.subarray(1, 1 + lags),
      repetitions: rows.map((row) => row.subarray(1)),
      events: rows.map(([event]) => event),
    };
  },
  corrections: () => get<CorrectionsAnswer>('corrections'),
  correct: (track: string, edits: readonly CorrectionEdit[], by?: string) =>
    post<CorrectionsReceipt>(`tracks/${id(track)}/corrections`, { edits, by, page: pageName }),
  behavior: () => get<BehaviorAnswer>('behavior'),
  editBehavior: (edits: readonly BehaviorEdit[], by?: string) =>
    post<BehaviorReceipt>('behavior', { edits, by, page: pageName }),
  /** What taking in a file's text would do. */
  readBehavior: (body: { readonly video: string; readonly file: string; readonly text: string }) =>
    post<BehaviorReading>('behavior/read', body),
  behaviorTable: async (video: string, format: 'boris' | 'csv') =>
    (await ask(`behavior/export?video=${id(video)}&format=${format}`)).blob(),
  labels: () => get<LabelsAnswer>('labels'),
  edit: (edits: readonly Edit[], by?: string) => post<LabelsReceipt>('labels', { edits, by, page: pageName }),
  labelFormats: () => get<LabelFormatsAnswer>('labels/formats'),
  labelFile: async (format: string) => (await ask(`labels/export?format=${id(format)}`)).blob(),
  beginLabelImport: () => post<LabelImportBegun>('labels/imports'),
  /** @param path of the file below what was chosen. */
  sendLabelFile: async (begun: string, path: string, file: File) => {
    await ask(`labels/imports/${id(begun)}/file?path=${id(path)}`, { method: 'PUT', body: file });
  },
  readLabelFiles: (begun: string) => post<LabelReading>(`labels/imports/${id(begun)}/read`),
  takeLabelFiles: (begun: string) => post<LabelsTaken>(`labels/imports/${id(begun)}/take`),
  endLabelImport: async (begun: string) => {
    await ask(`labels/imports/${id(begun)}`, { method: 'DELETE' });
  },
  labelPicture: async (frame: string) =>
    createImageBitmap(await (await ask(`labels/picture?frame=${id(frame)}`)).blob()),
  suggestions: (video: string, count: number) =>
    get<readonly Suggestion[]>(`suggestions?video=${id(video)}&count=${count}`),
  jobs: () => get<readonly JobState[]>('jobs'),
  startJob: (request: JobRequest) => post<JobState>('jobs', request),
  cancelJob: (job: string) => post<JobState>(`jobs/${id(job)}/cancel`),
  jobLog: async (job: string) => (await ask(`jobs/${id(job)}/log`)).text(),
  training: () => get<readonly TrainingRun[]>('training'),
  evaluation: () => get<EvaluationAnswer | null>('evaluation'),
  claims: () => get<readonly ClaimOverview[]>('claims'),
  controllers: () => get<ControllersAnswer>('controllers'),
  runController: (name: string, body: ControllerRunRequest) =>
    post<ControllerRun>(`controllers/${id(name)}/run`, body),
  steps: () => get<readonly StepOverview[]>('steps'),
  stateOptions: (step: string, options: Readonly<Record<string, unknown>>) =>
    post<readonly StepOverview[]>(`steps/${id(step)}/options`, { options }),
  start: (request: StartRequest) => post<Session>('start', request),
  folders: (path?: string) => get<FolderListing>(`folders${path === undefined ? '' : `?path=${id(path)}`}`),
  upload,
};

/** Sends a file to the server's disk. `onFraction` hears how much has left the page, from 0 to 1. */
function upload(
  file: File,
  { onFraction, signal }: { onFraction?: (fraction: number) => void; signal?: AbortSignal } = {},
): Promise<{ readonly path: string }> {
  // `fetch` does not tell how much of a body has been sent.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `/api/uploads/${id(file.name)}`);
    request.upload.addEventListener('progress', ({ loaded, total }) => onFraction?.(loaded / total));
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as { path: string });
      } else reject(failureOf(request.status, request.responseText));
    });
    request.addEventListener('error', () => reject(noAnswer()));
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

type Handlers = { readonly [K in keyof ServerEvents]?: (event: ServerEvents[K]) => void };

// A browser keeps six connections to a server at once: all who listen share one.
let shared: { readonly source: EventSource; listeners: number } | undefined;

/** Listens to the server; a lost connection is taken up again by itself. Returns what ends it. */
export function listen(handlers: Handlers, onConnected?: (connected: boolean) => void): () => void {
  shared ??= { source: new EventSource('/api/events'), listeners: 0 };
  const held = shared;
  held.listeners++;
  const ending = new AbortController();
  const { signal } = ending;
  for (const [name, handler] of Object.entries(handlers)) {
    const told = (event: MessageEvent<string>): void => handler(JSON.parse(event.data));
    held.source.addEventListener(name, told, { signal });
  }
  held.source.addEventListener('open', () => onConnected?.(true), { signal });
  held.source.addEventListener('error', () => onConnected?.(false), { signal });
  if (held.source.readyState === EventSource.OPEN) onConnected?.(true);
  return () => {
    if (signal.aborted) return;
    ending.abort();
    if (--held.listeners > 0) return;
    held.source.close();
    if (shared === held) shared = undefined;
  };
}
