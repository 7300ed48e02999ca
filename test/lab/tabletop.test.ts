import { beforeAll, describe, expect, test } from 'vitest';
import { networkDriver, simulateLaboratory } from '../../src/lab/index.ts';
import { loadPhysics, type Physics } from '../../src/model/body/index.ts';
import { networkFor, outAndBack, record, tasks, type TrainedNetwork } from '../../src/model/circuit/index.ts';
import { MachineError, UsageError } from '../../src/signal/error.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

function untrained(taskName: string): TrainedNetwork {
  const task = tasks.find(({ name }) => name === taskName)!.make();
  const score = { name: 'endpoint error', value: 99, unit: 'mm', goal: 5 };
  return {
    network: networkFor(task, { units: 12, seed: 2 }),
    task,
    taskName,
    record: { seed: 2, steps: 0, ended: 'steps', score },
  };
}

const options = { experiment: 'tabletop', cameras: 0, neurons: 0, seed: 4 } as const;

describe('the arm on the table', () => {
  test('reaches its targets and returns where its muscles are told to', () => {
    using lab = simulateLaboratory(physics, { ...options, seconds: 8 });
    const wrist = lab.truth.markers.positions
      .select('individual', 0)
      .select('keypoint', 'wrist')
      .contiguous();
    const outings = [...lab.truth.events].filter(({ label }) => label.startsWith('target'));
    expect(outings.length).toBeGreaterThan(2);
    for (const { label, endSeconds } of outings) {
      const angle = (2 * Math.PI * (Number(label.slice(7)) - 1)) / 8;
      const t = Math.round(endSeconds! * lab.truth.movement.rate) - 1;
      const off = Math.hypot(
        wrist[3 * t] - 0.1 * Math.cos(angle),
        wrist[3 * t + 1] - 0.4 - 0.1 * Math.sin(angle),
        wrist[3 * t + 2],
      );
      expect(off, label).toBeLessThan(0.01);
    }
  });

  test('goes where the network brings its own arm, muscle by muscle', () => {
    // So short that there is no target to miss.
    const trained = untrained('out-and-back');
    using lab = simulateLaboratory(physics, { ...options, seconds: 2 }, networkDriver(trained));
    expect(lab.driver.name).toBe('network');
    const wrist = lab.truth.markers.positions
      .select('individual', 0)
      .select('keypoint', 'wrist')
      .contiguous();
    const task = outAndBack({ seconds: 3, outings: 1 });
    const resting = task.conditions();
    const trials = {
      ...resting,
      batch: 1,
      inputs: new Float64Array(3 * task.steps),
      start: resting.start!.slice(0, 2),
    };
    const { behavior, activation } = record(trained.network, task, { trials });
    const { rate, activations } = lab.truth.movement;
    for (let k = 0; k < 190; k++) {
      const t = Math.round((k + 1) * task.stepSeconds * rate);
      [0, 1].forEach((c) => expect(wrist[3 * t + c]).toBeCloseTo(behavior.values[4 * k + c], 6));
      for (let m = 0; m < 6; m++) expect(activations[6 * t + m]).toBeCloseTo(activation[6 * k + m], 9);
    }
  });

  test('is not left to a network that cannot move it', () => {
    expect(() => networkDriver(untrained('cycling'))).toThrow(UsageError);
    const lost = networkDriver(untrained('out-and-back'));
    expect(() => simulateLaboratory(physics, { ...options, seconds: 6 }, lost)).toThrow(MachineError);
    expect(() => simulateLaboratory(physics, { ...options, experiment: 'reach', seconds: 4 }, lost)).toThrow(
      /moves another body/,
    );
  });
});
