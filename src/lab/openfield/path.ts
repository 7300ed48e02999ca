import type { Random } from '../../math/random.ts';
import { wallThickness } from './arena.ts';
import type { OpenFieldSettings } from './options.ts';

/**
 * Where the trunk goes: the animal heads for goals in the arena, slows for turns, sometimes stops, and looks around.
 * World coordinates in mm, x to the right, y down (as in the picture); headings in rad from +x towards +y, unwrapped.
 */
export interface BodyPath {
  /** Samples per second. */
  readonly rate: number;
  /** Time of sample 0, s: before the recording starts, so that steps reach back and ahead of it. */
  readonly startSeconds: number;
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly heading: Float64Array;
  /** mm/s. */
  readonly speed: Float64Array;
  /** rad/s. */
  readonly turnRate: Float64Array;
  /** Yaw of the head against the trunk, rad: into the turn, and looking around. */
  readonly headYaw: Float64Array;
}

/** Simulation steps per second, whatever the frame rate: truth does not depend on the camera. */
export const simulationRate = 240;
/** Simulated before and after the recording, s. */
export const padSeconds = 2;

/** Goals keep this far from the picture's edge, mm: from mid trunk to the snout and room to turn. */
const goalMargin = 80;
/** Mid trunk to a little before the snout, mm. */
const noseReach = 58;
const largestTurnRate = 3.6; // rad/s

interface Goal {
  readonly x: number;
  readonly y: number;
  readonly speed: number;
}

export function wander(options: OpenFieldSettings, random: Random): BodyPath {
  const width = options.width / options.pixelsPerMillimeter;
  const height = options.height / options.pixelsPerMillimeter;
  const count = Math.ceil((options.seconds + 2 * padSeconds) * simulationRate) + 1;
  const column = (): Float64Array => new Float64Array(count);
  const path = {
    rate: simulationRate,
    startSeconds: -padSeconds,
    count,
    x: column(),
    y: column(),
    heading: column(),
    speed: column(),
    turnRate: column(),
    headYaw: column(),
  };
  const dt = 1 / simulationRate;
  const wallRoom = (px: number, py: number): number =>
    Math.min(px, py, width - px, height - py) - wallThickness;
  const nextGoal = (x: number, y: number): Goal => {
    let best: Goal | undefined;
    let far = -1;
    for (let k = 0; k < 4; k++) {
      const gx = random.uniform(goalMargin, width - goalMargin);
      const gy = random.uniform(goalMargin, height - goalMargin);
      const distance = Math.hypot(gx - x, gy - y);
      if (distance > far) {
        far = distance;
        best = { x: gx, y: gy, speed: options.speed * random.uniform(0.4, 1.6) };
      }
    }
    return best!;
  };

  let x = width / 2;
  let y = height / 2;
  let heading = random.uniform(-Math.PI, Math.PI);
  let speed = 0;
  let acceleration = 0;
  let turnRate = 0;
  let goal = nextGoal(x, y);
  let sinceGoal = 0;
  let pauseLeft = 0;
  let drift = 0; // slow wander of the course, rad/s
  let gaze = 0; // looking around, rad
  let gazeGoal = 0;
  let headYaw = 0;
  for (let i = 0; i < count; i++) {
    path.x[i] = x;
    path.y[i] = y;
    path.heading[i] = heading;
    path.speed[i] = speed;
    path.turnRate[i] = turnRate;
    path.headYaw[i] = headYaw;

    sinceGoal += dt;
    if (Math.hypot(goal.x - x, goal.y - y) < 25 || sinceGoal > 5) {
      goal = nextGoal(x, y);
      sinceGoal = 0;
      if (random.uniform() < options.pauses) pauseLeft = random.uniform(0.3, 1.1);
    }
    pauseLeft -= dt;
    const resting = pauseLeft > 0;
    const error = wrap(Math.atan2(goal.y - y, goal.x - x) - heading);
    // It slows where it must turn, so that the turn stays inside the arena.
    const facing = Math.max(0, Math.cos(error));
    // It slows where its nose nears a wall, too.
    const ahead = noseReach + 0.2 * speed;
    const room = wallRoom(x + ahead * Math.cos(heading), y + ahead * Math.sin(heading));
    const care = Math.min(1, Math.max(0, room / 25));
    const wantedSpeed = resting ? 0 : goal.speed * care * (0.18 + 0.82 * facing * facing);
    drift += (-drift / 0.6) * dt + 1.4 * Math.sqrt(dt) * random.normal();
    const mobile = speed / (speed + 25);
    const wantedTurn = clamp(4 * error, largestTurnRate) * (resting ? 0 : 1) + drift * mobile;
    // Critically damped towards what is wanted.
    acceleration += ((wantedSpeed - speed) * 64 - 16 * acceleration) * dt;
    speed = Math.max(0, speed + acceleration * dt);
    turnRate += ((wantedTurn - turnRate) / 0.12) * dt;
    heading += turnRate * dt;
    x += speed * Math.cos(heading) * dt;
    y += speed * Math.sin(heading) * dt;

    if (random.uniform() < dt / (resting ? 0.35 : 0.8)) {
      gazeGoal = random.normal(0, resting ? 0.45 : 0.16);
    }
    gaze += ((clamp(gazeGoal, 0.8) - gaze) / 0.09) * dt;
    headYaw += ((clamp(0.2 * turnRate + gaze, 0.9) - headYaw) / 0.06) * dt;
  }
  return path;
}

/** A column of the path at any time, linear between samples, held beyond its ends. */
export function sampleAt(path: BodyPath, column: Float64Array | Float32Array, seconds: number): number {
  const position = Math.min(path.count - 1, Math.max(0, (seconds - path.startSeconds) * path.rate));
  const i = Math.min(path.count - 2, Math.floor(position));
  const u = position - i;
  return column[i] * (1 - u) + column[i + 1] * u;
}

function wrap(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
