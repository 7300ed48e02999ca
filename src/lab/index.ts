export * from './openfield/index.ts';
export { drivers } from './drive/drivers.ts';
export { networkDriver } from './drive/network.ts';
export type { Assignment, Driver, Goal, Movement, Support } from './drive/driver.ts';
export { experiments } from './experiments/experiments.ts';
export type { Experiment } from './experiments/experiment.ts';
export { simulateLaboratory, type Laboratory } from './laboratory.ts';
export {
  laboratorySchema,
  laboratorySettings,
  type LaboratoryOptions,
  type LaboratorySettings,
} from './settings.ts';
export type { Truth } from './truth.ts';
export type { DeviceRecord, ShutterRecord } from './devices/device.ts';
export { recordSession, type Session } from './devices/session.ts';
export type { Encoded, EncodingHypothesis } from './encoding/hypothesis.ts';
export { hypotheses } from './encoding/hypotheses.ts';
export { neuron, spikeTimes, type Neuron } from './encoding/neurons.ts';
export { filmsOf, type Film, type FilmFrame, type Films } from './camera/film.ts';
