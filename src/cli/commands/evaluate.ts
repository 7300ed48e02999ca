import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Evaluation } from '../../measure/pose/index.ts';
import { writeAtomic, type Project } from '../../project/index.ts';
import {
  evaluateOptions,
  evaluateStep,
  keptSizeCurve,
  sizeCurveStep,
  type EvaluateResult,
  type SizeCurveFacts,
} from '../../project/steps/index.ts';
import { MachineError, UsageError } from '../../signal/error.ts';
import { command, type Context } from '../command.ts';
import { openProject } from '../project.ts';
import { drawProjectReport } from '../project-report/draw.ts';

export const evaluateCommand = command({
  positionals: [],
  options: z.object({
    confidence: z.coerce
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('points below are left out of "confident" figures (default: as in marey.yaml, else 0.6)'),
    report: z.string().optional().describe("the report's file (default: report.html in the project)"),
    curve: z
      .boolean()
      .default(false)
      .describe('train on growing parts of the training frames: do more labels help?'),
    curveMinutes: z.coerce.number().positive().default(3).describe('how long each point of the curve trains'),
    curveFractions: z
      .string()
      .default('0.1,0.2,0.4,0.6,0.8,1')
      .describe('sizes of the curve, as fractions of the training frames'),
    curveSeeds: z.coerce.number().int().positive().default(1).describe('trainings at each size'),
  }),
  details: `The report is one HTML file that needs nothing else. The curve leaves the project's model as it is; stopped or killed, it goes on
where it was, and more seeds or sizes only add trainings. It takes fractions x seeds x minutes.`,
  async run(_, options, context) {
    const { console, signal } = context;
    const fractions = parseFractions(options.curveFractions);
    // Judging needs no lock: it goes on while another process trains.
    await using project = await openProject(options, context, { readOnly: !options.curve });
    const { seed, threads } = options;
    const confidenceCut = options.confidence ?? project.stepOptions('evaluate', evaluateOptions).confidence;
    const result = await evaluateStep(project, {
      seed,
      threads,
      confidenceCut,
      signal,
      onProgress: (done, total) => console.progress({ what: 'Evaluating', fraction: done / total }),
    });
    const start = performance.now();
    const curve = options.curve
      ? await sizeCurveStep(project, {
          fractions,
          seeds: options.curveSeeds,
          minutesPerPoint: options.curveMinutes,
          seed,
          threads,
          signal,
          onProgress({ training, trainings, frames, fraction }) {
            const seconds = (performance.now() - start) / 1000;
            console.progress({
              what: `Training ${training} of ${trainings}, ${frames} frames`,
              fraction,
              secondsLeft: fraction > 0 ? (seconds * (1 - fraction)) / fraction : undefined,
            });
          },
        })
      : await keptSizeCurve(project, result.facts);
    const report = await writeReport(project, result, options.report, context);
    return { model: result.key, ...summary(result), sizeCurve: curve ?? null, report };
  },
  print(result, console) {
    const r = result as unknown as {
      testErrorPx: number | null;
      testErrorInterval: readonly [number, number];
      testMedianPx: number;
      testMaxPx: number;
      testErrorBodyLengths: number;
      trainErrorPx: number;
      nullErrorPx: number | null;
      n: number;
      testFrames: number;
      split: string;
      keypoints: Evaluation['keypoints'];
      confident: Evaluation['confident'];
      worst: Evaluation['worst'];
      sizeCurve: SizeCurveFacts | null;
      report: string | null;
    };
    const say = (text: string): void => console.line(text);
    if (r.testErrorPx === null) {
      console.line(
        `Every labeled frame trained (--split ${r.split}): nothing can be said of the error on others.`,
      );
      console.line(`On the frames it was trained on: ${r.trainErrorPx.toFixed(2)} px. This flatters.`);
      return;
    }
    const [low, high] = r.testErrorInterval;
    console.line(
      `Held-out error  ${r.testErrorPx.toFixed(2)} px (95 % ${low.toFixed(2)} to ${high.toFixed(2)}), median ${r.testMedianPx.toFixed(2)}, worst ${r.testMaxPx.toFixed(1)}`,
    );
    console.line(
      `                ${r.testErrorBodyLengths.toFixed(3)} body lengths; ${r.n} points in ${r.testFrames} frames (${r.split})`,
    );
    console.line(`Trained frames  ${r.trainErrorPx.toFixed(2)} px`);
    if (r.nullErrorPx !== null) console.line(`A constant guess ${r.nullErrorPx.toFixed(1)} px`);
    for (const k of r.keypoints)
      console.line(`  ${k.keypoint.padEnd(18)} ${k.meanPx?.toFixed(2) ?? '-'} px (${k.count})`);
    console.line(
      `Confident (at least ${r.confident.cut}): ${(100 * r.confident.fractionKept).toFixed(0)} % of points, ${r.confident.meanPx?.toFixed(2) ?? '-'} px`,
    );
    console.line(
      `Worst frames: ${r.worst
        .slice(0, 3)
        .map((w) => `${w.name} (${w.maxPx.toFixed(0)} px)`)
        .join(', ')}`,
    );
    if (r.sizeCurve) printCurve(r.sizeCurve, say);
    if (r.report !== null) say(`Open the report in a browser: ${r.report}`);
    if (r.split.startsWith('random')) {
      console.warn(
        'A random split flatters where labeled frames lie close together in time; blocks:0.2 does not.',
      );
    }
  },
});

