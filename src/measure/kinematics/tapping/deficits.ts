/** Limits of the caller's own controls, tested with the same camera, task and scale. */
export interface TappingLimits {
  /** Mean amplitude below this is hypokinesia; in the unit of the amplitude. No default: it depends on the setup. */
  readonly amplitude?: number;
  /** Mean speed below this is bradykinesia; in the unit of the speed. No default. */
  readonly speed?: number;
  /** A fall of amplitude by at least this share, with its whole interval below zero, is a sequence effect. Default 0.1. */
  readonly amplitudeFall?: number;
  /** This many interruptions are hesitation-halts. Default 1. */
  readonly interruptions?: number;
}

/** One of the four named deficits of repetitive finger movement. */
export interface Deficit {
  readonly name: 'hypokinesia' | 'bradykinesia' | 'sequence effect' | 'hesitation-halts';
  readonly value: number;
  readonly unit: string;
  readonly limit: number | undefined;
  /** Undefined where there is no limit to judge by, or no value. */
  readonly present: boolean | undefined;
  /** Where the limit comes from. */
  readonly basis: string;
}

export interface TappingMeasures {
  readonly amplitude: number;
  readonly amplitudeUnit: string;
  readonly speed: number;
  readonly speedUnit: string;
  readonly amplitudeChange: { readonly value: number; readonly low: number; readonly high: number };
  readonly interruptions: number;
}

/**
 * The four deficits that are told apart in repetitive finger movement: small (hypokinesia), slow (bradykinesia), shrinking (sequence
 * effect), interrupted (hesitation-halts). MDS-UPDRS item 3.4 (Goetz et al. 2008) names the same features: speed, amplitude, decrement,
 * hesitations and halts; one or two interruptions already score 1. It gives no lengths or speeds, so size and slowness are judged only
 * against limits that the caller took from controls. A measurement, not a diagnosis: half of healthy hands are rated above 0 by experts
 * (Williams et al. 2023).
 */
export function deficits(measured: TappingMeasures, limits: TappingLimits): Deficit[] {
  const { amplitudeFall = 0.1, interruptions = 1 } = limits;
  const own = 'limit taken from controls by the caller';
  const none = 'no limit given: take one from your controls';
  const below = (value: number, limit: number | undefined): boolean | undefined =>
    limit === undefined || Number.isNaN(value) ? undefined : value < limit;
  const { value, high } = measured.amplitudeChange;
  return [
    {
      name: 'hypokinesia',
      value: measured.amplitude,
      unit: measured.amplitudeUnit,
      limit: limits.amplitude,
      present: below(measured.amplitude, limits.amplitude),
      basis: limits.amplitude === undefined ? none : own,
    },
    {
      name: 'bradykinesia',
      value: measured.speed,
      unit: measured.speedUnit,
      limit: limits.speed,
      present: below(measured.speed, limits.speed),
      basis: limits.speed === undefined ? none : own,
    },
    {
      name: 'sequence effect',
      value,
      unit: '1',
      limit: -amplitudeFall,
      present: Number.isNaN(value) ? undefined : value <= -amplitudeFall && high < 0,
      basis: limits.amplitudeFall === undefined ? 'convention of this program: a fall by a tenth' : own,
    },
    {
      name: 'hesitation-halts',
      value: measured.interruptions,
      unit: 'count',
      limit: interruptions,
      present: measured.interruptions >= interruptions,
      basis: limits.interruptions === undefined ? 'MDS-UPDRS 3.4 counts from the first interruption' : own,
    },
  ];
}
