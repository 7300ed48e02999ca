import { InputError } from './error.ts';
import type { Clock } from './clock.ts';
import { clockFromPairs, type ClockFitOptions } from './clock-fit.ts';

export interface PulseOptions extends ClockFitOptions {
  /**
   * How far a pulse may lie from where its neighbor says, seconds. Default: a quarter of the shortest usual interval (its
   * fifth percentile), at most 0.005.
   */
  readonly jitterSeconds?: number;
  /**
   * Where the device's zero lies on the master clock, for trains that do not say it themselves (evenly spaced pulses). It is
   * held against the first pulses, so they should lie near the device's zero.
   */
  readonly offset?: { readonly nearSeconds: number; readonly withinSeconds: number };
  /** The share of the shorter train that must be matched. Default 0.7. */
  readonly minimumMatched?: number;
}

export interface PulseMatch {
  readonly clock: Clock;
  /** Pulse `devicePulses[k]` of the device is pulse `masterPulses[k]` of the master. */
  readonly devicePulses: Int32Array;
  readonly masterPulses: Int32Array;
  /** Pulses that one side alone has: missed by the other, or spurious. */
  readonly onlyDevice: Int32Array;
  readonly onlyMaster: Int32Array;
}

/** Pulses compared around an anchor before a whole walk is tried. */
const window = 12;
/** Device pulses without a partner after which a walk has lost its way. */
const patience = 10;

/**
 * The clock of a device from pulses (TTL edges) that both it and the master recorded. Finds which pulse is which from the
 * pattern of intervals, so that missing pulses, extra pulses and different starts do no harm; where the device paused, the
 * pattern is found again and the clock gets a break.
 *
 * Refuses with `InputError` what is not certain: trains that do not belong together, and evenly spaced pulses that fit at more
 * than one offset. Evenly spaced trains with the same count on both sides are paired in order, with a warning; others need
 * `offset`.
 *
 * @param device @param master times of the edges, seconds, strictly increasing.
 */
export function clockFromPulses(
  device: Float64Array,
  master: Float64Array,
  options: PulseOptions,
): PulseMatch {
  const where = `clock "${options.name}"`;
  increasing(device, `${where}, device pulses`);
  increasing(master, `${where}, master pulses`);
  const jitter =
    options.jitterSeconds ?? Math.min(0.005, shortInterval(device) / 4, shortInterval(master) / 4);
  const search: Search = {
    device,
    master,
    jitter,
    drift: (options.maxDriftPpm ?? 1000) * 1e-6,
    offset: options.offset,
  };
  const warnings: string[] = [];
  const whole: Range = { device: [0, device.length], master: [0, master.length] };
  let stretches: Alignment[];
  const paired = walked(search, 0, 0, whole);
  if (device.length === master.length && paired.count === device.length && fitsHint(search, 0, 0)) {
    stretches = [paired];
    if (device.length > 2 && walk(search, 1, 0, whole) >= 0.7 * (device.length - 1)) {
      warnings.push(
        'the pulses are evenly spaced: they were paired in order because both sides count the same number',
      );
    }
  } else {
    stretches = align(search, whole, 3);
  }
  const pairs = stretches.flatMap((s) => [...s.partner.entries()].filter(([, j]) => j >= 0));
  const needed = (options.minimumMatched ?? 0.7) * overlapping(pairs, device, master);
  if (pairs.length < 2 || pairs.length < needed) {
    throw new InputError('the pulses do not belong together', {
      where,
      expected: `at least ${Math.ceil(Math.max(2, needed))} matched pulses`,
      got: `${pairs.length} of ${device.length} on the device and ${master.length} on the master`,
      fix: 'Check that both channels carry the same line, and that times are in seconds.',
    });
  }
  const breaks = pairs.flatMap(([i, j], k) => {
    if (k === 0) return [];
    const [before, partner] = pairs[k - 1];
    const elapsed = master[j] - master[partner];
    return Math.abs(elapsed - (device[i] - device[before])) > jitter + search.drift * elapsed ? [k] : [];
  });
  const clock = clockFromPairs(
    pairs.map(([i]) => device[i]),
    pairs.map(([, j]) => master[j]),
    { ...options, breaks, warnings, toleranceSeconds: options.toleranceSeconds ?? jitter },
  );
  const devicePulses = Int32Array.from(pairs, (p) => p[0]);
  const masterPulses = Int32Array.from(pairs, (p) => p[1]);
  const others = (n: number, matched: Int32Array): Int32Array => {
    const taken = new Set(matched);
    return Int32Array.from({ length: n }, (_, i) => i).filter((i) => !taken.has(i));
  };
  return {
    clock,
    devicePulses,
    masterPulses,
    onlyDevice: others(device.length, devicePulses),
    onlyMaster: others(master.length, masterPulses),
  };
}

