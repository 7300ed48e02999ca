/** Lanes of what was recorded beside the video: signals stay at the server and come as they are looked at, events and spikes at once. */
import type { ProjectOverview, RecordedLane } from '../../../server/api.ts';
import { Events } from '../../../signal/events.ts';
import { Spikes } from '../../../signal/spikes.ts';
import { irregularTime, regularTime, timeCount, timeOf, type TimeAxis } from '../../../signal/time.ts';
import { client } from '../../core/client.ts';
import { frameEnd } from '../../core/frame-times.ts';
import type { Video } from '../../core/workbench.ts';
import { numberText } from './axis-ticks.ts';
import type { Lane, ProblemLane, SignalLane } from './lane.ts';
import { laneOfEvents, laneOfSpikes } from './records.ts';
import { SampleTiles } from './sample-tiles.ts';
import type { LaneSource } from './sources.ts';

/** Lanes of one file that are seen where nothing was chosen: of a recording of 64 channels a few say what it is. */
const shownOfFile = 6;

type Content<K extends RecordedLane['content']['kind']> = Extract<RecordedLane['content'], { kind: K }>;

export const recordedSource: LaneSource = {
  name: 'recorded data',
  early: true,
  async lanes({ video, workbench }) {
    const project = workbench.project.value;
    const recording = project.videos.find(({ id }) => id === video.id)?.recording;
    if (recording === undefined) return [];
    let held = read.get(project);
    if (!held) read.set(project, (held = new Map()));
    const known = held.get(video.id);
    if (known) return known;
    const lanes = lanesOf(recording, video);
    held.set(video.id, lanes);
    lanes.catch(() => held.delete(video.id));
    return lanes;
  },
};

/** By video: asked for once for all panels, and again when something of the project changed. */
const read = new WeakMap<ProjectOverview, Map<string, Promise<readonly Lane[]>>>();

async function lanesOf(recording: string, video: Video): Promise<readonly Lane[]> {
  const told = await client.recordedLanes(recording);
  const ofFile = new Map<string, number>();
  return Promise.all(
    told.map(async (lane): Promise<Lane> => {
      const before = ofFile.get(lane.group) ?? 0;
      ofFile.set(lane.group, before + 1);
      const shown = { ...(await laneOf(recording, lane, video)), shownFirst: before < shownOfFile };
      const warnings = [...(shown.warnings ?? []), ...outside(shown, video)];
      return { ...shown, warnings };
    }),
  );
}

