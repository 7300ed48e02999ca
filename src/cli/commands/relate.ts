import { join, resolve } from 'node:path';
import { z } from 'zod';
import { makeFolders } from '../../formats/file.ts';
import { numberArray, textArray, writeArrays } from '../../formats/index.ts';
import { variableOf } from '../../inquire/index.ts';
import { nodeEngine } from '../../learn/engine/node.ts';
import { readData, recordedOf } from '../../project/claims/index.ts';
import { Random } from '../../math/index.ts';
import { Project, writeAtomic } from '../../project/index.ts';
import {
  besideMovement,
  coupling,
  cyclesOf,
  mostActive,
  type BesideMovement,
  type Coupling,
} from '../../relate/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command, projectFolder, type Context, type SharedOptions } from '../command.ts';
import { openProject } from '../project.ts';
import { keepDecoded } from '../relate-report/keep-decoded.ts';
import { relateSummary, renderRelate } from '../relate-report/relate-report.ts';
import { version } from '../version.ts';

export const relateCommand = command({
  positionals: [
    {
      name: 'FILE',
      description:
        'files of arrays in bins already (.mat, .npz, .csv); without them, the recording of the project',
      repeats: true,
    },
  ],
  options: z.object({
    spikes: z.string().describe('the name of the spikes: units, or counts in bins'),
    movement: z.string().describe('the name of the movement: places of a hand, angles, or a track'),
    also: z
      .array(z.string())
      .default([])
      .describe('another variable that may explain the spikes; may be given several times'),
    recording: z.string().optional().describe('which one of the project'),
    rhythm: z
      .string()
      .optional()
      .describe('events of the project whose starts begin cycles (breaths, strides): NAME or NAME:LABEL'),
    keep: z
      .boolean()
      .default(false)
      .describe('leave the decoded movement in the project, to see it on the timeline'),
    most: z.coerce.number().int().min(1).optional().describe('only so many units, those that fire most'),
    bin: z.coerce.number().positive().default(0.05).describe('width of a bin, s'),
    from: z.coerce.number().optional().describe('leave out what comes before, s'),
    to: z.coerce.number().optional().describe('leave out what comes after, s'),
    folds: z.coerce
      .number()
      .int()
      .min(2)
      .default(5)
      .describe('contiguous pieces, each judged by fits to the others'),
    unit: z.string().default('').describe('unit of the movement, for the axes'),
    out: z.string().default('relate').describe('the folder for the report and the numbers'),
  }),
  details: `Writes report.html (rasters, tuning, encoding, decoding, shares of variance, each beside its null) and relate.npz.

Example: marey relate --project reaching --spikes spikes --movement hand --also muscle-lengths
         marey relate m1.mat --spikes spikes --movement handPos --bin 0.05`,
  async run({ FILE = [] }, options, context) {
    const start = performance.now();
    const { console, cwd, signal } = context;
    const { spikes, movement, also, bin, from, to, folds, seed } = options;
    const names = [spikes, movement, ...also];
    if (FILE.length > 0 && (options.rhythm !== undefined || options.keep))
      throw new UsageError('--rhythm and --keep need a project', {
        where: 'marey relate',
        fix: 'Leave out the files, and name the project with --project.',
      });
    if (new Set(names).size < names.length)
      throw new UsageError('one variable is named twice', { where: 'marey relate', got: names.join(', ') });
    const data =
      FILE.length > 0
        ? { files: [...FILE], bin, from, to }
        : { project: projectFolder(options, cwd), recording: options.recording, bin, from, to };
    console.progress({ what: 'Reading', fraction: 0 });
    const { variables, inputs, notes, startSeconds } = await readData(data, names, cwd);
    const of = (name: string) => variableOf(name, variables, 'marey relate');
    const found = await besideMovement(mostActive(of(spikes), options.most ?? Infinity), of(movement), {
      binSeconds: bin,
      seed,
      folds,
      others: new Map(also.map((name) => [name, of(name)])),
      engine: await nodeEngine(),
      signal,
      onProgress: stages(console),
    });
    console.endProgress();
    const couplings =
      options.rhythm === undefined ? undefined : await coupled(options.rhythm, spikes, options, context);
    const out = resolve(cwd, options.out);
    await makeFolders(out);
    const report = join(out, 'report.html');
    const shown = {
      startSeconds: Math.max(startSeconds, from ?? -Infinity),
      seconds: 12,
      unit: options.unit || 'unit',
    };
    await writeAtomic(
      report,
      renderRelate(found, shown, {
        title: `${spikes} beside ${movement}`,
        version,
        inputs,
        notes,
        couplings,
      }),
    );
    if (options.keep) {
      await using project = await openProject(options, context);
      const recording = options.recording ?? project.config.recordings[0]?.name;
      await keepDecoded(project, recording, found, {
        ...shown,
        unit: options.unit,
        name: `decoded-${movement}`,
      });
    }
    await writeArrays(join(out, 'relate.npz'), arraysOf(found));
    const above = found.encoding.filter((e) => e.predicted);
    return {
      units: found.counts.names.length,
      samples: found.speed.length,
      predicted: above.map(({ unit }) => unit),
      tuned: found.preferred.tuned.map((u) => found.counts.names[u]),
      encoding: found.encoding.map(({ unit, value, interval, null: chance, corrected }) => ({
        unit,
        value,
        interval,
        chance: chance.high,
        corrected,
      })),
      decoding: found.decoding.scores.map((s, c) => ({
        channel: found.velocity.names[c],
        value: s.value,
        interval: s.interval,
        chance: s.null.high,
        p: s.null.p,
      })),
      summary: relateSummary(found),
      notes: [...notes, ...found.notes],
      report,
      seconds: (performance.now() - start) / 1000,
    };
  },
  print(result, console) {
    const { summary, notes, report } = result as unknown as {
      summary: readonly string[];
      notes: readonly string[];
      report: string;
    };
    for (const sentence of summary) console.line(sentence);
    for (const note of notes) console.warn(note);
    console.line(`Report: ${report}`);
  },
});

