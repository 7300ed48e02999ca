/**
 * What is claimed of `measure/kinematics`, each claim measured with several seeds:
 *
 *   npx tsx validation/kinematics.ts [folder of gait-imu-mocap]
 *
 * - Joint angles: root mean square error at most 0.5 deg at 1 px noise, limbs of 100 px filmed at 100 Hz, after the Kalman smoother.
 * - Velocity: error at most 1.1 times the optimal filter's. The optimal filter is, for motion driven by white jerk, the Rauch-Tung-Striebel
 *   smoother (1965) that knows the density of the jerk and the noise; for stationary motion of known spectrum the non-causal Wiener
 *   filter; for a given curve, the smoother with the one process noise that is best over all its noisy measurements together. Errors are
 *   pooled over the seeds; 1 px noise, 10 s at 100 Hz.
 * - Stride length on the optical walk of gaitmap's example data: 1.340 m within 1 %.
 * - Footfalls of simulated walkers: at least 98 % of lifts and contacts within one frame, at most 1 % spurious ones.
 *
 * Rows without a target say what was measured where nothing is claimed.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventAgreement, feet as pawsOfMouse } from '../src/cli/demo/gait-agreement.ts';
import { simulateOpenField } from '../src/lab/openfield/index.ts';
import { Random } from '../src/math/index.ts';
import {
  gait,
  jointAngle,
  kalmanSmoother,
  type KalmanSmootherOptions,
} from '../src/measure/kinematics/index.ts';
import { matched, walker, type WalkerOptions } from '../test/measure/kinematics/gait/walker.ts';
import { rootMeanSquare, trackOf } from '../test/measure/kinematics/made.ts';
import { measureWalk } from './gait-imu-mocap.ts';
import { asTracked, coordinate, drivenByJerk, ofSpectrum, type Motion } from './motions.ts';

export interface Row {
  readonly claim: string;
  readonly source: string;
  readonly target?: string;
  readonly measured: string;
  readonly holds?: boolean;
}

const seeds = [1, 2, 3, 4, 5];
const rate = 100;
const count = 1000;
const turn = 2 * Math.PI;
const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}`;

/** The worst seed must hold. */
export function angleRows(): Row[] {
  return ([2, 3] as const).flatMap((space) =>
    ([100, 50] as const).map((limb): Row => {
      const errors = seeds.map((seed) => {
        const random = new Random(`angle/${space}/${limb}/${seed}`);
        // A joint that swings by 40 deg at 1.5 Hz while the animal goes 150 px/s.
        const truth = (s: number): number => 1.8 + 0.7 * Math.sin(turn * 1.5 * s);
        const sway = (s: number): number => 100 + 5 * Math.sin(19 * s);
        const deep = (s: number, ...place: number[]): number[] =>
          [...place, 20 * Math.sin(7 * s)].slice(0, space);
        const track = trackOf(
          {
            hip: (s) => deep(s, 150 * s, sway(s)),
            knee: (s) => deep(s, 150 * s + limb, sway(s)),
            foot: (s) =>
              deep(s, 150 * s + limb * (1 - Math.cos(truth(s))), sway(s) - limb * Math.sin(truth(s))),
          },
          { count, rate, variance: 1, noise: () => random.normal() },
        );
        const { position } = kalmanSmoother(track.positions);
        const angle = jointAngle({ ...track, positions: position }, ['hip', 'knee', 'foot'], {
          kind: 'inner',
        });
        return rootMeanSquare(angle.values.map((v, t) => v - (truth(t / rate) * 180) / Math.PI));
      });
      const claimed = limb === 100;
      return {
        claim: `joint angle, ${space}D, 1 px noise`,
        source: `limbs of ${limb} px`,
        target: claimed ? '<= 0.5 deg' : undefined,
        measured: `${spread(errors)} deg`,
        holds: claimed ? Math.max(...errors) <= 0.5 : undefined,
      };
    }),
  );
}

const velocityOf = (
  measured: Float64Array,
  options: KalmanSmootherOptions,
  variance?: number,
): Float64Array =>
  Float64Array.from(kalmanSmoother(coordinate(measured, rate, variance), options).velocity.contiguous());

/** Root of the mean of squared errors over all seeds; the first and last half second are left out. */
function pooled(errors: readonly Float64Array[]): number {
  return rootMeanSquare(errors.flatMap((e) => Array.from(e.subarray(rate / 2, e.length - rate / 2))));
}

interface Case {
  readonly source: string;
  readonly optimum: string;
  /** Of one seed: the truth, a measurement of it, and the velocity by the optimal filter. */
  readonly draw: (seed: number) => Motion & { readonly measured: Float64Array; readonly best: Float64Array };
  readonly claimed: boolean;
}

