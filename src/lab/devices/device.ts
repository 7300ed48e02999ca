import type { Clock } from '../../signal/clock.ts';
import type { Events } from '../../signal/events.ts';
import type { Source } from '../../signal/recording.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Spikes } from '../../signal/spikes.ts';

/** What one device recorded, on its own clock, and how that clock really ran. */
export interface DeviceRecord {
  readonly name: string;
  readonly kind: Source['kind'];
  /** The truth: how its time and master time belong together. Who aligns the devices must not look. */
  readonly trueClock: Clock;
  /** The sync line as it saw it, its own time, s; cameras see none. */
  readonly edges?: Float64Array;
  readonly signals: readonly Signal[];
  readonly events: readonly Events[];
  readonly spikes: readonly Spikes[];
}

/** When a camera's shutter opened. */
export interface ShutterRecord extends DeviceRecord {
  /** Numbers of the frames that were kept, counted from the camera's start; what is missing was dropped. */
  readonly frameNumbers: Int32Array;
  /** Middle of the exposure of each kept frame, the camera's own time, s. */
  readonly timestamps: Float64Array;
  /** The strobe of every frame, dropped ones too, as the master recorded it, s: entry k is frame k. */
  readonly strobes: Float64Array;
  /** Middle of the exposure of each kept frame, master time, s: the truth. */
  readonly trueTimes: Float64Array;
}
