import type { DeviceRecord, Session, ShutterRecord } from '../../lab/index.ts';
import type { Clock } from '../../signal/clock.ts';
import { clockFromPairs } from '../../signal/clock-fit.ts';
import { clockFromPulses } from '../../signal/pulses.ts';

/** A device's clock as found from what was recorded, and how far off it is at worst, s. */
export interface Aligned {
  readonly name: string;
  readonly clock: Clock;
  readonly worstSeconds: number;
}

/**
 * Finds every device's clock from the sync line, and every camera's from its frame numbers and strobes: what a person has. Only `worstSeconds` looks at
 * the truth.
 */
export function alignSession(session: Session, seconds: number): Aligned[] {
  const provenance = { step: 'lab.align' };
  const judged = (clock: Clock, { name, trueClock }: DeviceRecord): Aligned => {
    let worstSeconds = 0;
    for (let t = 0; t <= seconds; t += 0.05) {
      worstSeconds = Math.max(worstSeconds, Math.abs(clock.toMaster(trueClock.toDevice(t)) - t));
    }
    return { name, clock, worstSeconds };
  };
  const camera = (shutter: ShutterRecord): Aligned => {
    const { name, timestamps, frameNumbers, strobes } = shutter;
    const seen = Float64Array.from(frameNumbers, (k) => strobes[k]);
    return judged(clockFromPairs(timestamps, seen, { name, provenance }), shutter);
  };
  const device = (record: DeviceRecord): Aligned =>
    judged(clockFromPulses(record.edges!, session.edges, { name: record.name, provenance }).clock, record);
  return [...session.cameras.map(camera), ...session.devices.map(device)];
}
