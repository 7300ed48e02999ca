import { hypothesisCalled } from '../encoding/hypotheses.ts';
import { neuron, spikeTimes, type Neuron } from '../encoding/neurons.ts';
import type { Encoded } from '../encoding/hypothesis.ts';
import { streamOf, type Laboratory } from '../laboratory.ts';
import type { Random } from '../../math/random.ts';
import { identityClock, type Clock } from '../../signal/clock.ts';
import { Events } from '../../signal/events.ts';
import { Spikes } from '../../signal/spikes.ts';
import { driftingClock } from './clock.ts';
import type { DeviceRecord, ShutterRecord } from './device.ts';
import { distancesAmong, electrodePlaces } from './electrodes.ts';
import { emg } from './emg.ts';
import { shutter } from './shutter.ts';
import { recordedEdges, syncLine } from './sync.ts';

/** Samples a second of the neural amplifier and of the stimulator. */
const neuralRate = 30_000;
const stimulatorRate = 1000;
/** Shortest time between two stimuli, s. */
const stimulusPause = 0.5;
/** Over which share of the median distance between electrodes crosstalk falls to an e-th. */
const crosstalkReach = 0.5;

/** What all devices recorded of one experiment. */
export interface Session {
  /** The sync line as the master has it, s. */
  readonly edges: Float64Array;
  readonly cameras: readonly ShutterRecord[];
  /** EMG amplifier, neural amplifier, stimulator. */
  readonly devices: readonly DeviceRecord[];
  /** The neurons with what they really encode. */
  readonly neurons: readonly Neuron[];
  /** When stimuli really were, master time, s. */
  readonly stimuli: Float64Array;
}

/** Lets every device record the experiment, each on its own drifting clock with its own view of the sync line. */
export function recordSession(lab: Laboratory): Session {
  const { settings, truth, model, provenance } = lab;
  const { drift, jitter } = settings;
  const seconds = truth.movement.steps / truth.movement.rate;
  const jitterSeconds = jitter * 1e-6;
  const sync = syncLine(seconds, streamOf(settings, 'sync'));
  const clockOf = (name: string): Clock =>
    driftingClock(name, {
      seconds,
      driftPpm: drift,
      random: streamOf(settings, `clock ${name}`),
      provenance,
    });
  const device = (
    name: string,
    kind: DeviceRecord['kind'],
    rate: number,
    record: (clock: Clock) => Partial<Pick<DeviceRecord, 'signals' | 'events' | 'spikes'>>,
  ): DeviceRecord => {
    const trueClock = clockOf(name);
    const random = streamOf(settings, `edges ${name}`);
    return {
      name,
      kind,
      trueClock,
      edges: recordedEdges(sync, trueClock, { rate, jitterSeconds, random }),
      signals: [],
      events: [],
      spikes: [],
      ...record(trueClock),
    };
  };

  const distances = distancesAmong(electrodePlaces(model));
  const median = distances.filter((d) => d > 0).sort()[Math.floor(distances.length / 2)] ?? 1;
  const muscles = device('emg', 'muscle', settings.emgRate, (clock) => ({
    signals: [
      emg({
        activations: truth.activations,
        distances,
        reach: crosstalkReach * median,
        crosstalk: settings.crosstalk,
        noise: settings.emgNoise,
        hum: settings.hum,
        rate: settings.emgRate,
        seconds,
        clock,
        random: streamOf(settings, 'emg'),
        provenance,
      }),
    ],
  }));

  const neurons = population(lab);
  const neural = device('neural', 'electrophysiology', neuralRate, (clock) => ({
    spikes: [
      Spikes.from(
        neurons.map(({ name, rates }) => [
          name,
          spikeTimes(rates, truth.movement.rate, streamOf(settings, `spikes ${name}`)).map((t) =>
            clock.toDevice(t),
          ),
        ]),
        { name: 'spikes', clock: clock.name, provenance },
      ),
    ],
  }));

  const stimuli = stimulusTimes(settings.stimulation, seconds, streamOf(settings, 'stimulation'));
  const stimulator = device('stimulator', 'stimulation', stimulatorRate, (clock) => ({
    events: [
      new Events(
        Array.from(stimuli, (t) => ({
          label: 'stimulus',
          startSeconds: clock.toDevice(t),
          source: 'stimulator',
        })),
        { name: 'stimuli', clock: clock.name, provenance },
      ),
    ],
  }));

  const cameras = Array.from({ length: settings.cameras }, (_, i) => {
    const name = `camera ${i + 1}`;
    const last = i === settings.cameras - 1;
    return shutter(name, clockOf(name), {
      ...settings,
      seconds,
      dropped: last && i > 0 ? settings.droppedFrames : 0,
      random: streamOf(settings, `shutter ${name}`),
    });
  });
  const random = streamOf(settings, 'edges master');
  return {
    edges: recordedEdges(sync, identityClock('master', provenance), { jitterSeconds, random }),
    cameras,
    devices: [muscles, neural, stimulator],
    neurons,
    stimuli,
  };
}

/** The settings' hypotheses in turn, one neuron each. */
function population({ settings, truth, experiment }: Laboratory): Neuron[] {
  const encoded = new Map<string, Encoded>();
  return Array.from({ length: settings.neurons }, (_, i) => {
    const hypothesis = hypothesisCalled(settings.encoding[i % settings.encoding.length]);
    const variables =
      encoded.get(hypothesis.name) ??
      hypothesis.variables(truth, {
        effector: experiment.effector,
        random: streamOf(settings, `variables ${hypothesis.name}`),
      });
    encoded.set(hypothesis.name, variables);
    const random = streamOf(settings, `neuron ${i + 1}`);
    // Log-normal rates around the mean, as cortex has them.
    const meanRate = Math.min(settings.meanRate * Math.exp(random.normal(-0.125, 0.5)), 100);
    return neuron(`unit ${i + 1}`, hypothesis, variables, {
      meanRate,
      depth: settings.depth,
      stepRate: truth.movement.rate,
      random,
    });
  });
}

function stimulusTimes(rate: number, seconds: number, random: Random): Float64Array {
  if (rate === 0) return new Float64Array(0);
  const times: number[] = [];
  const mean = Math.max(1 / rate - stimulusPause, 0);
  const pause = (): number => stimulusPause - mean * Math.log(1 - random.uniform());
  for (let t = pause(); t < seconds; t += pause()) times.push(t);
  return Float64Array.from(times);
}
