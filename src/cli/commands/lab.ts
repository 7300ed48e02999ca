import { resolve } from 'node:path';
import { z } from 'zod';
import { filmsOf, laboratorySchema, recordSession, simulateLaboratory } from '../../lab/index.ts';
import type { LaboratoryOptions } from '../../lab/index.ts';
import { loadPhysics } from '../../model/body/index.ts';
import { alignSession } from '../laboratory/align.ts';
import { writeLaboratory } from '../laboratory/write-project.ts';
import { command } from '../command.ts';

/** The laboratory's own knobs as options: numbers come as texts; the laboratory itself says what it cannot do. */
const { seed: _seed, ...knobs } = laboratorySchema.shape;
const asOptions = Object.fromEntries(
  Object.entries(knobs).map(([key, knob]) => {
    const inner = knob instanceof z.ZodDefault || knob instanceof z.ZodOptional ? knob.unwrap() : knob;
    if (!(inner instanceof z.ZodNumber && knob instanceof z.ZodDefault)) return [key, knob];
    return [
      key,
      z.coerce
        .number()
        .default(Number(knob.def.defaultValue))
        .describe(knob.description ?? ''),
    ];
  }),
);

export const labCommand = command({
  positionals: [{ name: 'DIR', description: 'the folder of the new project', required: true }],
  options: z.object({
    ...asOptions,
    labeled: z.coerce
      .number()
      .int()
      .min(0)
      .default(20)
      .describe('frames of each camera that are labeled from the truth'),
  }),
  details:
    'Everything true about the recording lies in the folder "truth" of the project: joint angles, markers, muscles, senses, clocks, neurons.\n\n' +
    'Example: marey lab reaching --experiment reach --seconds 20 --encoding velocity --encoding spindle',
  async run({ DIR }, { labeled, seed, ...options }, context) {
    const start = performance.now();
    const root = resolve(context.cwd, DIR[0]);
    const { console } = context;
    const wanted = Object.fromEntries(Object.entries(options).filter(([key]) => key in knobs));
    console.progress({ what: 'Simulating', fraction: 0 });
    using lab = simulateLaboratory(await loadPhysics(), { ...(wanted as LaboratoryOptions), seed: seed + 1 });
    const session = recordSession(lab);
    const seconds = lab.truth.movement.steps / lab.truth.movement.rate;
    const aligned = alignSession(session, seconds);
    using films = filmsOf(lab, session);
    await writeLaboratory(root, lab, session, films.films, aligned, { labeled: Number(labeled) }, context);
    return {
      project: root,
      experiment: lab.experiment.name,
      driver: lab.driver.name,
      seconds: (performance.now() - start) / 1000,
      recordedSeconds: seconds,
      frames: Object.fromEntries(films.films.map((f) => [f.camera.name, f.frameCount])),
      alignmentErrorMs: Object.fromEntries(aligned.map((a) => [a.name, 1000 * a.worstSeconds])),
    };
  },
  print(result, console) {
    console.line(
      `Recorded ${Number(result.recordedSeconds).toFixed(0)} s of ${String(result.experiment)} in ${String(result.project)}.`,
    );
    console.line('Clocks, found from the sync line, are off at worst by:');
    for (const [name, error] of Object.entries(result.alignmentErrorMs as Record<string, number>)) {
      console.line(`  ${name.padEnd(12)} ${error.toFixed(3)} ms`);
    }
    console.line(`Took ${Number(result.seconds).toFixed(0)} s. What is true lies in "truth".`);
    console.line(`Next: "marey train --project ${String(result.project)}", or "marey open" there.`);
  },
});
