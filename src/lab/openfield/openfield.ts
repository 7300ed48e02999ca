import { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import type { LabeledFrame, LabeledPoint } from '../../signal/labels.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { indexAt, timesOf } from '../../signal/time.ts';
import { AnimalPainter, paintShadow, toPixels } from './animal.ts';
import { paintArena } from './arena.ts';
import { Bar, paintBar, paintBarShadow } from './bar.ts';
import { Body, type Posture } from './body.ts';
import type { Canvas } from './canvas.ts';
import { step } from './gait.ts';
import { Lamp } from './light.ts';
import { settings, type OpenFieldOptions, type OpenFieldSettings } from './options.ts';
import { wander } from './path.ts';
import { Sensor } from './sensor.ts';
import { truthOf, type OpenFieldTruth } from './truth.ts';

/** One simulated picture: gray, row-major. */
export interface OpenFieldFrame {
  readonly index: number;
  readonly timeSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
  readonly data: Uint8Array;
}

export interface OpenFieldInfo {
  readonly name: string;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
  /** s. */
  readonly times: Float64Array;
  readonly framesPerSecond: number;
  readonly warnings: readonly string[];
  /** Scale of the picture. */
  readonly pixelsPerMillimeter: number;
  /** The options it was made with, defaults filled in. */
  readonly settings: OpenFieldSettings;
}

/** A source of frames, as `media` and `measure` take them. */
export interface OpenFieldSource extends AsyncDisposable {
  readonly info: OpenFieldInfo;
  frame(index: number): Promise<OpenFieldFrame>;
  frameAt(timeSeconds: number): Promise<OpenFieldFrame>;
  frames(start?: number, end?: number): AsyncIterable<OpenFieldFrame>;
}

/** A simulated recording of a mouse-like animal from above, with everything about it known. */
export interface OpenField {
  readonly info: OpenFieldInfo;
  readonly truth: OpenFieldTruth;
  /** Renders a frame; the same frame of the same options has the same bytes, in any order. Throws `UsageError` outside. */
  frame(index: number): OpenFieldFrame;
  /** What a careful person would label in a frame, without error: hidden keypoints are marked `occluded`. */
  label(index: number): LabeledFrame;
  /** The same frames through the face of a video. */
  frameSource(): OpenFieldSource;
}

/** Pictures averaged over one exposure: enough that no part moves much more than a pixel between two. */
const mostExposures = 6;

/**
 * Simulates an animal that walks, turns and stops in an open arena, seen from above. Nothing is rendered before a frame
 * is asked for. Keypoints and gait events of the whole recording are in `truth`.
 */
export function simulateOpenField(options: OpenFieldOptions = {}): OpenField {
  const chosen = settings(options);
  const frameCount = Math.max(1, Math.round(chosen.seconds * chosen.rate));
  // Each part has its own stream, so that turning one knob leaves the others' draws as they were.
  const stream = (part: string): Random => new Random(`open field ${chosen.seed} ${part}`);
  const path = wander(chosen, stream('path'));
  const body = new Body(path, step(path, stream('gait')));
  const size = [chosen.width, chosen.height] as const;
  const bar = new Bar(size, chosen.occlusion, chosen.pixelsPerMillimeter, stream('bar'));
  const truth = truthOf(body, bar, chosen, frameCount, {
    step: 'lab.openfield',
    options: { ...chosen },
  });
  const info: OpenFieldInfo = {
    name: `simulated open field, seed ${chosen.seed}`,
    frameCount,
    width: chosen.width,
    height: chosen.height,
    channels: 1,
    times: timesOf(truth.pose.positions.time!),
    framesPerSecond: chosen.rate,
    warnings: [],
    pixelsPerMillimeter: chosen.pixelsPerMillimeter,
    settings: chosen,
  };
  let camera: Camera | undefined;
  const frame = (index: number): OpenFieldFrame => {
    checkIndex(info, index);
    camera ??= new Camera(chosen, body, bar, stream);
    const data = camera.expose(index);
    const { width, height } = chosen;
    return { index, timeSeconds: info.times[index], width, height, channels: 1, data };
  };
  return {
    info,
    truth,
    frame,
    label: (index) => labelOf(info, truth, index),
    frameSource: () => sourceOf(info, frame),
  };
}

class Camera {
  readonly #options: OpenFieldSettings;
  readonly #body: Body;
  readonly #bar: Bar;
  readonly #arena: Canvas;
  readonly #scene: Canvas;
  readonly #animal: AnimalPainter;
  readonly #lamp: Lamp;
  readonly #sensor: Sensor;

  constructor(options: OpenFieldSettings, body: Body, bar: Bar, stream: (part: string) => Random) {
    const { width, height, pixelsPerMillimeter } = options;
    this.#options = options;
    this.#body = body;
    this.#bar = bar;
    this.#arena = paintArena(width, height, pixelsPerMillimeter, stream('arena'));
    this.#scene = { ...this.#arena, values: new Float32Array(width * height) };
    this.#animal = new AnimalPainter(stream('fur'));
    this.#lamp = new Lamp(width, height, options.light, stream('light'));
    this.#sensor = new Sensor(options.noise, stream('sensor'));
  }

  expose(index: number): Uint8Array {
    const { rate, blur, pixelsPerMillimeter: scale } = this.#options;
    const seconds = index / rate;
    const light = this.#lamp.at(seconds);
    const scene = this.#scene;
    scene.values.set(this.#arena.values);

    // The exposure is centered on the frame's time.
    const open = blur / rate;
    const ends = [this.#body.at(seconds - open / 2), this.#body.at(seconds + open / 2)];
    const moved = displacement(ends[0], ends[1]) * scale;
    const exposures = Math.min(mostExposures, 1 + Math.floor(moved / 1.2));
    const tile = cut(scene, surrounding([...ends], scale, scene));
    paintShadow(tile, this.#body.at(seconds), scale, light.direction, 0.42);
    const floor = tile.values.slice();
    const sum = new Float32Array(floor.length);
    for (let k = 0; k < exposures; k++) {
      const at = seconds + open * ((k + 0.5) / exposures - 0.5);
      tile.values.set(floor);
      this.#animal.paint(tile, this.#body.at(at), scale, light.direction);
      for (let i = 0; i < sum.length; i++) sum[i] += tile.values[i] / exposures;
    }
    tile.values.set(sum);
    paste(scene, tile);

    const bar = this.#bar.at(seconds);
    paintBarShadow(scene, bar, [-light.direction[0] * 25 * scale, -light.direction[1] * 25 * scale]);
    paintBar(scene, bar);
    return this.#sensor.expose(scene, light, index);
  }
}

/** The farthest that a paw, the snout or the tail's tip gets between two postures, mm. */
function displacement(a: Posture, b: Posture): number {
  const tip = a.tailX.length - 1;
  return Math.max(
    Math.hypot(a.spineX[0] - b.spineX[0], a.spineY[0] - b.spineY[0]),
    Math.hypot(a.tailX[tip] - b.tailX[tip], a.tailY[tip] - b.tailY[tip]),
    ...a.paws.map((paw, k) => Math.hypot(paw.x - b.paws[k].x, paw.y - b.paws[k].y)),
  );
}

/** The part of the picture that the animal, its whiskers and its shadow can touch. */
function surrounding(
  postures: readonly Posture[],
  scale: number,
  scene: Canvas,
): [left: number, top: number, right: number, bottom: number] {
  const margin = 26 * scale;
  const x = postures.flatMap((p) => [...p.spineX, ...p.tailX, ...p.paws.map((paw) => paw.x)]);
  const y = postures.flatMap((p) => [...p.spineY, ...p.tailY, ...p.paws.map((paw) => paw.y)]);
  return [
    Math.max(0, Math.floor(toPixels(Math.min(...x), scale) - margin)),
    Math.max(0, Math.floor(toPixels(Math.min(...y), scale) - margin)),
    Math.min(scene.width, Math.ceil(toPixels(Math.max(...x), scale) + margin)),
    Math.min(scene.height, Math.ceil(toPixels(Math.max(...y), scale) + margin)),
  ];
}

function cut(scene: Canvas, [left, top, right, bottom]: readonly [number, number, number, number]): Canvas {
  const width = Math.max(0, right - left);
  const height = Math.max(0, bottom - top);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (y + top) * scene.width + left;
    values.set(scene.values.subarray(start, start + width), y * width);
  }
  return { left, top, width, height, values };
}

function paste(scene: Canvas, tile: Canvas): void {
  for (let y = 0; y < tile.height; y++) {
    const row = tile.values.subarray(y * tile.width, (y + 1) * tile.width);
    scene.values.set(row, (y + tile.top) * scene.width + tile.left);
  }
}

function labelOf(info: OpenFieldInfo, truth: OpenFieldTruth, index: number): LabeledFrame {
  checkIndex(info, index);
  const { keypoints } = truth.pose.skeleton;
  const points = keypoints.map((_, k): LabeledPoint => {
    const i = index * keypoints.length + k;
    return {
      x: truth.pose.positions.values[2 * i],
      y: truth.pose.positions.values[2 * i + 1],
      visibility: truth.visible[i] ? 'visible' : 'occluded',
    };
  });
  return {
    picture: { video: info.name, frame: index },
    recording: info.name,
    instances: [{ individual: soleIndividual, points }],
  };
}

function sourceOf(info: OpenFieldInfo, render: (index: number) => OpenFieldFrame): OpenFieldSource {
  return {
    info,
    frame: async (index) => render(index),
    frameAt: async (timeSeconds) =>
      render(
        Math.max(
          0,
          indexAt(
            {
              kind: 'regular',
              clock: 'camera',
              startSeconds: 0,
              rate: info.framesPerSecond,
              count: info.frameCount,
            },
            timeSeconds,
          ),
        ),
      ),
    async *frames(start = 0, end = info.frameCount) {
      for (let index = start; index < Math.min(end, info.frameCount); index++) yield render(index);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function checkIndex(info: OpenFieldInfo, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < info.frameCount) return;
  throw new UsageError('there is no such frame', {
    where: info.name,
    expected: `a whole number from 0 to ${info.frameCount - 1}`,
    got: `${index}`,
  });
}
