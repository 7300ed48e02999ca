import { isAbsent, type GaitReport, type Part, type ReportData } from './data.ts';
import { cautionList, figuresMarkup, type Figure } from './figure.ts';
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
import { markup, trusted, type Content, type Markup } from './markup.ts';
import { provenanceTables } from './provenance-tables.ts';
import { style } from './style.ts';

/** One section of the page: figures, and what stands around them. */
interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly figures?: readonly Figure[];
  readonly before?: Content;
  /** Why (a part of) it is not there. */
  readonly absent?: readonly string[];
}

/** Nothing is loaded, nothing runs: pictures and video come from inside the page, and there is no script. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:";

/**
 * The report as one HTML file that needs nothing else: no script, no font, no address outside itself. Every part of `data`
 * may be missing or `absent`; its section then says why.
 */
export function renderReport(data: ReportData): string {
  const sections = sectionsOf(data);
  let number = 1;
  const body = sections.map((section) => {
    const figures = figuresMarkup(section.figures ?? [], number);
    number += section.figures?.length ?? 0;
    return markup`<section id="${section.id}" aria-labelledby="${section.id}-h">
<h2 id="${section.id}-h">${section.title}</h2>
<p class="lead">${section.lead}</p>
${section.before}${section.absent?.map((why) => markup`<p class="absent">${why}</p>`)}
${figures}</section>
`;
  });
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header class="top">
<p class="brand">Marey report</p>
<h1>${data.title}</h1>
${data.subtitle !== undefined && markup`<p class="subtitle">${data.subtitle}</p>`}
${madeBy(data)}
<div class="summary">${data.summary?.map((p) => markup`<p>${p}</p>`)}</div>
${cautionList(data.cautions ?? [])}
${keyNumbers(data.keyNumbers ?? [])}
<nav aria-label="Sections"><ol>${sections.map((s) => markup`<li${isEmpty(s) && markup` class="without"`}><a href="#${s.id}">${s.title}</a></li>`)}</ol></nav>
</header>
<main>
${body}
</main>
<footer>Made with Marey${data.version !== undefined && ` ${data.version}`}. This page holds all it shows and loads nothing from elsewhere.</footer>
</body>
</html>
`.text;
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

function isEmpty(section: Section): boolean {
  return (section.figures?.length ?? 0) === 0 && section.before === undefined;
}

function madeBy({ date, version }: ReportData): Markup | undefined {
  const said = [date, version === undefined ? undefined : `Marey ${version}`].filter((s) => s !== undefined);
  return said.length > 0 ? markup`<p class="made">${said.join(' · ')}</p>` : undefined;
}
