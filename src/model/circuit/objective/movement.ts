import type { Term } from './term.ts';

/** Below this distance an error counts by its square, beyond by itself, m. */
const near = 0.005;

/**
 * Distance of the endpoint from where it should be, m, in the steps that count: sqrt(d^2 + e^2) - e with e = 5 mm, whose pull does not fade far away
 * and is smooth at the target.
 */
export const endpoint: Term = {
  name: 'endpoint',
  unit: 'm',
  needs: 'body',
  evaluate({ rollout, adjoint, steps, batch }, { desired, importance }, weight) {
    const whole = importance.reduce((sum, w) => sum + w, 0);
    const place = new Float64Array(4 * batch);
    let value = 0;
    for (let k = 0; k < steps; k++) {
      rollout!.plant.skeleton.endpoint(rollout!.motionAt(k + 1), place);
      let any = false;
      for (let b = 0; b < batch; b++) {
        const w = importance[k * batch + b] / whole;
        const dx = place[4 * b] - desired[2 * (k * batch + b)];
        const dy = place[4 * b + 1] - desired[2 * (k * batch + b) + 1];
        place.fill(0, 4 * b, 4 * b + 4);
        if (w === 0) continue;
        any = true;
        const far = Math.sqrt(dx * dx + dy * dy + near * near);
        value += w * (far - near);
        place[4 * b] = (weight * w * dx) / far;
        place[4 * b + 1] = (weight * w * dy) / far;
      }
      if (any && adjoint) adjoint.addEndpoint(k + 1, place);
    }
    return value;
  },
};

/** Squared speed of the endpoint in the steps in which it should rest, m^2/s^2. */
export const rest: Term = {
  name: 'rest',
  unit: 'm^2/s^2',
  needs: 'body',
  evaluate({ rollout, adjoint, steps, batch }, trials, weight) {
    const wanted = trials.rest;
    const whole = wanted?.reduce((sum, w) => sum + w, 0) ?? 0;
    if (!wanted || whole === 0) return 0;
    const place = new Float64Array(4 * batch);
    let value = 0;
    for (let k = 0; k < steps; k++) {
      rollout!.plant.skeleton.endpoint(rollout!.motionAt(k + 1), place);
      for (let b = 0; b < batch; b++) {
        const w = wanted[k * batch + b] / whole;
        const vx = place[4 * b + 2];
        const vy = place[4 * b + 3];
        value += w * (vx * vx + vy * vy);
        place.set([0, 0, 2 * weight * w * vx, 2 * weight * w * vy], 4 * b);
      }
      if (adjoint) adjoint.addEndpoint(k + 1, place);
    }
    return value;
  },
};

/** Mean squared activation of the muscles (or motors). */
export const effort: Term = {
  name: 'effort',
  unit: '1',
  needs: 'body',
  evaluate({ rollout, adjoint, steps, batch }, _trials, weight) {
    const { activation, plant } = rollout!;
    const from = batch * plant.actuators.names.length;
    const many = steps * from;
    let value = 0;
    for (let i = from; i < from + many; i++) value += activation[i] * activation[i];
    if (adjoint) {
      for (let i = from; i < from + many; i++) adjoint.activation[i] += (2 * weight * activation[i]) / many;
    }
    return value / many;
  },
};

/** Mean squared jerk of the endpoint, by third differences of its place (Flash and Hogan 1985), m^2/s^6. */
export const jerk: Term = {
  name: 'jerk',
  unit: 'm^2/s^6',
  needs: 'body',
  evaluate({ rollout, adjoint, steps, batch }, _trials, weight) {
    const h3 = rollout!.plant.stepSeconds ** 3;
    const many = (steps - 2) * batch;
    if (many <= 0) return 0;
    const places = Array.from({ length: steps + 1 }, (_, k) => rollout!.endpointAt(k));
    const g = places.map((p) => new Float64Array(p.length));
    let value = 0;
    for (let k = 3; k <= steps; k++) {
      for (let b = 0; b < batch; b++) {
        for (const i of [4 * b, 4 * b + 1]) {
          const j = (places[k][i] - 3 * places[k - 1][i] + 3 * places[k - 2][i] - places[k - 3][i]) / h3;
          value += j * j;
          const gj = (2 * weight * j) / (many * h3);
          g[k][i] += gj;
          g[k - 1][i] -= 3 * gj;
          g[k - 2][i] += 3 * gj;
          g[k - 3][i] -= gj;
        }
      }
    }
    if (adjoint) g.forEach((gk, k) => adjoint.addEndpoint(k, gk));
    return value / many;
  },
};

/** Mean squared difference of the outputs from what they should be, in the steps that count; of tasks without a body. */
export const output: Term = {
  name: 'output',
  unit: '1',
  needs: 'outputs',
  evaluate({ arrays: { out, gOut } }, { desired, importance }, weight) {
    const width = out.length / importance.length;
    const whole = width * importance.reduce((sum, w) => sum + w, 0);
    let value = 0;
    for (let i = 0; i < out.length; i++) {
      const w = importance[Math.floor(i / width)] / whole;
      const error = out[i] - desired[i];
      value += w * error * error;
      if (gOut.length > 0) gOut[i] += 2 * weight * w * error;
    }
    return value;
  },
};
