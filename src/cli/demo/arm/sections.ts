import { rankingFigure } from '../../claim-report/ranking.ts';
import { recoveryFigure } from '../../claim-report/recovery.ts';
import type { KeyNumber } from '../../report/index.ts';
import { tableMarkup } from '../../report/figure.ts';
import { formatNumber } from '../../report/format.ts';
import type { Section } from '../../report/page.ts';
import { tracesFigure, type Trace } from './traces.ts';
import { relateSections } from '../../relate-report/relate-report.ts';
import type { ArmResult } from './arm.ts';

/** What a reader sees of a movement: these seconds of it. */
const shown = [4, 12] as const;

/** The first lines of the demo's report: what made the neurons fire, said by the claim, beside the truth. */
export function armSummary({ judged, encoding }: ArmResult): string[] {
  const { verdict, ranking } = judged.result;
  const [best] = ranking;
  const right = best.name === encoding;
  return [
    `What made the neurons fire? ${verdict.sentence} The truth: they were made from "${encoding}"${right ? '' : ', which did not come first'}.`,
  ];
}

export function armKeyNumbers({ agreement: a }: ArmResult): KeyNumber[] {
  const joints = a.joints.map((j) => j.rmsDeg);
  return [
    { name: 'Clocks, worst error', value: a.clockMs, unit: 'ms' },
    { name: 'Points in space, median error', value: a.spaceMedianMm, unit: 'mm' },
    {
      name: 'Joint angles, mean RMS error',
      value: joints.reduce((s, v) => s + v, 0) / joints.length,
      unit: 'deg',
      note: `truth within its 95 % interval: ${(100 * a.jointsWithin95).toFixed(0)} %`,
    },
    {
      name: 'Muscle lengths, RMS error',
      value: a.lengthRmsPercent,
      unit: '%',
      note: `of optimal length; median correlation ${a.lengthCorrelation.toFixed(2)}`,
    },
    { name: 'Spindles, median correlation', value: a.spindleCorrelation, unit: '1' },
  ];
}

/** From two cameras to joint angles, muscles and senses, and from neurons to a hypothesis. */
export function armSections(arm: ArmResult): Section[] {
  const { posture, agreement: a, judged } = arm;
  const { times, fit, muscles } = posture;
  const inside = Array.from(times.keys()).filter((t) => times[t] >= shown[0] && times[t] <= shown[1]);
  const window = Float64Array.from(inside, (t) => times[t]);
  const pick = (values: ArrayLike<number>, columns: number, c: number, factor = 1): Float64Array =>
    Float64Array.from(inside, (t) => factor * values[t * columns + c]);
  const joints = a.joints.length;
  const deg = 180 / Math.PI;
  const entries = (joints * (joints + 1)) / 2;
  const variances = fit.angles.covariance!.contiguous();
  const moving = a.joints
    .map((_, j) => j)
    .toSorted((i, k) => a.joints[k].rangeDeg - a.joints[i].rangeDeg)
    .slice(0, 4);
  const angleTraces = moving.map((j): Trace => {
    const entry = j * joints - (j * (j - 1)) / 2;
    return {
      name: a.joints[j].name,
      found: pick(fit.angles.contiguous(), joints, j, deg),
      truth: pick(a.trueAngles, joints, j, deg),
      deviation: pick(variances, entries, entry).map((v) => deg * Math.sqrt(v)),
    };
  });
  const some = [0, Math.floor(muscles.length / 2), muscles.length - 1];
  const muscleTraces = (found: Float64Array, truth: Float64Array): Trace[] =>
    some.map((m) => ({
      name: muscles[m],
      found: pick(found, muscles.length, m),
      truth: pick(truth, muscles.length, m),
    }));
  return [
    {
      id: 'arm',
      title: 'An arm before two cameras',
      lead: `Another experiment: a network of ${arm.controller.network.units} units, trained to reach out and back (${formatNumber(arm.controller.record.score.value, 2)} mm off after ${arm.controller.record.steps} steps), moves an arm by its muscles, feeling and seeing it late; two cameras whose clocks drift film it. Its points are tracked in both pictures, found in space with the known calibration, and a body with muscles is fitted to them.`,
      figures: [
        tracesFigure({
          id: 'arm-angles',
          title: 'Joint angles from video',
          caption: `${moving.length < a.joints.length ? `The ${moving.length} joints that move most` : 'Its joints'}, with 95 % of what the fit states. Truth within the interval: ${(100 * a.jointsWithin95).toFixed(0)} % of all angles.`,
          cautions: [
            'A network errs alike in like postures. Errors that last are not averaged away, but what the body can follow of them leaves no trace in the residuals: where the share above is below 95 %, that is why.',
            'The body that is fitted is the one that was filmed, with its true lengths and markers: of a real arm these must be fitted too.',
          ],
          traces: angleTraces,
          times: window,
          unit: 'deg',
        }),
        tracesFigure({
          id: 'arm-muscles',
          title: 'Muscle lengths from video',
          caption: `Fibers of three of ${muscles.length} muscles, in optimal lengths. All: RMS error ${a.lengthRmsPercent.toFixed(1)} % of optimal length.`,
          cautions: [],
          traces: muscleTraces(posture.lengths, a.trueLengths),
          times: window,
          unit: 'optimal lengths',
        }),
        tracesFigure({
          id: 'arm-spindles',
          title: 'What spindles would report',
          caption: `Primary afferents (Mileusnic et al. 2006) of the same muscles. Median correlation with the truth over all muscles: ${a.spindleCorrelation.toFixed(2)}.`,
          cautions: [
            'Velocity enters with a power below 1: small errors of posture are large in a resting spindle.',
          ],
          traces: muscleTraces(posture.spindles, a.trueSpindles),
          times: window,
          unit: 'pulses/s',
        }),
      ],
      before: tableMarkup({
        head: ['Joint', 'RMS error, deg', 'Moves over, deg'],
        rows: a.joints.map((j) => [j.name, formatNumber(j.rmsDeg), formatNumber(j.rangeDeg)]),
      }),
    },
    {
      id: 'neurons',
      title: 'What made its neurons fire',
      lead: `Six accounts, all made from the video and the EMG alone, judged on the recorded spikes. The plan was fixed before: hash ${judged.hash.slice(0, 12)}. The truth: "${arm.encoding}".`,
      figures: [
        rankingFigure(judged),
        ...(judged.result.recovery ? [recoveryFigure(judged.result.recovery)] : []),
      ],
    },
    ...relateSections(arm.neurons.found, {
      startSeconds: arm.neurons.startSeconds,
      seconds: 12,
      unit: 'm',
      truth: `The neurons were made from "${arm.encoding}", and the hand's place is what the video told.`,
    }),
  ];
}
