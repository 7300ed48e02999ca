import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { command } from '../command.ts';
import { runArm, type ArmResult } from '../demo/arm/arm.ts';
import { runDemo } from '../demo/demo.ts';
import { demoReport } from '../demo/report-data.ts';
import { renderReport } from '../report/index.ts';

export const demoCommand = command({
  positionals: [{ name: 'DIR', description: 'where to put it (default: marey-demo)' }],
  options: z.object({
    steps: z.coerce
      .number()
      .int()
      .positive()
      .default(2400)
      .describe(
        'of the longest training, the others in proportion: the same seed and threads give the same files every time',
      ),
    minutes: z.coerce
      .number()
      .positive()
      .optional()
      .describe('in place of --steps: train so long, and get what this machine learns in the time'),
    seconds: z.coerce.number().min(2).default(20).describe('length of the simulated recording'),
    arm: z
      .boolean()
      .default(true)
      .describe('the second part too: an arm, muscles and neurons (--no-arm: without)'),
    armSeconds: z.coerce.number().min(20).default(40).describe("length of the arm's recording"),
    open: z.boolean().default(true).describe('say where the report is to be opened (--no-open: do not)'),
  }),
  async run({ DIR }, options, context) {
    const start = performance.now();
    const root = resolve(context.cwd, DIR[0] ?? 'marey-demo');
    const training = { steps: options.steps, minutes: options.minutes };
    const demo = await runDemo(root, { ...options, training }, context);
    const report = join(root, 'report.html');
    const arm = options.arm
      ? await runArm(join(root, 'arm'), { ...options, training, seconds: options.armSeconds }, context)
      : undefined;
    await writeFile(report, renderReport(await demoReport(demo, arm, context)));
    return {
      seconds: (performance.now() - start) / 1000,
      project: root,
      report,
      show: options.open,
      arm: arm ? armFacts(arm) : null,
      results: Object.fromEntries(Object.entries(demo.results).filter(([, v]) => Number.isFinite(v))),
    };
  },
  print(result, console) {
    const r = result.results as Record<string, number>;
    console.line(
      `Held-out error     ${r.testErrorPx.toFixed(2)} px (a constant guess: ${r.nullErrorPx.toFixed(0)} px)`,
    );
    // Left out where an earlier run had tracked all.
    const pace = r.framesPerSecond === undefined ? '' : `, ${r.framesPerSecond.toFixed(0)} frames/s`;
    console.line(`Whole track        ${r.trackErrorPx.toFixed(2)} px${pace}`);
    console.line(
      `Footfalls          ${(100 * r.footfallsWithinOneFrame).toFixed(0)} % within one frame of the truth`,
    );
    if (r.strideLengthMm === undefined || r.dutyFactor === undefined) {
      console.line('Strides            none is clean in a track this far off: train longer');
    } else {
      console.line(
        `Stride length      ${r.strideLengthMm.toFixed(1)} mm (true ${r.trueStrideLengthMm.toFixed(1)})`,
      );
      console.line(`Duty factor        ${r.dutyFactor.toFixed(2)} (true ${r.trueDutyFactor.toFixed(2)})`);
    }
    const arm = result.arm as ReturnType<typeof armFacts> | null;
    if (arm) {
      console.line(`Clocks             within ${arm.clockMs.toFixed(2)} ms`);
      console.line(`Points in space    ${arm.spaceMedianMm.toFixed(1)} mm`);
      console.line(`Joint angles       ${arm.jointRmsDeg.toFixed(1)} deg`);
      console.line(`Neurons            ${arm.verdict} The truth: "${arm.encoding}".`);
    }
    console.line(`Took ${Number(result.seconds).toFixed(0)} s.`);
    if (result.show) console.line(`Open the report in a browser: ${String(result.report)}`);
  },
});

/** The numbers of the arm that matter. */
function armFacts({ agreement: a, judged, encoding }: ArmResult) {
  return {
    clockMs: a.clockMs,
    pictureMedianPx: a.pictureMedianPx,
    spaceMedianMm: a.spaceMedianMm,
    spaceShare: a.spaceShare,
    jointRmsDeg: a.joints.reduce((sum, j) => sum + j.rmsDeg, 0) / a.joints.length,
    jointsWithin95: a.jointsWithin95,
    lengthRmsPercent: a.lengthRmsPercent,
    lengthCorrelation: a.lengthCorrelation,
    spindleCorrelation: a.spindleCorrelation,
    encoding,
    best: judged.result.verdict.best,
    kind: judged.result.verdict.kind,
    verdict: judged.result.verdict.sentence,
  };
}
