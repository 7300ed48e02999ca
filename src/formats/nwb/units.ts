import { MareyError } from '../../signal/error.ts';
import { conversionFactor, type Unit } from '../../signal/units.ts';

/** NWB spells units out; these are the words that its files use. */
const words: Readonly<Record<string, Unit>> = {
  volts: 'V',
  volt: 'V',
  millivolts: 'mV',
  microvolts: 'uV',
  amperes: 'A',
  seconds: 's',
  meters: 'm',
  centimeters: 'cm',
  millimeters: 'mm',
  pixels: 'px',
  pixel: 'px',
  degrees: 'deg',
  radians: 'rad',
  watts: 'W',
  newtons: 'N',
  'meters/second': 'm/s',
  'no unit': '1',
};
const spelled = new Map<Unit, string>([
  ['V', 'volts'],
  ['A', 'amperes'],
  ['s', 'seconds'],
  ['m', 'meters'],
  ['mm', 'millimeters'],
  ['px', 'pixels'],
  ['W', 'watts'],
]);

export const spelledUnit = (unit: Unit): string => spelled.get(unit) ?? unit;

/** The unit that a file's words mean; undefined where Marey has none for it. */
export function unitOf(said: string | undefined): Unit | undefined {
  if (said === undefined) return undefined;
  const unit = words[said.trim().toLowerCase()] ?? said.trim();
  try {
    conversionFactor(unit, '1');
    return unit;
  } catch (error) {
    if (!(error instanceof MareyError)) throw error;
    return /is not known/.test(error.what) ? undefined : unit;
  }
}
