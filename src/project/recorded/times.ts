import { Clock } from '../../signal/clock.ts';
import { InputError } from '../../signal/error.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { irregularTime, regularTime, type TimeAxis } from '../../signal/time.ts';
import { dataName, type DataFile } from './data-file.ts';

/** Names of times, see `Columns.called`. */
export const timeNames = [
  'time',
  'times',
  't',
  'timestamp',
  'timestamps',
  'seconds',
  'timeseconds',
  'timeinseconds',
];

/** Times that lie within this share of an interval of a regular axis are one: what rounding in a file does. */
const regularShare = 1e-3;
/** Drift that no two clocks have, parts per million: a mistake in a unit. */
const believableDriftPpm = 1000;

/** Times as the file has them in seconds of its own clock. Throws `InputError` where they count samples and no rate is given. */
export function inSeconds(
  times: Float64Array,
  { timeUnit = 's', rate }: DataFile,
  where: string,
): Float64Array {
  if (timeUnit === 's') return times;
  if (timeUnit === 'sample' && rate === undefined) {
    throw new InputError('times in samples need a rate', {
      where,
      expected: '"rate" in marey.yaml, samples a second',
    });
  }
  const factor = timeUnit === 'sample' ? 1 / rate! : { ms: 1e-3, us: 1e-6, min: 60 }[timeUnit];
  // Divided rather than multiplied: 1500 ms are 1.5 s to the last bit.
  return times.map(factor < 1 ? (t) => t / Math.round(1 / factor) : (t) => t * factor);
}

/** The clock of the file as mapped to that of the videos; undefined where they are the same. */
export function clockOf(file: DataFile, provenance: Provenance): Clock | undefined {
  const { clock, offsetSeconds } = file;
  const pairs = clock ?? (offsetSeconds === undefined ? undefined : [[0, offsetSeconds]]);
  if (!pairs) return undefined;
  if (clock !== undefined && offsetSeconds !== undefined) {
    throw new InputError('"clock" and "offsetSeconds" say the same thing', {
      where: dataName(file),
      fix: 'Leave one of them out.',
    });
  }
  for (let i = 1; i < pairs.length; i++) {
    if (pairs[i][0] > pairs[i - 1][0] && pairs[i][1] > pairs[i - 1][1]) continue;
    throw new InputError('the pairs of "clock" must increase', {
      where: `${dataName(file)}, pair ${i}`,
      got: `[${pairs[i - 1].join(', ')}] to [${pairs[i].join(', ')}]`,
    });
  }
  return new Clock({
    name: dataName(file),
    device: Float64Array.from(pairs, ([device]) => device),
    master: Float64Array.from(pairs, ([, master]) => master),
    provenance,
  });
}

/** What should be known of a clock before its times are believed. */
export function clockWarnings(clock: Clock | undefined): string[] {
  const drift = clock?.driftPpm ?? 0;
  if (Math.abs(drift) <= believableDriftPpm) return [];
  return [`Its "clock" says a drift of ${drift.toFixed(0)} parts per million: are both columns in seconds?`];
}

/**
 * Times as an axis on the clock of the videos. Times that are as far apart as a regular axis has them, up to a thousandth of the
 * interval, become one.
 *
 * @param seconds of the file's own clock. Throws `InputError` naming the first that is missing or does not come after the one before.
 */
export function axisOf(seconds: Float64Array, clock: Clock | undefined, where: string): TimeAxis {
  const wrong = seconds.findIndex((t, i) => !Number.isFinite(t) || (i > 0 && t <= seconds[i - 1]));
  if (wrong >= 0) {
    throw new InputError('the times are not in order', {
      where: `${where}, sample ${wrong}`,
      expected: wrong > 0 ? `a time after ${seconds[wrong - 1]} s` : 'a finite time',
      got: `${seconds[wrong]} s`,
      fix: 'Sort the samples, or give "rate" and "offsetSeconds" instead of a column of times.',
    });
  }
  const count = seconds.length;
  const rate = (count - 1) / (seconds[count - 1] - seconds[0]);
  const isRegular =
    count > 1 && seconds.every((t, i) => Math.abs(t - seconds[0] - i / rate) <= regularShare / rate);
  if (isRegular) return regularAxis(count, rate, seconds[0], clock);
  return irregularTime(clock ? seconds.map((t) => clock.toMaster(t)) : seconds);
}

/** A regular axis of the file's own clock on the clock of the videos: regular too, where the clock is one straight line. */
export function regularAxis(
  count: number,
  rate: number,
  startSeconds: number,
  clock: Clock | undefined,
): TimeAxis {
  if (!clock) return regularTime(count, rate, startSeconds);
  if (clock.device.length > 2) {
    return irregularTime(
      Float64Array.from({ length: count }, (_, i) => clock.toMaster(startSeconds + i / rate)),
    );
  }
  const start = clock.toMaster(startSeconds);
  return regularTime(count, 1 / (clock.toMaster(startSeconds + 1 / rate) - start), start);
}
