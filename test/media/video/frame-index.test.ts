import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CORRUPT,
  DISPOSABLE,
  HIDDEN,
  KEY,
  buildFrameIndex,
  hasPresentationTimes,
  hideFragments,
} from '../../../src/media/video/frame-index.ts';
import type { PacketTable } from '../../../src/media/video/frame-index.ts';
import { Gate } from '../../../src/media/video/gate.ts';

function table(pts: readonly number[], flags: readonly number[], dts: readonly number[] = pts): PacketTable {
  return {
    pts: Float64Array.from(pts),
    dts: Float64Array.from(dts),
    position: Float64Array.from(pts, (_, i) => 1000 * i),
    flags: Uint8Array.from(flags),
    timeBase: { num: 1, den: 1000 },
  };
}

/** Random streams: groups of a key packet and others in shuffled presentation order, some shown before their key. */
const streams = fc
  .array(
    fc.record({
      leading: fc.integer({ min: 0, max: 3 }),
      trailing: fc.array(fc.integer(), { maxLength: 6 }),
      hidden: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((groups) => {
    const pts: number[] = [];
    const flags: number[] = [];
    let time = 0;
    for (const [g, { leading, trailing, hidden }] of groups.entries()) {
      const before = g === 0 ? 0 : leading;
      pts.push(time + before);
      flags.push(KEY);
      for (let i = 0; i < before; i++) pts.push(time + i);
      const order = trailing.map((key, i) => [key, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      for (const [, i] of order) pts.push(time + before + 1 + i);
      while (flags.length < pts.length) flags.push(hidden && flags.length === pts.length - 1 ? HIDDEN : 0);
      time += before + 1 + trailing.length;
    }
    return table(pts, flags);
  });

describe('buildFrameIndex', () => {
  it('numbers the shown packets in the order of their times', () => {
    fc.assert(
      fc.property(streams, (packets) => {
        const { packetOf, frameOf, times } = buildFrameIndex(packets);
        const shown = packets.flags.filter((f) => !(f & HIDDEN)).length;
        expect(packetOf.length).toBe(shown);
        packetOf.forEach((p, f) => expect(frameOf[p]).toBe(f));
        for (let f = 1; f < shown; f++) {
          expect(packets.pts[packetOf[f]]).toBeGreaterThan(packets.pts[packetOf[f - 1]]);
          expect(times[f]).toBeGreaterThan(times[f - 1]);
        }
      }),
    );
  });

  it('starts each frame at a key packet that is stored and shown no later than it', () => {
    fc.assert(
      fc.property(streams, (packets) => {
        const { packetOf, startOf } = buildFrameIndex(packets);
        startOf.forEach((start, f) => {
          const hasEarlierKey = packets.flags.some(
            (flag, p) => flag & KEY && p <= packetOf[f] && packets.pts[p] <= packets.pts[packetOf[f]],
          );
          expect(start).toBeLessThanOrEqual(packetOf[f]);
          if (hasEarlierKey) expect(packets.pts[start]).toBeLessThanOrEqual(packets.pts[packetOf[f]]);
          expect(packets.flags[start] & KEY).toBe(KEY);
          if (f > 0) expect(start).toBeGreaterThanOrEqual(startOf[f - 1]);
        });
      }),
    );
  });

  it('keeps the start offset and reports gaps of an otherwise steady rate', () => {
    const pts = Array.from({ length: 60 }, (_, i) => 500 + 40 * i + (i > 30 ? 120 : 0));
    const index = buildFrameIndex(
      table(
        pts,
        pts.map(() => KEY),
      ),
    );
    expect(index.startSeconds).toBe(0.5);
    expect(index.times[0]).toBe(0);
    expect(index.times[59]).toBeCloseTo(2.48, 12);
    expect(index.warnings).toEqual([
      '1 gaps in time (about 3 frames missing), the first after frame 30 at 1.200 s',
    ]);
  });

  it('takes the order of a decoder where times are missing or shared', () => {
    const none = table([NaN, NaN, NaN], [KEY, 0, 0]);
    expect(hasPresentationTimes(none)).toBe(false);
    const index = buildFrameIndex(none, Int32Array.from([0, 2, 1]), 0.1);
    expect([...index.packetOf]).toEqual([0, 2, 1]);
    expect([...index.times]).toEqual([0, 0.1, 0.2]);
    const shared = table([0, 40, 40, 80], [KEY, 0, 0, 0]);
    expect(hasPresentationTimes(shared)).toBe(false);
    const spaced = buildFrameIndex(shared, Int32Array.from([0, 1, 2, 3]), 0.04);
    expect([...spaced.times]).toEqual([0, 0.04, 0.06, 0.08]);
    expect(spaced.warnings.join()).toMatch(/1 frames share their time stamp/);
  });
});

describe('hideFragments', () => {
  const flags = [KEY, ...Array.from({ length: 29 }, (_, i) => (i === 20 ? KEY : 0))];
  const pts = flags.map((_, i) => 10 * i);

  it('hides the remains of a packet, and trusts nothing after them before a key packet', () => {
    const at = (...holes: number[]) =>
      hideFragments(
        table(
          pts.map((t, i) => (holes.includes(i) ? NaN : t)),
          flags,
        ),
      );
    const packets = at(7);
    expect(packets.flags[7]).toBe(HIDDEN | CORRUPT);
    expect(packets.flags[8]).toBe(CORRUPT);
    expect(packets.flags.filter((f) => f & CORRUPT).length).toBe(2);
    expect(hasPresentationTimes(packets)).toBe(true);
    expect(buildFrameIndex(packets).packetOf.length).toBe(29);
    expect(at(20).flags[21]).toBe(KEY);
  });

  it('leaves a file without times as it is', () => {
    expect([
      ...hideFragments(
        table(
          pts.map(() => NaN),
          flags,
        ),
      ).flags,
    ]).toEqual(flags);
    expect([
      ...hideFragments(
        table(
          pts.map(() => NaN),
          flags,
          pts,
        ),
      ).flags,
    ]).toEqual(flags);
  });
});

describe('Gate', () => {
  /** Feeds a perfect or lossy decoder's output, in presentation order, and returns what is sound. */
  function soundFrames(
    packets: PacketTable,
    start: number,
    lost: ReadonlySet<number>,
    flagged = new Set<number>(),
  ) {
    const index = buildFrameIndex(packets);
    const gate = new Gate<number>(index, start);
    const released: { frame: number; sound: boolean }[] = [];
    const take = () => {
      for (let next = gate.take(); next; next = gate.take()) {
        if (next.picture !== undefined) expect(next.picture).toBe(index.packetOf[next.frame]);
        released.push({ frame: next.frame, sound: next.sound });
      }
    };
    for (const p of index.packetOf) {
      if (p < start || lost.has(p)) continue;
      gate.put(p, p, flagged.has(p));
      take();
    }
    gate.finish();
    take();
    return { index, first: gate.firstFrame, released };
  }

  it('gives every frame that can be seen from the start, in order, each by its own packet', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (packets, pick) => {
        const keys = [...packets.flags.keys()].filter((p) => packets.flags[p] & KEY);
        const start = keys[pick % keys.length];
        const { index, released } = soundFrames(packets, start, new Set());
        const expected = [...index.startOf.keys()].filter((f) => index.startOf[f] >= start);
        expect(released).toEqual(expected.map((frame) => ({ frame, sound: true })));
      }),
    );
  });

  it('refuses exactly the frames with a lost or flagged packet between their start and themselves', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 4 }), fc.boolean(), (packets, picks, flag) => {
        const bad = new Set(
          picks.map((n) => n % packets.flags.length).filter((p) => !(packets.flags[p] & HIDDEN)),
        );
        const { index, released } = flag
          ? soundFrames(packets, 0, new Set(), bad)
          : soundFrames(packets, 0, bad);
        for (const { frame, sound } of released) {
          const own = index.packetOf[frame];
          const broken = [...bad].some((p) => p === own || (p >= index.startOf[frame] && p < own));
          expect(sound).toBe(!broken);
        }
        expect(released.map((r) => r.frame)).toEqual([...index.packetOf.keys()]);
      }),
    );
  });

  it('lets damage to a picture that none is predicted from stay its own', () => {
    const packets = table([0, 80, 40, 120], [KEY, 0, DISPOSABLE | CORRUPT, 0]);
    const { released } = soundFrames(packets, 0, new Set([2]));
    expect(released.map((r) => r.sound)).toEqual([true, false, true, true]);
  });
});
