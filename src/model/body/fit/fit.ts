import { InputError, UsageError } from '../../../signal/error.ts';
import { timesOf } from '../../../signal/time.ts';
import type { BodyModel } from '../engine/model.ts';
import { fitResult, type BodyFit } from './result.ts';
import { siteMarkers, type Marker } from './marker.ts';
import { findPlacement, placeTrack, type Placement } from './placement.ts';
import { observe, type Observation, type View } from './observation.ts';
import { PostureSolver, type Posture } from './posture.ts';
import { follow, registerMarkers, sample, spreadRatio, type RegisterOptions } from './register.ts';
import { scaleBody } from './scale.ts';
import { startPosture } from './start.ts';
import { sizeRatio, suspectSwaps, type Suspicion, type Twins } from './suspicion.ts';

export interface FitOptions {
  /** Which keypoints to use; all of them by default. Each needs a marker of its name. */
  readonly keypoints?: readonly string[];
  /** Where the markers are; by default the body's sites of the keypoints' names. */
  readonly markers?: readonly Marker[];
  /** Fit one factor for all lengths of the body first. Default false. Needs points in space. */
  readonly scale?: boolean;
  /** Learn where on their bodies the markers are. Default false: they are where the body says. Needs points in space. */
  readonly register?: boolean | RegisterOptions;
  /** Find where a body stands whose base does not move (`findPlacement`). Default false: points are in the world of the body. Needs points in space. */
  readonly place?: boolean;
  /** Smooth the coordinates over time by their covariances. Default true; false gives each frame for itself. */
  readonly smooth?: boolean;
  /** Seed of the random starts. Default 0. */
  readonly seed?: number;
}

/**
 * Joint angles of a body from keypoints in space, in pictures, or both: inverse kinematics frame by frame within the joints' limits,
 * weighted by the keypoints' covariances, then smoothed. Keypoints that are missing or whose covariance is missing are left out; where a frame's
 * keypoints do not determine a coordinate, smoothing fills it with a variance that grows, and without smoothing it is NaN. Left and right
 * that look swapped and units that look wrong are told in `suspicions`, or thrown where no fit makes sense.
 *
 * Throws `InputError` where the body lacks a keypoint's marker, at a wrong unit or size, and where no frame has a keypoint.
 */
