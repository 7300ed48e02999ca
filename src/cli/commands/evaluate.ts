import { z } from 'zod';
import { evaluateStep } from '../../project/steps/index.ts';
import type { Evaluation } from '../../measure/pose/index.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';

export const evaluateCommand = command({
  name: 'evaluate',
  summary: 'how wrong the pose network is, on frames it was not trained on',
  positionals: [],
  options: z.object({
    confidence: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(0.6)
      .describe('points below are left out of "confident" figures'),
  }),
  async run(_, options, context) {
    const { console, signal } = context;
    await using project = await openProject(options, context, { readOnly: true });
    const { train, test, facts, model } = await evaluateStep(project, {
      ...options,
      confidenceCut: options.confidence,
      signal,
      onProgress: (done, total) => console.progress({ what: 'Evaluating', fraction: done / total }),
    });
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
    };
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
    if (r.split.startsWith('random')) {
      console.warn(
        'A random split flatters where labeled frames lie close together in time; blocks:0.2 does not.',
      );
    }
  },
});

/** JSON has no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
