import { butterworthSections, sectionPadding, zeroPhase } from '../../math/butterworth.ts';
import { missingRuns } from '../../signal/missing.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { derived } from '../../signal/provenance.ts';
import type { Events } from '../../signal/events.ts';
import { Signal } from '../../signal/signal.ts';
import { indexAt, regularTime, timeOf } from '../../signal/time.ts';

export interface EnvelopeOptions {
  /** What is kept of the raw signal, Hz. Default 50 up to 450 or 0.45 of the rate, whichever is lower. */
  readonly bandHz?: readonly [low: number, high: number];
  /** Cutoff of the envelope, Hz. Default 20, as for walking. */
  readonly smoothHz?: number;
  /** Order of one pass of each filter. Default 4. */
  readonly order?: number;
}

/**
 * The linear envelope of electromyograms: band-pass, absolute value, low-pass, by Butterworth filters run in both directions (zero
 * phase); what the last filter leaves below zero is zero. Gaps (NaN) stay, each stretch between is filtered by itself; one too
 * short for the filter becomes missing. Unit kept.
 *
 * @param signal `time x channel` at a regular rate.
 */
export function emgEnvelope(signal: Signal, options: EnvelopeOptions = {}): Signal {
  const { time } = signal;
  if (
    !time ||
    time.kind !== 'regular' ||
    signal.dimensions.length !== 2 ||
    signal.dimensions[0].name !== 'time'
  ) {
    throw new UsageError('an envelope needs channels over regular time', {
      where: `signal "${signal.name}"`,
      expected: 'time x channel at a regular rate',
      got: signal.dimensions.map((d) => d.name).join(' x '),
    });
  }
  const { bandHz = [50, Math.min(450, 0.45 * time.rate)], smoothHz = 20, order = 4 } = options;
  const band = butterworthSections('bandpass', order, [...bandHz], time.rate);
  const smooth = butterworthSections('lowpass', order, [smoothHz], time.rate);
  const least = Math.max(sectionPadding(band), sectionPadding(smooth));
  const channels = signal.dimensions[1].size;
  const data = signal.contiguous();
  const out = new Float64Array(data.length).fill(NaN);
  for (let c = 0; c < channels; c++) {
    const values = Float64Array.from({ length: time.count }, (_, i) => data[i * channels + c]);
    let start = 0;
    for (const gap of [...missingRuns(values), { start: values.length, end: values.length }]) {
      if (gap.start - start > least) {
        const rectified = zeroPhase(values.slice(start, gap.start), band).map(Math.abs);
        zeroPhase(rectified, smooth).forEach((v, i) => {
          out[(start + i) * channels + c] = Math.max(0, v);
        });
      }
      start = gap.end;
    }
  }
  const provenance = derived('relate.emgEnvelope', [signal.provenance], {
    bandHz: [...bandHz],
    smoothHz,
    order,
  });
  return signal.derive(out, provenance);
}

/**
 * Each channel divided by its largest value, or by that of a reference (a maximal contraction) for the same channels. The unit
 * becomes 1. Throws `InputError` naming a channel whose reference is not above zero.
 */
export function normalizedToPeak(envelope: Signal, reference: Signal = envelope): Signal {
  const channels = envelope.dimensions[1];
  if (reference.dimensions[1]?.size !== channels.size) {
    throw new UsageError('the reference has other channels', {
      expected: `${channels.size}`,
      got: `${reference.dimensions[1]?.size}`,
    });
  }
  const peaks = new Float64Array(channels.size);
  reference.contiguous().forEach((v, i) => {
    if (v > peaks[i % channels.size]) peaks[i % channels.size] = v;
  });
  const flat = peaks.findIndex((p) => !(p > 0));
  if (flat >= 0) {
    throw new InputError('a channel has no activity to normalize to', {
      where: `signal "${reference.name}", channel "${channels.labels?.[flat] ?? flat}"`,
      expected: 'a peak above zero',
    });
  }
  const values = Float64Array.from(envelope.contiguous(), (v, i) => v / peaks[i % channels.size]);
  const inputs = [...new Set([envelope.provenance, reference.provenance])];
  return envelope.derive(values, derived('relate.normalizedToPeak', inputs), { unit: '1' });
}

/**
 * Cycles brought to one length each by linear interpolation, one after another: `points` samples a cycle, time in cycles (of a
 * clock called `cycle`, so that cycle k lies from k to k + 1). A cycle that reaches out of the signal, or over missing samples, is
 * an `InputError`.
 */
export function inCycles(envelope: Signal, cycles: Events, points: number): Signal {
  const { time } = envelope;
  if (!time || time.clock !== cycles.clock) {
    throw new UsageError('signal and cycles are on different clocks', {
      expected: time?.clock,
      got: cycles.clock,
    });
  }
  if (cycles.count === 0) throw new InputError('there are no cycles', { where: `events "${cycles.name}"` });
  const channels = envelope.dimensions[1].size;
  const data = envelope.contiguous();
  const out = new Float64Array(cycles.count * points * channels);
  for (let k = 0; k < cycles.count; k++) {
    for (let p = 0; p < points; p++) {
      const t = cycles.starts[k] + ((cycles.ends[k] - cycles.starts[k]) * p) / points;
      const i = indexAt(time, t);
      const share =
        i >= 0 && timeOf(time, i) < t ? (t - timeOf(time, i)) / (timeOf(time, i + 1) - timeOf(time, i)) : 0;
      for (let c = 0; c < channels; c++) {
        const from = data[i * channels + c];
        const v = share === 0 ? from : from + share * (data[(i + 1) * channels + c] - from);
        if (!Number.isFinite(v)) {
          throw new InputError('a cycle has samples that are missing', {
            where: `events "${cycles.name}", cycle ${k}`,
            got: `no value of channel ${c} at ${t.toFixed(3)} s`,
          });
        }
        out[(k * points + p) * channels + c] = v;
      }
    }
  }
  return new Signal({
    name: envelope.name,
    dimensions: [{ name: 'time', size: cycles.count * points }, envelope.dimensions[1]],
    values: out,
    unit: envelope.unit,
    time: regularTime(cycles.count * points, points, 0, 'cycle'),
    provenance: derived('relate.inCycles', [envelope.provenance, cycles.provenance], { points }),
  });
}
