import type { Engine } from '../../learn/index.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { Receptor } from '../senses/sense.ts';
import { mileusnicSpindle, plainSpindle, powerLawSpindle } from '../senses/spindles.ts';
import { differences } from '../senses/stimulus.ts';
import { activations } from './activations.ts';
import { afferentsOf } from './afferents.ts';
import type { Arm } from './arms/arm.ts';
import { layerCalled, type PerceptionNetwork } from './network.ts';

/** What a layer does while an arm moves for as long as it likes. */
export interface ContinuousActivity {
  /** Time k is centered on step k x stride of the postures. */
  readonly stride: number;
  readonly times: number;
  readonly units: number;
  /** Time x unit. */
  readonly values: Float32Array;
}

/** Joints may be beyond their ranges by this much, rad: more is another unit or another frame. */
const slack = 0.2;

/**
 * The activity of one layer over postures of any length, time x joint, rad, at the network's steps. The network hears windows of its own length that overlap; of each
 * the middle is kept, where its edges are not felt. A movement shorter than a window ends in rest. Normalization is over a window, so what happens within
 * half a window touches a value. Throws `UsageError` for an arm that is not the network's or a layer that is not there, `InputError` for a
 * posture that is missing or beyond the joints' ranges by 0.2 rad.
 */
export async function continuousActivity(
  network: PerceptionNetwork,
  arm: Arm,
  postures: Float64Array,
  layer: string,
  engine: Engine,
): Promise<ContinuousActivity> {
  const { steps } = network.terminals;
  checkPostures(network, arm, postures);
  const M = arm.muscles.length;
  const total = postures.length / arm.joints.length;
  const length = arm.fiberLengths(postures);
  const velocity = differences({ stepSeconds: network.stepSeconds, channels: M, values: {} }, length);
  const { stride, units } = layerCalled(network, layer);
  const margin = Math.floor(steps / 4 / stride) * stride;
  const kept = Math.max(stride, Math.floor((steps - 2 * margin) / stride) * stride);
  const times = Math.ceil(total / stride);
  const blocks = Array.from({ length: Math.ceil(total / kept) }, (_, w) => w * kept);
  // The first and the last window lie within the movement where it is long enough.
  const latest = Math.max(0, Math.ceil((total - steps) / stride) * stride);
  const starts = blocks.map((block) => Math.min(latest, Math.max(0, block - margin)));
  // Outside of the movement the arm rests where it begins or ends.
  const windows = (all: Float64Array, still: boolean): Float64Array => {
    const out = new Float64Array(starts.length * steps * M);
    starts.forEach((start, w) => {
      for (let t = 0; t < steps; t++) {
        const at = Math.min(total - 1, Math.max(0, start + t));
        if (at !== start + t && still) continue;
        out.set(all.subarray(at * M, (at + 1) * M), (w * steps + t) * M);
      }
    });
    return out;
  };
  const felt = afferentsOf(
    { count: starts.length, steps, stepSeconds: network.stepSeconds, muscles: arm.muscles },
    { length: windows(length, false), velocity: windows(velocity, true) },
    receptorOf(network, arm),
  );
  const [told] = await activations(network, felt, engine, layer);
  const values = new Float32Array(times * units);
  blocks.forEach((block, w) => {
    for (let step = block; step < Math.min(total, block + kept); step += stride) {
      const from = (w * told.times + (step - starts[w]) / stride) * units;
      values.set(told.values.subarray(from, from + units), (step / stride) * units);
    }
  });
  return { stride, times, units, values };
}

function checkPostures(network: PerceptionNetwork, arm: Arm, postures: Float64Array): void {
  const J = arm.joints.length;
  if (arm.name !== network.arm || postures.length === 0 || postures.length % J !== 0) {
    throw new UsageError('these are no postures of the network’s arm', {
      where: 'continuousActivity',
      expected: `one or more postures of the ${network.arm}`,
      got: `${postures.length} angles of the ${arm.name}, which has ${J} joints`,
    });
  }
  const bad = postures.findIndex((q, i) => {
    const [low, high] = arm.ranges[i % J];
    return !(q >= low - slack && q <= high + slack);
  });
  if (bad < 0) return;
  const [low, high] = arm.ranges[bad % J];
  throw new InputError('the arm cannot be in this posture', {
    where: `${arm.joints[bad % J]}, step ${Math.floor(bad / J)}`,
    expected: `${low.toFixed(2)} to ${high.toFixed(2)} rad`,
    got: `${postures[bad]}`,
    fix: `Give the angles in rad, in the frame of the ${arm.name}.`,
  });
}

/** The receptor that a network learned from; of the power-law spindle the one with the arm's own fiber lengths. Throws `UsageError` for another. */
function receptorOf({ receptor }: PerceptionNetwork, arm: Arm): Receptor {
  const known = [plainSpindle, mileusnicSpindle, powerLawSpindle({ optimalLength: arm.optimalLength })];
  const found = known.find(({ name }) => name === receptor);
  if (found) return found;
  throw new UsageError('the network learned from a receptor that is not known by its name', {
    where: 'continuousActivity',
    expected: known.map(({ name }) => name).join(', '),
    got: receptor,
  });
}
