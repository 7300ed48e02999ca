import type { LaboratorySettings } from '../settings.ts';
import type { Random } from '../../math/random.ts';
import type { Clock } from '../../signal/clock.ts';
import type { ShutterRecord } from './device.ts';

/**
 * A camera's shutter: it opens at its own steady rate, tells the master of each frame by a strobe, stamps frames with its own time, and may drop some.
 *
 * @param dropped share of the frames that are lost; the first and the last are kept.
 */
export function shutter(
  name: string,
  clock: Clock,
  {
    seconds,
    frameRate,
    jitter,
    dropped,
    random,
  }: Pick<LaboratorySettings, 'seconds' | 'frameRate' | 'jitter'> & {
    readonly dropped: number;
    readonly random: Random;
  },
): ShutterRecord {
  const first = clock.toDevice(0) + 0.5 / frameRate;
  const count = Math.max(1, Math.floor((clock.toDevice(seconds) - first) * frameRate));
  const own = Float64Array.from({ length: count }, (_, k) => first + k / frameRate);
  const trueTimes = own.map((t) => clock.toMaster(t));
  const kept = Int32Array.from(own.keys()).filter(
    (k) => k === 0 || k === count - 1 || random.uniform() >= dropped,
  );
  return {
    name,
    kind: 'video',
    trueClock: clock,
    signals: [],
    events: [],
    spikes: [],
    frameNumbers: kept,
    timestamps: Float64Array.from(kept, (k) => own[k]),
    strobes: trueTimes.map((t) => t + random.normal(0, jitter * 1e-6)),
    trueTimes: Float64Array.from(kept, (k) => trueTimes[k]),
  };
}
