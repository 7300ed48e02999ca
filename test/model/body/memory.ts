import {
  loadPhysics,
  planarArm,
  type BodyModel,
  type Physics,
  type Simulation,
} from '../../../src/model/body/index.ts';

/** A small state, to fill up memory with. */
const filler = planarArm().replace('memory="1M"', 'memory="100K"');

export interface LittleRoom {
  readonly physics: Physics;
  readonly heapBytes: number;
  /** Steps the body so many times and reads all there is; every `often` steps also what is costly, and a state and a model come and go. */
  readonly step: (count: number, often: number) => void;
}

/**
 * A body in an engine whose memory is full but for two small states (0.2 MB) and what `step` needs for a while: a leak makes it grow, where it would be lost
 * in 3 MB of free room otherwise.
 */
export async function bodyWithLittleRoom(mjcf: string): Promise<LittleRoom> {
  const trial = await prepared(mjcf, 200);
  return prepared(mjcf, trial.filled - 1);
}

async function prepared(mjcf: string, most: number): Promise<LittleRoom & { readonly filled: number }> {
  const physics = await loadPhysics();
  const model = physics.compile(mjcf);
  const simulation = model.simulate();
  const small = physics.compile(filler);
  stepAndRead(model, simulation, 2, 1);
  // What comes and goes at once, so that there is room for it afterwards.
  const needed = [model.simulate(), model.copy(), small.simulate()];
  const before = physics.heapBytes;
  const held: Simulation[] = [];
  while (held.length < most && physics.heapBytes === before) held.push(small.simulate());
  for (const one of needed) one[Symbol.dispose]();
  return {
    physics,
    heapBytes: physics.heapBytes,
    filled: held.length,
    step: (count, often) => stepAndRead(model, simulation, count, often),
  };
}

function stepAndRead(model: BodyModel, simulation: Simulation, count: number, often: number): void {
  const control = new Float64Array(model.sizes.nu).fill(0.1);
  for (let i = 0; i < count; i++) {
    if (i % 400 === 0) {
      simulation.reset();
      simulation.set('ctrl', control);
    }
    simulation.step();
    simulation.contacts();
    simulation.get('xpos');
    if (i % often !== 0) continue;
    simulation.moments();
    simulation.massMatrix();
    simulation.warnings();
    model.simulate()[Symbol.dispose]();
    model.copy()[Symbol.dispose]();
  }
}
