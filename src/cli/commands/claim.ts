import { join, resolve } from 'node:path';
import { z } from 'zod';
import { judgeClaim } from '../../project/claims/index.ts';
import { writeAtomic } from '../../project/index.ts';
import { renderClaim } from '../claim-report/claim-report.ts';
import { command } from '../command.ts';
import { version } from '../version.ts';

export const claimCommand = command({
  positionals: [{ name: 'FILE', description: 'the claim, a YAML file', required: true }],
  options: z.object({
    data: z
      .string()
      .optional()
      .describe("the folder that paths in the claim start from (default: the claim's own)"),
    report: z.string().optional().describe("the report's file (default: report.html beside the result)"),
  }),
  details: `A claim names its hypotheses, data, folds and null before any result is seen:

  claim: What do neurons of motor cortex have to do with while the hand reaches?
  data: {files: [m1.mat], bin: 0.05}          # or {project: DIR, recording: NAME, bin: 0.05}
  activity: {of: spikes, most: 20}
  hypotheses:
    position: [{of: handPos, lags: [-0.1, 0, 0.1]}]
    speed: [{of: handVel, as: size, lags: [-0.1, 0, 0.1]}]

Networks may be hypotheses, by what their units do while the arm moves as it was recorded:

  data:
    networks:
      control: {file: reach.marey, of: [shoulder, elbow], inputs: {target x: {of: target, channels: [1]}, target y: {of: target, channels: [2]}, go: 1}}
  hypotheses:
    controller: [{of: control}]

Results lie beside it, in a folder of its name, with the hash of the plan. A claim that is changed after its result was seen says so.`,
  async run({ FILE }, options, context) {
    const start = performance.now();
    const judged = await judgeClaim(resolve(context.cwd, FILE[0]), {
      signal: context.signal,
      folder: options.data === undefined ? undefined : resolve(context.cwd, options.data),
      onProgress: ({ stage, fraction }) => context.console.progress({ what: stage, fraction }),
    });
    const { result, folder, file, hash, changes, notes } = judged;
    const report = options.report ? resolve(context.cwd, options.report) : join(folder, 'report.html');
    await writeAtomic(report, renderClaim(judged, version));
    return {
      verdict: result.verdict,
      ranking: result.ranking.map(({ name, score, interval, corrected, ceiling, null: chance }) => ({
        name,
        score,
        interval,
        chance: chance.percentile95,
        corrected,
        ceiling: ceiling ?? null,
      })),
      changes: changes.map(({ seen, what }) => ({ seen: seen.at, hash: seen.hash, what })),
      notes,
      hash,
      result: file,
      report,
      seconds: (performance.now() - start) / 1000,
    };
  },
  print(result, console) {
    const r = result as unknown as {
      verdict: { sentence: string };
      ranking: {
        name: string;
        score: number;
        interval: [number, number];
        chance: number;
        corrected: number;
        ceiling: number | null;
      }[];
      changes: { seen: string; what: string[] }[];
      notes: string[];
    };
    console.line(r.verdict.sentence);
    for (const { seen, what } of r.changes) {
      console.line(`Changed after a result was seen (${seen.slice(0, 10)}): ${what.join(', ')}.`);
    }
    const wide = Math.max(...r.ranking.map(({ name }) => name.length));
    for (const j of r.ranking) {
      const interval = `${j.interval[0].toFixed(3)} to ${j.interval[1].toFixed(3)}`;
      const ceiling = j.ceiling === null ? '' : `, were it true ${j.ceiling.toFixed(3)}`;
      console.line(
        `${j.name.padEnd(wide)}  R2 ${j.score.toFixed(3)} (${interval}), chance up to ${j.chance.toFixed(3)}, p ${j.corrected.toFixed(3)}${ceiling}`,
      );
    }
    for (const note of r.notes) console.line(`Note: ${note}`);
    console.line(`Report: ${String(result.report)}`);
  },
});