function driven(q: number): Case {
  return {
    source: `white jerk, ${q.toExponential(0)} px^2/s^5`,
    optimum: 'RTS with the truth',
    claimed: true,
    draw(seed) {
      const random = new Random(`jerk/${q}/${seed}`);
      const motion = drivenByJerk(random, count, rate, q);
      const measured = motion.position.map((x) => x + random.normal());
      const known = { processNoise: q, measurementNoise: 1, gateProbability: 1 };
      return { ...motion, measured, best: velocityOf(measured, known) };
    },
  };
}

function stationary(source: string, spectrum: (hertz: number) => number, claimed = true): Case {
  return {
    source,
    optimum: 'Wiener',
    claimed,
    draw(seed) {
      const drawn = ofSpectrum(new Random(`${source}/${seed}`), count, rate, { spectrum, sd: 40 });
      return { ...drawn, best: drawn.wienerVelocity };
    },
  };
}

/** @param position a curve; its velocity by central differences, exact to 1e-6 of it. */
function curve(source: string, position: (seconds: number) => number): Case {
  const at = (t: number): number => t / rate;
  const truth = Float64Array.from({ length: count }, (_, t) => position(at(t)));
  const h = 1e-4;
  const velocity = truth.map((_, t) => (position(at(t) + h) - position(at(t) - h)) / (2 * h));
  const measurement = (seed: number): Float64Array => {
    const random = new Random(`${source}/${seed}`);
    return truth.map((x) => x + random.normal());
  };
  const grid = Array.from({ length: 21 }, (_, i) => 10 ** (4 + i / 4));
  const errorAt = (processNoise: number): number =>
    pooled(
      seeds.map((seed) => {
        const found = velocityOf(measurement(seed), {
          processNoise,
          measurementNoise: 1,
          gateProbability: 1,
        });
        return found.map((v, t) => v - velocity[t]);
      }),
    );
  const costs = grid.map(errorAt);
  const processNoise = grid[costs.indexOf(Math.min(...costs))];
  return {
    source,
    optimum: 'best process noise',
    claimed: true,
    draw(seed) {
      const measured = measurement(seed);
      const best = velocityOf(measured, { processNoise, measurementNoise: 1, gateProbability: 1 });
      return { position: truth, velocity, measured, best };
    },
  };
}

const minimumJerk = (s: number): number => s ** 3 * (10 - 15 * s + 6 * s * s);

export function velocityRows(): Row[] {
  const cases = [
    ...[1e5, 1e7, 1e9].map(driven),
    stationary(
      'limb: resonance at 1.5 Hz',
      (f) => 1 / ((f * f - 2.25) ** 2 + 0.25 * f * f) / (1 + (f / 3) ** 2),
    ),
    stationary('body: falls as f^-6 from 1.5 Hz', (f) => (1 + (f / 1.5) ** 2) ** -3),
    stationary('smoother: f^-8 from 2 Hz', (f) => (1 + (f / 2) ** 2) ** -4),
    stationary('rougher: f^-4 from 1.5 Hz', (f) => (1 + (f / 1.5) ** 2) ** -2),
    stationary('Gaussian spectrum to 2 Hz', (f) => Math.exp((-f * f) / 8), false),
    curve('sine of 1.5 Hz', (t) => 80 * Math.sin(turn * 1.5 * t)),
    curve('sines of 1.1 and 3 Hz', (t) => 60 * Math.sin(turn * 1.1 * t) + 15 * Math.sin(turn * 3 * t + 1)),
    curve('even walk that sways', (t) => 150 * t + 5 * Math.sin(19 * t)),
    curve('reaches and rests', (t) => {
      const way = minimumJerk(Math.min(1, (t % 2) / 0.6));
      return 300 * (Math.floor(t / 2) % 2 === 0 ? way : 1 - way);
    }),
  ];
  return cases.flatMap(({ source, optimum, draw, claimed }) => {
    const draws = seeds.map(draw);
    const error = (of: (drawn: (typeof draws)[number]) => Float64Array): number =>
      pooled(draws.map((d) => of(d).map((v, t) => v - d.velocity[t])));
    const best = error((d) => d.best);
    return ([1, undefined] as const).map((variance): Row => {
      const ratio = error((d) => velocityOf(d.measured, {}, variance)) / best;
      return {
        claim: `velocity, noise ${variance === undefined ? 'unknown' : 'stated'}, against ${optimum}`,
        source,
        target: claimed ? '<= 1.10' : undefined,
        measured: ratio.toFixed(2),
        holds: claimed ? ratio <= 1.1 : undefined,
      };
    });
  });
}

