import { isAbsent, type GaitReport, type Part, type ReportData } from './data.ts';
import { cautionList, type Figure } from './figure.ts';
import { confidenceCut } from './figures/confidence-cut.ts';
import { dutyFactor } from './figures/duty-factor.ts';
import { errorDistribution } from './figures/error-distribution.ts';
import { keypointErrors } from './figures/keypoint-errors.ts';
import { labeledVideo } from './figures/labeled-video.ts';
import { learningCurve } from './figures/learning-curve.ts';
import { limbPhase } from './figures/limb-phase.ts';
import { pckCurve } from './figures/pck-curve.ts';
import { reliabilityCurve } from './figures/reliability-curve.ts';
import { sizeCurve } from './figures/size-curve.ts';
import { stanceDiagram } from './figures/stance-diagram.ts';
import { strideLength } from './figures/stride-length.ts';
import { trajectory } from './figures/trajectory.ts';
import { worstFrames } from './figures/worst-frames.ts';
import { keyNumbers } from './key-numbers.ts';
import { renderPage, type Section } from './page.ts';
import { provenanceTables } from './provenance-tables.ts';

/**
 * The report as one HTML file that needs nothing else: no script, no font, no address outside itself. Every part of `data`
 * may be missing or `absent`; its section then says why.
 */
export function renderReport(data: ReportData): string {
  return renderPage({ ...data, sections: sectionsOf(data) });
}

function sectionsOf(data: ReportData): Section[] {
  return [
    {
      id: 'errors',
      title: 'How wrong it is',
      lead: 'Predictions against labels, on the frames named in each caption.',
      ...parts([
        optional(data.keypointErrors, (errors) => [keypointErrors(errors)], 'Error of each keypoint'),
        drawn(data.errors, (errors) => [errorDistribution(errors), pckCurve(errors)], 'Errors'),
        drawn(data.worstFrames, (worst) => [worstFrames(worst)], 'Worst frames'),
      ]),
    },
    {
      id: 'confidence',
      title: 'Whether its confidence can be believed',
      lead: 'Each point comes with a confidence: the probability of lying within a stated distance of the label.',
      ...parts([
        drawn(data.reliability, (r) => [reliabilityCurve(r)], 'Reliability of the confidence'),
        optional(data.confidenceCut, (c) => [confidenceCut(c)], 'Error with and without uncertain points'),
      ]),
    },
    {
      id: 'training',
      title: 'How it learned',
      lead: 'A curve that still falls asks for more training; a gap between training and held-out frames asks for more labels.',
      ...parts([
        drawn(data.training, (t) => [learningCurve(t)], 'Learning curve'),
        optional(data.sizeCurve, (c) => [sizeCurve(c)], 'Error over the number of training frames'),
      ]),
    },
    {
      id: 'video',
      title: 'What it saw',
      lead: 'The prediction on the video, and the path it gives.',
      ...parts([
        drawn(data.video, (v) => [labeledVideo(v)], 'Labeled video'),
        drawn(data.trajectory, (t) => [t].flat().map((one, i) => trajectory(one, i)), 'Trajectory'),
      ]),
    },
    gaitSection(data.gait),
    ...(data.more ?? []),
    {
      id: 'provenance',
      title: 'Where the numbers come from',
      lead: 'Every number on this page follows from these files by these steps.',
      ...(isAbsent(data.provenance)
        ? { absent: [reason(data.provenance, 'Provenance')] }
        : { before: provenanceTables(data.provenance) }),
    },
  ];
}

function gaitSection(gait: Part<GaitReport> | undefined): Section {
  const section = {
    id: 'gait',
    title: 'Gait',
    lead: 'When the paws stand and swing, and what follows from it.',
  };
  if (isAbsent(gait)) return { ...section, absent: [reason(gait, 'Gait')] };
  const { strides, phases } = gait;
  const hasStrides = strides !== undefined && strides.length > 0;
  return {
    ...section,
    before: [keyNumbers(gait.agreement ?? []), cautionList(gait.cautions ?? [])],
    ...parts([
      { figures: [stanceDiagram(gait)] },
      hasStrides
        ? { figures: [strideLength(gait), dutyFactor(gait)] }
        : { absent: 'Stride length and duty factor: no whole stride was found.' },
      phases
        ? { figures: [limbPhase(gait, phases)] }
        : { absent: 'Limb phase: not computed for this recording.' },
    ]),
  };
}

interface DrawnPart {
  readonly figures?: readonly Figure[];
  readonly absent?: string;
}

function drawn<T extends object>(
  part: Part<T> | undefined,
  draw: (data: T) => readonly Figure[],
  name: string,
): DrawnPart {
  return isAbsent(part) ? { absent: reason(part, name) } : { figures: draw(part) };
}

/** A part that not every report has: nothing is said where nobody speaks of it. */
function optional<T extends object>(
  part: Part<T> | undefined,
  draw: (data: T) => readonly Figure[],
  name: string,
): DrawnPart {
  return part === undefined ? {} : drawn(part, draw, name);
}

function parts(list: readonly DrawnPart[]): Pick<Section, 'figures' | 'absent'> {
  return {
    figures: list.flatMap((p) => p.figures ?? []),
    absent: list.flatMap((p) => (p.absent === undefined ? [] : [p.absent])),
  };
}

function reason(part: { readonly absent: string } | undefined, name: string): string {
  return `${name}: ${part?.absent ?? 'not part of this run.'}`;
}
