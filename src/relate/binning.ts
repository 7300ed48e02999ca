import type { Clock } from '../signal/clock.ts';
import { UsageError } from '../signal/error.ts';
import type { Events } from '../signal/events.ts';
import { derived } from '../signal/provenance.ts';
import { Signal } from '../signal/signal.ts';
import type { Spikes } from '../signal/spikes.ts';
import { firstAtOrAfter, masterClock, regularTime, timesOf } from '../signal/time.ts';

/** Bins of one width side by side in master time; a bin holds its start, not its end. */
export interface Bins {
  readonly startSeconds: number;
  readonly widthSeconds: number;
  readonly count: number;
}

export interface BinningOptions {
  /** The clock that the data are on, where that is not the master clock. Its breaks are times that were not observed. */
  readonly clock?: Clock;
  /** Intervals, in master time, in which the device recorded. Default: always, but for the breaks of `clock`. */
  readonly observed?: Events;
}

/**
 * Spike counts, `time x unit`, at the centers of bins in master time. A bin of which any part was not observed is missing (NaN): a
 * silent electrode is not a silent neuron. Throws `UsageError` where the spikes are on a clock that is not given.
 */
export function binSpikes(spikes: Spikes, bins: Bins, options: BinningOptions = {}): Signal {
  checkBins(bins);
  checkClock(`spikes "${spikes.name}"`, spikes.clock, options.clock);
  const { clock } = options;
  const onMaster = clock ? spikes.onClock(masterClock, (t) => clock.toMaster(t)) : spikes;
  const counts = onMaster.binned(bins.startSeconds, bins.widthSeconds, bins.count);
  const values = Float64Array.from(counts.contiguous());
  const units = spikes.units.length;
  unobserved(bins, options).forEach((lost, k) => {
    if (lost) values.fill(NaN, k * units, (k + 1) * units);
  });
  return counts.derive(values, derived('relate.binSpikes', [spikes.provenance], { ...bins }));
}

/**
 * The mean of a signal's samples in each bin of master time, over the signal's other dimensions. Missing samples (NaN) are left
 * out; a bin with no sample left, or not wholly observed, is missing.
 *
 * @param signal with `time` as its first dimension.
 */
export function binSignal(signal: Signal, bins: Bins, options: BinningOptions = {}): Signal {
  checkBins(bins);
  if (signal.dimensions[0]?.name !== 'time' || !signal.time) {
    throw new UsageError('only a signal over time can be binned', {
      where: `signal "${signal.name}"`,
      expected: '`time` as the first dimension',
      got: signal.dimensions.map((d) => d.name).join(' x '),
    });
  }
  checkClock(`signal "${signal.name}"`, signal.time.clock, options.clock);
  const { clock } = options;
  const times = clock ? timesOf(signal.time).map((t) => clock.toMaster(t)) : timesOf(signal.time);
  const data = signal.contiguous();
  const width = times.length > 0 ? data.length / times.length : 0;
  const sums = new Float64Array(bins.count * width);
  const counts = new Int32Array(bins.count * width);
  for (let i = 0; i < times.length; i++) {
    const k = binOf(bins, times[i]);
    if (k < 0) continue;
    for (let c = 0; c < width; c++) {
      const v = data[i * width + c];
      if (Number.isNaN(v)) continue;
      sums[k * width + c] += v;
      counts[k * width + c]++;
    }
  }
  const lost = unobserved(bins, options);
  const values = sums.map((s, i) => (lost[Math.floor(i / width)] || counts[i] === 0 ? NaN : s / counts[i]));
  return new Signal({
    name: signal.name,
    dimensions: [{ name: 'time', size: bins.count }, ...signal.dimensions.slice(1)],
    values,
    unit: signal.unit,
    time: binCenters(bins),
    provenance: derived('relate.binSignal', [signal.provenance], { ...bins }),
  });
}

/** The centers of bins, as a time axis on the master clock. */
export function binCenters({ startSeconds, widthSeconds, count }: Bins): ReturnType<typeof regularTime> {
  return regularTime(count, 1 / widthSeconds, startSeconds + widthSeconds / 2);
}

/** The bin that holds a time, -1 outside all of them and for NaN. */
export function binOf({ startSeconds, widthSeconds, count }: Bins, seconds: number): number {
  let k = Math.floor((seconds - startSeconds) / widthSeconds);
  // The division may round across an edge.
  if (startSeconds + (k + 1) * widthSeconds <= seconds) k++;
  else if (startSeconds + k * widthSeconds > seconds) k--;
  return k >= 0 && k < count ? k : -1;
}

/** 1 for each bin of which some part was not observed. */
function unobserved(bins: Bins, { clock, observed }: BinningOptions): Uint8Array {
  const lost = new Uint8Array(bins.count);
  const edge = (k: number): number => bins.startSeconds + k * bins.widthSeconds;
  if (observed) {
    const seen = observed.joined();
    for (let k = 0; k < bins.count; k++) {
      // Joined intervals do not overlap, so the last that starts at or before the bin is the only one that can hold it.
      const after = firstAtOrAfter(seen.starts, edge(k));
      const i = seen.starts[after] === edge(k) ? after : after - 1;
      if (i < 0 || seen.ends[i] < edge(k + 1)) lost[k] = 1;
    }
  }
  for (const knot of clock?.breaks ?? []) {
    const [from, to] = [clock!.master[knot - 1], clock!.master[knot]];
    for (let k = 0; k < bins.count; k++) if (edge(k) < to && edge(k + 1) > from) lost[k] = 1;
  }
  return lost;
}

function checkBins({ startSeconds, widthSeconds, count }: Bins): void {
  if (Number.isFinite(startSeconds) && widthSeconds > 0 && Number.isInteger(count) && count > 0) return;
  throw new UsageError('these are no bins', {
    expected: 'a finite start, a positive width in seconds and a positive whole number of bins',
    got: `start ${startSeconds} s, width ${widthSeconds} s, ${count} bins`,
  });
}

function checkClock(where: string, own: string, given: Clock | undefined): void {
  if (own === (given?.name ?? masterClock)) return;
  throw new UsageError('the data are on another clock', {
    where,
    expected: given?.name ?? masterClock,
    got: own,
    fix: 'Give that clock, or map the recording with `onMasterClock` first.',
  });
}