interface Search {
  readonly device: Float64Array;
  readonly master: Float64Array;
  readonly jitter: number;
  readonly drift: number;
  readonly offset: PulseOptions['offset'];
}

interface Range {
  readonly device: readonly [number, number];
  readonly master: readonly [number, number];
}

interface Alignment {
  /** For each device pulse its partner, or -1. */
  readonly partner: Int32Array;
  readonly count: number;
}

/** The stretches of a range that align without doubt, in order. */
function align(search: Search, range: Range, least: number): Alignment[] {
  const [dFrom, dTo] = range.device;
  const [mFrom, mTo] = range.master;
  if (dTo - dFrom < least || mTo - mFrom < least) return [];
  const found: Alignment[] = [];
  const anchors = Math.min(9, dTo - dFrom);
  for (let a = 0; a < anchors; a++) {
    // Far from the device's zero, drift leaves a hint at its offset no sharpness.
    const i = search.offset ? dFrom + a : dFrom + Math.floor(((a + 0.5) * (dTo - dFrom)) / anchors);
    for (const j of likelyPartners(search, i, range)) {
      if (!found.some((f) => f.partner[i] === j)) found.push(walked(search, i, j, range));
    }
  }
  found.sort((p, q) => q.count - p.count);
  const [best] = found;
  if (!best || best.count < least) return [];
  const rival = found.find((f) => f !== best && !agree(best, f));
  if (rival && rival.count > 0.7 * best.count) {
    throw new InputError('the pulses fit at more than one offset', {
      where: `device ${search.device[dFrom]} to ${search.device[dTo - 1]} s`,
      expected: 'one alignment that matches clearly more pulses than any other',
      got: `${best.count} and ${rival.count} matched pulses at offsets of ${offsetOf(search, best)} and ${offsetOf(search, rival)} s`,
      fix: 'Evenly spaced pulses do not say which is which: give `offset`, or pair frames by their numbers.',
    });
  }
  const first = best.partner.findIndex((j) => j >= 0);
  const last = best.partner.findLastIndex((j) => j >= 0);
  const before: Range = { device: [dFrom, first], master: [mFrom, best.partner[first]] };
  const after: Range = { device: [last + 1, dTo], master: [best.partner[last] + 1, mTo] };
  const rest = Math.max(least, 8);
  const unhinted = { ...search, offset: undefined };
  return [...align(unhinted, before, rest), best, ...align(unhinted, after, rest)];
}

/** The three master pulses around which most of the next device pulses find partners. */
function likelyPartners(search: Search, i: number, range: Range): number[] {
  const end = Math.min(range.device[1], i + window);
  const start = Math.max(range.device[0], Math.min(i, end - window));
  const ranked: { j: number; score: number }[] = [];
  for (let j = range.master[0]; j < range.master[1]; j++) {
    if (!fitsHint(search, i, j)) continue;
    const count = walk(search, i, j, { device: [start, end], master: range.master });
    if (count >= Math.max(2, 0.4 * (end - start))) ranked.push({ j, score: count });
  }
  return ranked
    .sort((p, q) => q.score - p.score)
    .slice(0, 3)
    .map((c) => c.j);
}

function fitsHint({ device, master, offset, drift }: Search, i: number, j: number): boolean {
  if (!offset) return true;
  return (
    Math.abs(master[j] - device[i] - offset.nearSeconds) <= offset.withinSeconds + drift * Math.abs(device[i])
  );
}

function walked(search: Search, i: number, j: number, range: Range): Alignment {
  const partner = new Int32Array(range.device[1]).fill(-1);
  const count = walk(search, i, j, range, (device, master) => (partner[device] = master));
  return { partner, count };
}