export function strideRow(folder: string): Row {
  const common = {
    claim: 'mean left stride length, real walk',
    source: 'gait-imu-mocap',
    target: '1.340 m +- 1 %',
  };
  if (!existsSync(folder)) return { ...common, measured: 'not measured: the data are not there' };
  const { meanMeters, strides } = measureWalk(folder).detected;
  const off = meanMeters / 1.34 - 1;
  return {
    ...common,
    measured: `${meanMeters.toFixed(4)} m (${(100 * off).toFixed(2)} %, ${strides} strides)`,
    holds: Math.abs(off) <= 0.01,
  };
}

interface Found {
  readonly hit: number;
  readonly of: number;
  readonly spurious: number;
}

const sum = (all: readonly Found[]): Found =>
  all.reduce((a, b) => ({ hit: a.hit + b.hit, of: a.of + b.of, spurious: a.spurious + b.spurious }));

function footfallRow(source: string, claim: string, { hit, of, spurious }: Found): Row {
  return {
    claim,
    source,
    target: '>= 98 %, spurious <= 1 %',
    measured: `${((100 * hit) / of).toFixed(1)} % of ${of}, spurious ${((100 * spurious) / of).toFixed(1)} %`,
    holds: hit / of >= 0.98 && spurious / of <= 0.01,
  };
}

const walkingFeet = ['leftHind', 'rightHind', 'leftFront', 'rightFront'];

function walkerFootfalls(
  options: Omit<WalkerOptions, 'random' | 'noise'>,
  tracked: boolean,
  seed: string,
): Found {
  const { track, lifts, contacts } = walker({ ...options, noise: tracked ? 0 : 1, random: new Random(seed) });
  const measured = tracked ? asTracked(track, new Random(`${seed}/tracker`)) : track;
  const { events } = gait(measured, { feet: walkingFeet });
  return sum(
    walkingFeet.flatMap((foot) => {
      const swings = [...events.select({ label: 'swing', source: foot })];
      return [
        matched(
          lifts[foot],
          swings.map((s) => s.startSeconds),
          options.rate,
          options.seconds,
        ),
        matched(
          contacts[foot],
          swings.map((s) => s.endSeconds!),
          options.rate,
          options.seconds,
        ),
      ];
    }),
  );
}

export function footfallRows(): Row[] {
  const gaits = ['walk', 'trot', 'bound'] as const;
  const walkers = [false, true].flatMap((tracked) =>
    gaits.flatMap((name) =>
      [200, 400, 700].map((speed) => {
        const options = { gait: name, speed, rate: 120, seconds: 8 };
        const found = sum(seeds.map((seed) => walkerFootfalls(options, tracked, `${name}/${speed}/${seed}`)));
        const noise = tracked ? "tracker's errors" : '1 px noise';
        return footfallRow(`${name} at ${speed} px/s, 120 Hz`, `footfalls within a frame, ${noise}`, found);
      }),
    ),
  );
  const mice = [60, 120].map((hertz) => {
    const found = sum(
      seeds.map((seed): Found => {
        const field = simulateOpenField({
          seed,
          seconds: 20,
          rate: hertz,
          width: 800,
          height: 600,
          occlusion: 0,
        });
        const random = new Random(`mouse/${hertz}/${seed}`);
        const { pose } = field.truth;
        const values = Float64Array.from(pose.positions.contiguous(), (v) => v + random.normal());
        const positions = pose.positions.derive(values, { step: 'simulated' });
        const agreement = eventAgreement(gait({ ...pose, positions }, { feet: pawsOfMouse }), field);
        return {
          hit: agreement.withinOneFrame * agreement.trueEvents,
          of: agreement.trueEvents,
          spurious: agreement.spurious * agreement.detected,
        };
      }),
    );
    const {
      target: _,
      holds: __,
      ...row
    } = footfallRow(`mouse that turns and stops, ${hertz} Hz`, 'footfalls within a frame, 1 px noise', found);
    return row;
  });
  return [...walkers, ...mice];
}

if (process.argv[1] === import.meta.filename) {
  const folder = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../../shared/data/gait-imu-mocap'));
  const rows = [...angleRows(), ...velocityRows(), strideRow(folder), ...footfallRows()];
  const cells = rows.map((r) => [
    r.claim,
    r.source,
    r.target ?? '-',
    r.measured,
    r.holds === undefined ? '' : r.holds ? 'holds' : 'FAILS',
  ]);
  const head = ['claim', 'source', 'target', `measured (seeds ${seeds.join(', ')})`, ''];
  const widths = head.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i].length)));
  for (const line of [head, ...cells])
    console.log(
      line
        .map((c, i) => c.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
  if (rows.some((r) => r.holds === false)) process.exitCode = 1;
}