/** How the spikes of the project's recording lie in the cycles between events. */
async function coupled(
  rhythm: string,
  spikes: string,
  options: SharedOptions & { readonly recording?: string },
  { cwd }: Context,
): Promise<{ readonly rhythm: string; readonly units: readonly Coupling[] }> {
  await using project = await Project.open(projectFolder(options, cwd), { readOnly: true });
  const recorded = await recordedOf(project, options.recording);
  const [name, label] = rhythm.split(':');
  const events = recorded.events.find((e) => e.name === name);
  const train = recorded.spikes.find((s) => s.name === spikes);
  if (!events || !train) {
    throw new UsageError(`the recording has no ${events ? 'spikes' : 'events'} of this name`, {
      where: project.root,
      expected:
        (events ? recorded.spikes : recorded.events).map((e) => e.name).join(', ') || 'events in marey.yaml',
      got: events ? spikes : name,
    });
  }
  const random = new Random(`${options.seed}/coupling`);
  return { rhythm, units: coupling(train, cyclesOf(events, { label }), { random }) };
}

/** Progress with an estimate for each stage. */
function stages(console: Context['console']): (what: string, fraction: number) => void {
  let [stage, since] = ['', 0];
  return (what, fraction) => {
    if (what !== stage) [stage, since] = [what, performance.now()];
    const seconds = (performance.now() - since) / 1000;
    console.progress({
      what,
      fraction,
      ...(fraction > 0 && { secondsLeft: (seconds * (1 - fraction)) / fraction }),
    });
  };
}

function arraysOf(found: BesideMovement): Parameters<typeof writeArrays>[1] {
  const { counts, tuning, encoding, decoding, velocity, shares } = found;
  const units = counts.names.length;
  const of = (read: (u: number) => number) =>
    numberArray(Float64Array.from({ length: units }, (_, u) => read(u)));
  return {
    units: textArray(counts.names),
    preferred_direction: of((u) => tuning[u].preferredDirection),
    modulation: of((u) => tuning[u].modulation),
    tuning_p: of((u) => tuning[u].p),
    pseudo_r2: of((u) => encoding[u].value),
    pseudo_r2_low: of((u) => encoding[u].interval[0]),
    pseudo_r2_high: of((u) => encoding[u].interval[1]),
    pseudo_r2_chance: of((u) => encoding[u].null.high),
    pseudo_r2_p_corrected: of((u) => encoding[u].corrected),
    velocity: numberArray(velocity.values.data, [velocity.values.rows, velocity.values.columns]),
    velocity_decoded: numberArray(decoding.predicted.values.data, [
      velocity.values.rows,
      velocity.values.columns,
    ]),
    variables: textArray(shares.variables.map(({ name }) => name)),
    unique_variance: numberArray(Float64Array.from(shares.variables.flatMap((v) => [...v.unique])), [
      shares.variables.length,
      units,
    ]),
  };
}