export function fitBody(model: BodyModel, views: readonly View[], options: FitOptions = {}): BodyFit {
  const steps = fitBodySteps(model, views, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** `fitBody` in steps, for who shows progress or may stop: yields after every hundredth frame how many of them are fitted, as a share. */
export function* fitBodySteps(
  model: BodyModel,
  views: readonly View[],
  options: FitOptions = {},
): Generator<number, BodyFit, void> {
  if (views.length === 0)
    throw new UsageError('a body is fitted to at least one view', { where: model.name });
  const named = new Set(views.flatMap(({ track }) => track.skeleton.keypoints));
  const keypoints = options.keypoints ?? [...named];
  const unknown = keypoints.filter((k) => !named.has(k));
  if (unknown.length) {
    throw new UsageError('no view has such a keypoint', {
      expected: `some of ${[...named].join(', ')}`,
      got: unknown.join(', '),
    });
  }
  const markers =
    options.markers?.filter(({ name }) => keypoints.includes(name)) ?? siteMarkers(model, keypoints);
  const names = markers.map(({ name }) => name);
  let placed = views;
  let observations = observe(views, names);
  const first = observations.frames.findIndex((f) => f.length >= Math.min(3, markers.length));
  if (first < 0)
    throw new InputError('no frame has enough keypoints to fit a body', {
      where: model.name,
      expected: 'at least 3 in some frame',
    });

  const suspicions: Suspicion[] = [];
  let ratio = sizeRatioOf(model, markers, observations.frames);
  let factor = 1;
  let placement: Placement | undefined;
  const seed = options.seed ?? 0;
  if ((options.scale || options.place) && Number.isNaN(ratio)) {
    throw new UsageError('a body is scaled and placed by points in space', {
      where: model.name,
      got: 'pictures alone',
    });
  }
  const place = (scale: boolean): void => {
    if (!options.place) return;
    const { frames } = observe(views, names);
    const found = withSolver(model, markers, factor, (solver, fitted) =>
      findPlacement(solver, fitted.get('qpos0'), frames, { seed, scale }),
    );
    factor *= found.scale;
    placement = found.placement;
    placed = views.map((v) => ({ ...v, track: placeTrack(v.track, found.placement) }));
    observations = observe(placed, names);
  };
  if (options.scale) {
    factor = ratio;
    place(true);
    factor = fitScale(model, markers, observations.frames, first, factor, seed);
    ratio = 1;
    ratio = 1;
  }
  place(false);
  const { frames } = observations;
  if (ratio < 0.6 || ratio > 1.6) {
    suspicions.push({
      kind: 'size',
      message: `the keypoints lie ${ratio.toFixed(2)} times as far apart as the body's markers: the body may need to be scaled`,
    });
  }

  const scaled = factor === 1 ? undefined : scaleBody(model, factor);
  const fitted = scaled ?? model;
  const simulation = fitted.simulate();
  try {
    const solver = new PostureSolver(fitted, simulation, scaledMarkers(markers, factor));
    const twins = twinsOf(views, markers);
    const rest = fitted.get('qpos0');
    const start = startPosture(solver, rest, frames[first], seed).position;
    if (options.register) {
      // Before offsets are learned: they would learn the swap.
      const some = sample(frames, 12);
      suspicions.push(
        ...suspectSwaps(solver, some, follow(solver, start, some), twins).filter((s) => !s.frames),
      );
      registerMarkers(solver, start, frames, options.register === true ? {} : options.register);
    }
    const postures = yield* track(solver, rest, start, frames, seed);
    if (suspicions.every((s) => s.kind !== 'swapped sides'))
      suspicions.push(...suspectSwaps(solver, frames, postures, twins));
    const { time, provenance } = views[0].track.positions;
    return fitResult({
      solver,
      postures,
      observations,
      times: time ? timesOf(time) : Float64Array.from(frames, (_, t) => t),
      time: time!,
      inputs: placed.map(({ track }) => track.positions.provenance ?? provenance),
      smooth: options.smooth ?? true,
      scale: factor,
      placement,
      suspicions,
    });
  } finally {
    simulation[Symbol.dispose]();
    scaled?.[Symbol.dispose]();
  }
}

/** Runs `use` with a solver on the body scaled by `factor`. */
function withSolver<T>(
  model: BodyModel,
  markers: readonly Marker[],
  factor: number,
  use: (solver: PostureSolver, model: BodyModel) => T,
): T {
  const scaled = factor === 1 ? undefined : scaleBody(model, factor);
  const fitted = scaled ?? model;
  const simulation = fitted.simulate();
  try {
    return use(new PostureSolver(fitted, simulation, scaledMarkers(markers, factor)), fitted);
  } finally {
    simulation[Symbol.dispose]();
    scaled?.[Symbol.dispose]();
  }
}

function scaledMarkers(markers: readonly Marker[], factor: number): Marker[] {
  return markers.map((m) => ({
    ...m,
    offset: m.offset.map((v) => v * factor) as unknown as Marker['offset'],
  }));
}

function sizeRatioOf(
  model: BodyModel,
  markers: readonly Marker[],
  frames: readonly (readonly Observation[])[],
): number {
  return withSolver(model, markers, 1, (solver) => sizeRatio(solver, model.get('qpos0'), frames));
}

/** One factor for all lengths: postures and factor in turn, until it changes by less than 0.01 %. */
function fitScale(
  model: BodyModel,
  markers: readonly Marker[],
  frames: readonly (readonly Observation[])[],
  first: number,
  guess: number,
  seed: number,
): number {
  let factor = guess;
  const some = [frames[first], ...sample(frames, 30)];
  for (let round = 0; round < 20; round++) {
    const change = withSolver(model, markers, factor, (solver, fitted) => {
      const start = startPosture(solver, fitted.get('qpos0'), some[0], seed).position;
      return spreadRatio(solver, follow(solver, start, some), some);
    });
    if (!(change > 0)) throw new InputError('no size of the body fits the points', { where: model.name });
    factor *= change;
    if (Math.abs(change - 1) < 1e-4) break;
  }
  return factor;
}

/** All frames in order; one that fits far worse than usual is tried again from scratch. */
function* track(
  solver: PostureSolver,
  rest: Float64Array,
  start: Float64Array,
  frames: readonly (readonly Observation[])[],
  seed: number,
): Generator<number, Posture[], void> {
  let position = start;
  let usual = NaN;
  const postures: Posture[] = [];
  for (const [t, frame] of frames.entries()) {
    let posture = solver.solve(position, frame);
    const perPoint = posture.cost / Math.max(frame.length, 1);
    if (frame.length >= 3 && perPoint > 25 * usual) {
      const again = startPosture(solver, rest, frame, seed, 5);
      if (again.cost < 0.5 * posture.cost) posture = again;
    }
    // By a tenth a frame at most: a fit that goes astray little by little must not become what is usual.
    if (frame.length > 0)
      usual = Number.isNaN(usual) ? perPoint : 0.9 * usual + 0.1 * Math.min(perPoint, 2 * usual);
    position = posture.position;
    postures.push(posture);
    if (t % 100 === 99) yield (t + 1) / frames.length;
  }
  return postures;
}

/** Markers that are left and right of each other, by the skeletons of the views. */
function twinsOf(views: readonly View[], markers: readonly Marker[]): Twins {
  const { keypoints, symmetries } = views[0].track.skeleton;
  const index = (k: number): number => markers.findIndex(({ name }) => name === keypoints[k]);
  return symmetries.map(([a, b]) => [index(a), index(b)] as const).filter(([a, b]) => a >= 0 && b >= 0);
}
