import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { makeFolders } from '../../formats/file.ts';
import { readPose } from '../../formats/index.ts';
import {
  bodyAppearance,
  explainMovement,
  fitBodySteps,
  loadPhysics,
  scaleBody,
  type BodyModel,
  type ExplainedMovement,
} from '../../model/body/index.ts';
import { writeAtomic, type Project, type VideoBody } from '../../project/index.ts';
import { namedVideos } from '../../project/run/videos.ts';
import { UsageError } from '../../signal/error.ts';
import { timesOf } from '../../signal/time.ts';
import { command, type Context } from '../command.ts';
import { openProject } from '../project.ts';
import { loadBody } from '../fit-body/load-body.ts';
import { fitReport } from '../fit-body/report.ts';
import { viewOf } from '../fit-body/view.ts';
import { writeFit } from '../fit-body/write.ts';
import { version } from '../version.ts';

export const fitBodyCommand = command({
  positionals: [
    {
      name: 'FILE',
      description: 'tracked points: .trc, .c3d, or any track that Marey reads',
      required: true,
    },
  ],
  options: z.object({
    body: z.string().describe('planar-arm, arm, quadruped, or a file: .xml (MJCF), .osim (OpenSim)'),
    out: z.string().describe('the folder for angles, muscles and the report'),
    rename: z
      .array(z.string())
      .default([])
      .describe("OLD=NEW: the body's name for a keypoint; may be given several times"),
    knownOnly: z.boolean().default(false).describe('leave out keypoints that the body has no marker for'),
    unit: z
      .enum(['m', 'cm', 'mm'])
      .optional()
      .describe('unit of the points, where the file does not say it right'),
    framesPerSecond: z.coerce.number().positive().optional().describe('for files that know no time'),
    individual: z.string().optional().describe('whose points, where the file has several animals'),
    confidence: z.coerce.number().min(0).max(1).default(0.6).describe('points below are missing'),
    up: z
      .enum(['x', 'y', 'z'])
      .optional()
      .describe("which axis of the file points up (default: as the body's)"),
    place: z
      .enum(['auto', 'yes', 'no'])
      .default('auto')
      .describe('find where the base of the body stands; auto: where it does not move'),
    scale: z.boolean().default(false).describe('find the size of the body'),
    register: z.boolean().default(false).describe('learn where on the body the markers are'),
    smooth: z.boolean().default(true).describe('smooth over time (--no-smooth: each frame by itself)'),
    cutoff: z.coerce
      .number()
      .positive()
      .default(6)
      .describe('movement faster than this is noise to muscles, Hz'),
    activations: z
      .enum(['auto', 'static', 'control', 'none'])
      .default('auto')
      .describe('static optimization, computed muscle control, or none; auto: static where forces are known'),
    pixelsPerMeter: z.coerce.number().positive().optional().describe('for a track in a picture: its scale'),
    plane: z
      .enum(['xy', 'xz', 'yz'])
      .default('xy')
      .describe("for a track in a picture: the body's axes to the right and up in it"),
    origin: z.string().optional().describe("X,Y px: the origin of the body's world in the picture"),
    video: z
      .string()
      .optional()
      .describe('a video of the project whose frames these are: the workbench shows the body beside it'),
  }),
  details: `Writes angles.mot with angles-deviation.mot, torques.sto, muscle-lengths.sto, muscle-velocities.sto, activations.sto, marker-distances.sto,
fit.npz (with full covariances), fit.json and report.html.

Example: marey fit-body reach.trc --body arm --up y --scale --out reach-fit`,
  async run({ FILE }, options, context) {
    const { console, cwd } = context;
    const start = performance.now();
    const source = resolve(cwd, FILE[0]);
    const out = resolve(cwd, options.out);
    checkFolder(out);
    await using shown =
      options.video === undefined ? undefined : await videoOf(options.video, options, context);
    console.progress({ what: 'Reading', fraction: 0 });
    const { unit, framesPerSecond, seed } = options;
    const track = await readPose(source, { unit, framesPerSecond });
    const { model, title, up, notes } = loadBody(await loadPhysics(), options.body, cwd);
    using own = model;
    const { view, keypoints, leftOut } = viewOf(track, own, up, options);
    const place = options.place === 'yes' || (options.place === 'auto' && !view.camera && standsStill(own));
    const fitStart = performance.now();
    const fit = await finished(
      fitBodySteps(own, [view], {
        keypoints,
        scale: options.scale,
        register: options.register,
        smooth: options.smooth,
        place,
        seed,
      }),
      'Fitting the body',
      context,
    );
    const fitSeconds = (performance.now() - fitStart) / 1000;
    const times = timesOf(view.track.positions.time!);
    using scaled = fit.scale === 1 ? own.copy() : scaleBody(own, fit.scale);
    const muscular = own.get('actuator_gaintype').includes(2);
    const cautions = [
      ...fit.suspicions.map((s) => sentence(s.message)),
      ...(leftOut.length > 0 ? [`Left out, as the body has no such marker: ${leftOut.join(', ')}.`] : []),
      ...notes,
    ];
    const without: string[] = [];
    let method = options.activations;
    if (method === 'auto') {
      method = muscular && standsStill(own) ? 'static' : 'none';
      if (muscular && method === 'none')
        without.push(
          'Activations: the body stands on something whose forces are not known, and without them the torques of its legs mean nothing. --activations static computes them all the same.',
        );
    }
    if (!muscular) without.push('Muscles: this body has none.');
    const explained = await finished(
      explainMovement(scaled, fit.positions, times, { cutoffHz: options.cutoff, activations: method }),
      'Muscles',
      context,
    );
    if (!standsStill(own))
      cautions.push(
        'Torques are those of a body that nothing holds up: forces of the ground are not in them.',
      );
    for (const caution of cautions) console.warn(caution);
    await makeFolders(out);
    const written = await writeFit(out, scaled, fit, times, explained);
    if (shown) {
      const body = bodyAppearance(scaled, fit.positions);
      const activity = activityOf(explained, body.muscles);
      await shown.project.bodies.write(shown.name, { ...body, times, activity });
    }
    const { seed: _seed, ...told } = options;
    await writeAtomic(
      join(out, 'report.html'),
      fitReport({
        title: `${basename(source)}, as a body moves`,
        body: title,
        version,
        source: { path: basename(source), sha256: track.positions.provenance?.sha256 },
        model: scaled,
        view,
        up: 'xyz'.indexOf(up),
        fit,
        times,
        explained,
        without,
        cautions,
        options: JSON.stringify(told),
        written,
      }),
    );
    const result = {
      out,
      report: join(out, 'report.html'),
      frames: times.length,
      framesPerSecond: times.length / fitSeconds,
      scale: fit.scale,
      placement: fit.placement ?? null,
      noise: fit.noise,
      medianDistanceMm: medianDistance(fit.distances.values),
      activations: method,
      suspicions: fit.suspicions,
      files: written,
    };
    await writeAtomic(
      join(out, 'fit.json'),
      `${JSON.stringify({ ...result, out: undefined, report: undefined, framesPerSecond: undefined, body: options.body, source: basename(source), markers: fit.markers }, undefined, 2)}\n`,
    );
    return { ...result, seconds: (performance.now() - start) / 1000 };
  },
  print(result, console) {
    const { frames, framesPerSecond, medianDistanceMm, files, report } = result as unknown as {
      frames: number;
      framesPerSecond: number;
      medianDistanceMm: number | null;
      files: readonly { file: string; what: string }[];
      report: string;
    };
    const apart =
      medianDistanceMm === null ? '' : `; markers lie ${medianDistanceMm.toFixed(1)} mm off in the median`;
    console.line(`Fitted ${frames} frames at ${framesPerSecond.toFixed(0)} frames/s${apart}.`);
    for (const { file, what } of files) console.line(`  ${file.padEnd(22)} ${what}`);
    console.line(`Report: ${report}`);
  },
});