async function laneOf(recording: string, told: RecordedLane, video: Video): Promise<Lane> {
  const head = {
    id: `recorded:${recording}:${told.id}`,
    title: told.title,
    group: told.group,
    provenance: told.provenance,
    warnings: told.warnings,
  };
  const { content } = told;
  try {
    switch (content.kind) {
      case 'signal':
        return { ...head, ...(await signalLane(recording, told.id, content)) };
      case 'events': {
        const values = await client.laneValues(recording, told.id);
        return { ...laneOfEvents(eventsOf(told, content, values), { id: head.id }), ...head };
      }
      case 'spikes': {
        const values = await client.laneValues(recording, told.id);
        return { ...laneOfSpikes(spikesOf(told, content, values), { id: head.id }), ...head };
      }
      case 'problem': {
        const { message, where, expected, got, fix } = content.error;
        const facts = [where, expected && `Expected ${expected}.`, got && `Got ${got}.`, fix];
        return problem(head, message, facts.filter(Boolean).join(' '));
      }
      default:
        return content satisfies never;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return problem(head, error.message, `While "${told.title}" of ${video.id} was read.`);
  }
}

function problem(
  head: Omit<ProblemLane, 'kind' | 'unit' | 'what' | 'facts'>,
  message: string,
  facts: string,
): ProblemLane {
  const what = message.replace(/^./, (c) => c.toUpperCase());
  return { ...head, kind: 'problem', unit: '1', what, facts };
}

async function signalLane(
  recording: string,
  lane: string,
  { unit, series, reach, count, regular }: Content<'signal'>,
): Promise<Pick<SignalLane, 'kind' | 'unit' | 'series' | 'reach' | 'subscribe'>> {
  const time: TimeAxis = regular
    ? regularTime(count, regular.rate, regular.startSeconds)
    : irregularTime(await client.laneTimes(recording, lane));
  const listeners = new Set<() => void>();
  const made = series.map((name, i) => ({
    name,
    time,
    samples: new SampleTiles(count, reach[i] ?? [NaN, NaN], {
      load: (level, from, to) => client.laneStretch(recording, lane, { series: i, level, from, to }),
      onChange: () => listeners.forEach((listener) => listener()),
      // The server's answer to the next one is drawn; until then what is coarser stays.
      onFailure: () => listeners.forEach((listener) => listener()),
    }),
    whole: () => client.laneStretch(recording, lane, { series: i, level: 0, from: 0, to: count }),
    around: (events: Float64Array, window: { readonly before: number; readonly after: number }) =>
      client.laneAround(recording, lane, { series: i, events: [...events], ...window }),
  }));
  const [low, high] = [
    Math.min(...reach.map((r) => r?.[0] ?? Infinity)),
    Math.max(...reach.map((r) => r?.[1] ?? -Infinity)),
  ];
  const margin = (high - low) / 20 || Math.abs(high) / 20 || 1;
  return {
    kind: 'signal',
    unit,
    series: () => made,
    reach: low <= high ? [low - margin, high + margin] : undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function eventsOf(
  { title }: RecordedLane,
  { count, labels }: Content<'events'>,
  values: Float64Array,
): Events {
  const list = Array.from({ length: count }, (_, i) => ({
    startSeconds: values[i],
    endSeconds: values[count + i],
    label: labels[values[2 * count + i]],
    source: title,
  }));
  return new Events(list, { name: title, provenance: { step: 'recorded' } });
}

function spikesOf(
  { title }: RecordedLane,
  { units, counts }: Content<'spikes'>,
  times: Float64Array,
): Spikes {
  const ends = new Int32Array(units.length);
  counts.forEach((count, u) => (ends[u] = (ends[u - 1] ?? 0) + count));
  const starts = ends.map((end, u) => end - counts[u]);
  return new Spikes({ name: title, units, times, starts, ends, provenance: { step: 'recorded' } });
}

/** What lies beyond the video, in words: most often a wrong unit of time or a clock that was forgotten. */
function outside(lane: Lane, { times }: Video): string[] {
  if (times.length === 0) return [];
  const [from, to] = [times[0], frameEnd(times, times.length - 1)];
  const video = `the video (${numberText(from)} to ${numberText(to)} s)`;
  const check = 'Check timeUnit, offsetSeconds and clock of this file in marey.yaml.';
  switch (lane.kind) {
    case 'signal': {
      const [{ time }] = lane.series();
      const count = timeCount(time);
      if (count === 0) return [];
      const [first, last] = [timeOf(time, 0), timeOf(time, count - 1)];
      const shared = Math.min(to, last) - Math.max(from, first);
      if (shared >= (last - first) / 2) return [];
      return [
        `It reaches from ${numberText(first)} to ${numberText(last)} s, most of it outside ${video}. ${check}`,
      ];
    }
    case 'bouts':
    case 'ticks':
      return beyond('events', lane.events().starts);
    case 'raster':
      return beyond('spikes', lane.spikes().times);
    case 'problem':
      return [];
    default:
      return lane satisfies never;
  }

  function beyond(what: string, all: Float64Array): string[] {
    let [count, farthest] = [0, from];
    for (const t of all) {
      if (t >= from && t <= to) continue;
      count++;
      if (Math.max(from - t, t - to) > Math.max(from - farthest, farthest - to)) farthest = t;
    }
    if (count === 0) return [];
    const share = `${count.toLocaleString('en-US')} of ${all.length.toLocaleString('en-US')} ${what}`;
    return [`${share} lie outside ${video}, the farthest at ${numberText(farthest)} s. ${check}`];
  }
}
