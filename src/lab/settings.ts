import { z } from 'zod';
import { UsageError } from '../signal/error.ts';

const share = (): z.ZodNumber => z.number().min(0).max(1);
const whole = (low: number, high: number): z.ZodNumber => z.number().int().min(low).max(high);

/** The knobs of the laboratory. Each has a default; the same settings give the same bytes. */
export const laboratorySchema = z.strictObject({
  experiment: z.enum(['reach', 'tabletop', 'treadmill']).default('reach').describe('what the body does'),
  driver: z.string().optional().describe("what moves it; default: the experiment's own"),
  seed: z.number().int().default(1).describe('of everything drawn at random'),
  seconds: z.number().min(2).max(3600).default(20).describe('length of the recording'),

  cameras: whole(0, 8).default(2).describe('how many cameras film it'),
  width: whole(64, 2048).default(320).describe('of the pictures, px'),
  height: whole(64, 2048).default(240).describe('of the pictures, px'),
  frameRate: z.number().min(1).max(1000).default(60).describe('frames a second'),
  noise: z.number().min(0).max(60).default(3).describe("the cameras' noise at mid gray, gray levels of 255"),
  shutter: share().default(0.3).describe('share of a frame for which the shutter is open: motion blur'),
  dots: z.boolean().default(false).describe('bright dots painted on the markers'),
  occlusion: share().default(0.3).describe('width of a post before the last camera, 0 is none'),
  droppedFrames: share()
    .max(0.5)
    .default(0.01)
    .describe('share of the frames that the last of several cameras loses'),

  drift: z.number().min(0).max(500).default(40).describe("spread of the clocks' drift, parts per million"),
  jitter: z.number().min(0).max(1000).default(30).describe('of the edges on the sync line, microseconds'),

  emgRate: z.number().min(1000).max(10_000).default(2000).describe('samples a second'),
  emgNoise: z.number().min(0).max(1).default(0.01).describe('of the EMG amplifier, mV'),
  crosstalk: share().default(0.2).describe("share of a muscle's EMG that a channel beside it picks up"),
  hum: z.number().min(0).max(1).default(0.01).describe('of the mains, mV'),

  neurons: whole(0, 1000).default(30).describe('how many are recorded'),
  encoding: z
    .array(z.string().min(1))
    .min(1)
    .default(['position', 'velocity', 'spindle'])
    .describe('what they encode: names of hypotheses, in turn'),
  meanRate: z.number().min(0.1).max(60).default(12).describe('mean firing rate, spikes a second'),
  depth: z.number().min(0).max(3).default(1).describe('how strongly they are tuned'),
  stimulation: z.number().min(0).max(2).default(0.2).describe('stimuli a second'),
});

export type LaboratoryOptions = z.input<typeof laboratorySchema>;
export type LaboratorySettings = z.output<typeof laboratorySchema>;

/** The settings with defaults filled in. Throws `UsageError` naming each that does not fit. */
export function laboratorySettings(options: LaboratoryOptions = {}): LaboratorySettings {
  const result = laboratorySchema.safeParse(options);
  if (result.success) return result.data;
  const told = result.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`);
  throw new UsageError('the laboratory cannot be set up so', { got: told.join('; ') });
}