/** The project's video of this name. */
async function videoOf(
  name: string,
  options: Parameters<typeof openProject>[0],
  context: Context,
): Promise<AsyncDisposable & { readonly project: Project; readonly name: string }> {
  const project = await openProject(options, context);
  const all = await namedVideos(project);
  const video = all.find((v) => v.name === name || basename(v.path) === basename(name));
  if (video)
    return { project, name: video.name, [Symbol.asyncDispose]: () => project[Symbol.asyncDispose]() };
  await project[Symbol.asyncDispose]();
  throw new UsageError('the project has no such video', {
    where: project.root,
    expected: all.map((v) => v.name).join(', ') || 'a project with videos',
    got: name,
  });
}

/** Activations for the muscles' color, where they were found for every frame. */
function activityOf({ activations }: ExplainedMovement, muscles: readonly string[]): VideoBody['activity'] {
  if (activations?.method !== 'static') return undefined;
  const { names, activations: values } = activations;
  const columns = muscles.map((name) => names.indexOf(name));
  return {
    what: 'activation by static optimization, from pale (0) to red (1)',
    values: Float32Array.from(
      { length: (values.length / names.length) * columns.length },
      (_, i) => values[Math.floor(i / columns.length) * names.length + columns[i % columns.length]] ?? NaN,
    ),
  };
}

/** Runs a generator that yields its share to the end, with progress; stops when asked to. */
async function finished<T>(
  steps: Generator<number, T, void>,
  what: string,
  { console, signal }: Context,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      console.endProgress();
      return value;
    }
    const seconds = (performance.now() - start) / 1000;
    console.progress({ what, fraction: value, secondsLeft: (seconds * (1 - value)) / value });
    // So that Ctrl-C is heard.
    await setImmediate();
    if (signal.aborted) {
      steps.return(undefined as T);
      signal.throwIfAborted();
    }
  }
}

/** Whether the base of the body does not move: no free joint, and no slides that carry it. */
function standsStill(model: BodyModel): boolean {
  const slides = model.joints.filter((j) => j.type === 'slide');
  return !model.joints.some((j) => j.type === 'free') && slides.length < 2;
}

function medianDistance(values: ArrayLike<number>): number | null {
  const there = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return there.length > 0 ? 1000 * there[there.length >> 1] : null;
}

/** Nothing of another kind is to lie among the results. */
function checkFolder(out: string): void {
  if (!existsSync(out)) return;
  const names = readdirSync(out);
  if (names.length > 0 && !names.includes('fit.json'))
    throw new UsageError('the folder holds something else', {
      where: out,
      expected: 'a new folder, an empty one, or one of an earlier fit',
      fix: 'Choose another one with --out.',
    });
}

const sentence = (text: string): string =>
  `${text[0].toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