/** The evaluation as `--json` prints it. */
function summary({ train, test, facts, model }: EvaluateResult): Record<string, unknown> {
  return {
    testErrorPx: test?.meanPx ?? null,
    testErrorInterval: test ? [test.meanInterval.low, test.meanInterval.high] : null,
    testMedianPx: test?.medianPx ?? null,
    testMaxPx: test?.maxPx ?? null,
    testErrorBodyLengths: test?.meanBodyLengths ?? null,
    trainErrorPx: train.meanPx,
    n: test?.count ?? 0,
    testFrames: test?.frames ?? 0,
    trainFrames: train.frames,
    split: facts.split,
    nullErrorPx: test && finite(test.nullMeanPx),
    oks: test?.oks ?? null,
    pck: test?.pck ?? [],
    keypoints:
      test?.keypoints.map((k) => ({ ...k, meanPx: finite(k.meanPx), medianPx: finite(k.medianPx) })) ?? [],
    confident: test && { ...test.confident, meanPx: finite(test.confident.meanPx) },
    absentRejected: test && finite(test.absentRejected),
    reliability: test?.reliability ?? null,
    calibrated: model.calibration !== undefined,
    bodyLengthPx: finite(model.bodyLengthPx),
    worst: test?.worst.slice(0, 10) ?? [],
  };
}

/** Writes the report; returns where it is, or null where the project cannot be written and nobody asked for a file. */
async function writeReport(
  project: Project,
  result: EvaluateResult,
  file: string | undefined,
  { console, cwd }: Context,
): Promise<string | null> {
  const path = file === undefined ? join(project.root, 'report.html') : resolve(cwd, file);
  const page = await drawProjectReport(project, result, (text) => console.warn(text));
  try {
    await writeAtomic(path, page);
    return path;
  } catch (error) {
    if (file !== undefined || !(error instanceof MachineError)) throw error;
    console.warn(`No report was written: ${error.message}`);
    return null;
  }
}

function parseFractions(text: string): number[] {
  const fractions = text.split(',').map(Number);
  if (fractions.every((f) => f > 0 && f <= 1)) return fractions;
  throw new UsageError('these are no fractions of the training frames', {
    where: 'marey evaluate --curve-fractions',
    expected: 'numbers above 0 and up to 1 with commas between, for instance 0.25,0.5,1',
    got: `"${text}"`,
  });
}

function printCurve(
  { points, heldOutFrames, minutesPerPoint }: SizeCurveFacts,
  line: (text: string) => void,
): void {
  line(`Error over training frames (${minutesPerPoint} min each, ${heldOutFrames} held-out frames):`);
  for (const { frames, meanPx, interval } of points) {
    const [low, high] = [interval.low, interval.high].map((v) => v.toFixed(2));
    line(`  ${String(frames).padStart(6)} frames  ${meanPx.toFixed(2)} px (95 % ${low} to ${high})`);
  }
}

/** JSON has no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
