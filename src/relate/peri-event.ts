import { tQuantile } from '../math/distribution.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { derived } from '../signal/provenance.ts';
import { Signal } from '../signal/signal.ts';
import type { Events } from '../signal/events.ts';
import type { Spikes } from '../signal/spikes.ts';
import { regularTime } from '../signal/time.ts';

export interface PeriEventOptions {
  readonly beforeSeconds: number;
  readonly afterSeconds: number;
  readonly widthSeconds: number;
  /** Intervals in which the electrodes recorded; an event whose window reaches outside is left out. Default: always. */
  readonly observed?: Events;
  /** Of the interval. Default 0.95. */
  readonly level?: number;
}

/** Firing around events. All signals are on a clock called `event`, whose zero is the event. */
export interface PeriEvent {
  /** Mean rate over events, `time x unit`, Hz. */
  readonly rate: Signal;
  /**
   * Interval of the mean from the spread between events (Student's t). Events must be independent of each other; with fewer than
   * two it is NaN.
   */
  readonly low: Signal;
  readonly high: Signal;
  /** Spike counts, `event x time x unit`: what averages and tests are made of. */
  readonly counts: Signal;
  /** Positions of the events that were used. */
  readonly used: Int32Array;
}

/**
 * The peri-event time histogram: spikes of each unit around the start of each event. Bin edges are exact around the event, not
 * those of a grid in master time. Throws `InputError` where no event is left, `UsageError` where clocks differ.
 */
export function periEvent(spikes: Spikes, events: Events, options: PeriEventOptions): PeriEvent {
  const { beforeSeconds, afterSeconds, widthSeconds, observed, level = 0.95 } = options;
  const bins = Math.round((beforeSeconds + afterSeconds) / widthSeconds);
  if (
    !(widthSeconds > 0) ||
    bins < 1 ||
    Math.abs(bins * widthSeconds - beforeSeconds - afterSeconds) > 1e-9
  ) {
    throw new UsageError('the window is no whole number of bins', {
      expected: 'before + after = a multiple of the width, all in seconds',
      got: `${beforeSeconds} + ${afterSeconds} s in bins of ${widthSeconds} s`,
    });
  }
  if (spikes.clock !== events.clock) {
    throw new UsageError('spikes and events are on different clocks', {
      expected: spikes.clock,
      got: events.clock,
      fix: 'Map the recording with `onMasterClock` first.',
    });
  }
  const seen = observed?.joined();
  const inside = (t: number): boolean =>
    !seen ||
    seen.starts.some((start, i) => start <= t - beforeSeconds && seen.ends[i] >= t + afterSeconds - 1e-12);
  const used = Int32Array.from(events.starts.keys()).filter((i) => inside(events.starts[i]));
  if (used.length === 0) {
    throw new InputError('no event is left to align to', {
      where: `events "${events.name}"`,
      expected: 'at least one event whose window was recorded',
      got: `${events.count} events`,
    });
  }
  const units = spikes.units.length;
  const size = bins * units;
  const counts = new Int32Array(used.length * size);
  used.forEach((event, i) => {
    const window = spikes.binned(events.starts[event] - beforeSeconds, widthSeconds, bins);
    counts.set(window.contiguous(), i * size);
  });
  const n = used.length;
  const t = n > 1 ? tQuantile((1 + level) / 2, n - 1) : NaN;
  const [rate, low, high] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let j = 0; j < size; j++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) sum += counts[i * size + j];
    for (let i = 0; i < n; i++) squares += (counts[i * size + j] - sum / n) ** 2;
    const half = n > 1 ? t * Math.sqrt(squares / (n - 1) / n) : NaN;
    rate[j] = sum / n / widthSeconds;
    low[j] = (sum / n - half) / widthSeconds;
    high[j] = (sum / n + half) / widthSeconds;
  }
  const time = regularTime(bins, 1 / widthSeconds, widthSeconds / 2 - beforeSeconds, 'event');
  const dimensions = [
    { name: 'time', size: bins },
    { name: 'unit', size: units, labels: spikes.units },
  ];
  const provenance = derived('relate.periEvent', [spikes.provenance, events.provenance], {
    beforeSeconds,
    afterSeconds,
    widthSeconds,
    level,
  });
  const signal = (values: Float64Array): Signal =>
    new Signal({
      name: `${spikes.name} around ${events.name}`,
      dimensions,
      values,
      unit: 'Hz',
      time,
      provenance,
    });
  return {
    rate: signal(rate),
    low: signal(low),
    high: signal(high),
    counts: new Signal({
      name: `${spikes.name} around ${events.name}`,
      dimensions: [{ name: 'event', size: n }, ...dimensions],
      values: counts,
      unit: 'count',
      time,
      provenance,
    }),
    used,
  };
}