/**
 * Goes both ways from device pulse i = master pulse j, expecting each next pulse at its distance from the last one that was
 * found. Returns the number of pairs.
 */
function walk(
  { device, master, jitter, drift }: Search,
  i: number,
  j: number,
  range: Range,
  found?: (device: number, master: number) => void,
): number {
  if (i >= range.device[1] || j >= range.master[1]) return 0;
  found?.(i, j);
  let count = 1;
  for (const direction of [1, -1] as const) {
    let [lastDevice, lastMaster, missed] = [i, j, 0];
    for (
      let k = i + direction;
      k >= range.device[0] && k < range.device[1] && missed < patience;
      k += direction
    ) {
      const elapsed = device[k] - device[lastDevice];
      const expected = master[lastMaster] + elapsed;
      const near = nearest(master, expected, lastMaster, direction, range.master);
      if (near < 0) break;
      if (Math.abs(master[near] - expected) <= jitter + drift * Math.abs(elapsed)) {
        found?.(k, near);
        [lastDevice, lastMaster, missed] = [k, near, 0];
        count++;
      } else missed++;
    }
  }
  return count;
}

/** The master pulse nearest to `seconds` beyond `from` in `direction`; -1 where there is none left. */
function nearest(
  master: Float64Array,
  seconds: number,
  from: number,
  direction: 1 | -1,
  [low, high]: readonly [number, number],
): number {
  let k = from + direction;
  if (k < low || k >= high) return -1;
  const distance = (p: number): number => Math.abs(master[p] - seconds);
  while (k + direction >= low && k + direction < high && distance(k + direction) <= distance(k))
    k += direction;
  return k;
}

/** Whether two alignments say the same of most pulses that both match. */
function agree(a: Alignment, b: Alignment): boolean {
  let [same, both] = [0, 0];
  for (let i = 0; i < Math.min(a.partner.length, b.partner.length); i++) {
    if (a.partner[i] < 0 || b.partner[i] < 0) continue;
    both++;
    if (a.partner[i] === b.partner[i]) same++;
  }
  // Stretches on two sides of a pause share no pulse: they do not contradict each other where both keep the order.
  if (both === 0) return inOrder(a, b);
  return same > both / 2;
}

function inOrder(a: Alignment, b: Alignment): boolean {
  const span = ({ partner }: Alignment): { device: [number, number]; master: [number, number] } => {
    const [first, last] = [partner.findIndex((j) => j >= 0), partner.findLastIndex((j) => j >= 0)];
    return { device: [first, last], master: [partner[first], partner[last]] };
  };
  const [p, q] = [span(a), span(b)];
  return p.device[1] < q.device[0]
    ? p.master[1] < q.master[0]
    : q.device[1] < p.device[0] && q.master[1] < p.master[0];
}

function offsetOf({ device, master }: Search, { partner }: Alignment): number {
  const i = partner.findIndex((j) => j >= 0);
  return master[partner[i]] - device[i];
}

/** How many pulses the shorter train has where both recorded. */
function overlapping(
  pairs: readonly (readonly [number, number])[],
  device: Float64Array,
  master: Float64Array,
): number {
  if (pairs.length === 0) return Math.min(device.length, master.length);
  const [i, j] = pairs[0];
  const [k, l] = pairs[pairs.length - 1];
  const leading = Math.min(i, j);
  const trailing = Math.min(device.length - 1 - k, master.length - 1 - l);
  return leading + Math.min(k - i + 1, l - j + 1) + trailing;
}

function shortInterval(times: Float64Array): number {
  const intervals = times.slice(1).map((t, i) => t - times[i]);
  return intervals.length > 0 ? intervals.sort()[Math.floor(intervals.length * 0.05)] : Infinity;
}

function increasing(times: Float64Array, where: string): void {
  if (times.length < 2) {
    throw new InputError('there are too few pulses', {
      where,
      expected: 'two or more',
      got: `${times.length}`,
    });
  }
  const wrong = times.findIndex((t, i) => !Number.isFinite(t) || (i > 0 && t <= times[i - 1]));
  if (wrong >= 0) {
    throw new InputError('pulse times must increase', {
      where: `${where}, pulse ${wrong}`,
      got: `${times[wrong]}`,
    });
  }
}
