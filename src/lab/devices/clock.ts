import type { Random } from '../../math/random.ts';
import { Clock } from '../../signal/clock.ts';
import type { Provenance } from '../../signal/provenance.ts';

/** How often the drift of a simulated clock changes, s. */
const knotSeconds = 10;

/**
 * A device's own clock as it really ran: it was started up to 2 s before the recording, its quartz is off by a drift of standard deviation
 * `driftPpm`, and the drift wanders with its temperature: by a tenth of that within 10 s.
 */
export function driftingClock(
  name: string,
  {
    seconds,
    driftPpm,
    random,
    provenance,
  }: {
    readonly seconds: number;
    readonly driftPpm: number;
    readonly random: Random;
    readonly provenance: Provenance;
  },
): Clock {
  const offset = random.uniform(0.2, 2);
  let drift = random.normal(0, driftPpm);
  const knots = Math.ceil(seconds / knotSeconds) + 2;
  const master = Float64Array.from({ length: knots }, (_, k) => (k - 1) * knotSeconds);
  const device = new Float64Array(knots);
  device[0] = -knotSeconds;
  for (let k = 1; k < knots; k++) {
    device[k] = device[k - 1] + knotSeconds / (1 + drift * 1e-6);
    drift += random.normal(0, driftPpm / 10);
  }
  // Device time is 0 where the device was started.
  const shift = offset - (device[1] - master[1]);
  return new Clock({ name, device: device.map((t) => t + shift), master, provenance });
}
