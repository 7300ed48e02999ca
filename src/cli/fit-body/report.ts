import type { BodyFit, BodyModel, ExplainedMovement, View } from '../../model/body/index.ts';
import { median } from '../../math/quantile.ts';
import type { KeyNumber } from '../report/data.ts';
import { tableMarkup, type Figure } from '../report/figure.ts';
import { bodyPostures, type PostureAt } from '../report/figures/body-postures.ts';
import { courses, type Course } from '../report/figures/courses.ts';
import { markerDistances } from '../report/figures/marker-distances.ts';
import { markup } from '../report/markup.ts';
import { renderPage, type Section } from '../report/page.ts';
import { provenanceTables } from '../report/provenance-tables.ts';
import { split, varianceEntry, type Written } from './write.ts';

export interface FitReport {
  readonly title: string;
  readonly body: string;
  readonly version: string;
  readonly source: { readonly path: string; readonly sha256: string | undefined };
  /** The body as it was fitted, at its size. */
  readonly model: BodyModel;
  readonly view: View;
  readonly up: number;
  readonly fit: BodyFit;
  readonly times: Float64Array;
  readonly explained: ExplainedMovement | undefined;
  /** Why there is nothing about muscles, or no activations. */
  readonly without: readonly string[];
  readonly cautions: readonly string[];
  readonly options: string;
  readonly written: readonly Written[];
}

const degrees = 180 / Math.PI;

/** The report of a fitted body as one HTML file that needs nothing else. */
export function fitReport(report: FitReport): string {
  const { fit, times, view } = report;
  const distances = fit.distances.dimensions[1].labels!.map((name, k) => ({
    name,
    values: Float64Array.from(times, (_, t) => 1000 * fit.distances.at(t, k)),
  }));
  const inSpace = view.camera === undefined;
  const all = distances.flatMap((d) => [...d.values].filter(Number.isFinite));
  const sections: Section[] = [
    {
      id: 'fit',
      title: 'How well the body fits',
      lead: 'Every other number on this page rests on this.',
      figures: [
        bodyPostures(posturesOf(report), report.up),
        ...(inSpace ? [markerDistances({ unit: 'mm', markers: distances, frames: times.length })] : []),
      ],
      ...(!inSpace && { absent: ['Distances from markers: the keypoints are in a picture.'] }),
    },
    {
      id: 'angles',
      title: 'Joint angles',
      lead: 'Within the limits of the joints, weighted by the certainty of the keypoints, smoothed over time.',
      figures: anglesOf(report),
    },
    ...musclesOf(report),
    {
      id: 'provenance',
      title: 'Where the numbers come from',
      lead: 'What went in, what was done, and what lies beside this page.',
      before: [
        provenanceTables({
          steps: [{ name: 'fit body', options: report.options }],
          files: [{ path: report.source.path, what: 'the track', sha256: report.source.sha256 }],
        }),
        markup`<h3>Beside this page</h3>`,
        tableMarkup({
          head: ['File', 'What'],
          rows: report.written.map(({ file, what }) => [file, what]),
        }),
      ],
    },
  ];
  return renderPage({
    title: report.title,
    subtitle: report.body,
    version: report.version,
    cautions: report.cautions,
    keyNumbers: keyNumbersOf(report, all.length > 0 ? median(all) : NaN),
    sections,
  });
}

function keyNumbersOf({ fit, times, view }: FitReport, distance: number): KeyNumber[] {
  const { size: n } = fit.angles.dimensions[1];
  const deviations: number[] = [];
  for (let t = 0; t < times.length; t++)
    for (let k = 0; k < n; k++) {
      const v = degrees * Math.sqrt(fit.angles.covariance!.at(t, varianceEntry(k, n)));
      if (Number.isFinite(v)) deviations.push(v);
    }
  return [
    {
      name: 'Frames',
      value: times.length,
      unit: '1',
      note: `over ${(times[times.length - 1] - times[0]).toFixed(1)} s`,
    },
    ...(view.camera ? [] : [{ name: 'Median distance from markers', value: distance, unit: 'mm' }]),
    {
      name: 'Typical uncertainty of an angle',
      value: deviations.length > 0 ? median(deviations) : NaN,
      unit: 'deg',
      note: 'median standard deviation over joints and frames',
    },
    { name: 'Size of the body', value: fit.scale, unit: '1', note: 'times the model as it came' },
  ];
}

function anglesOf({ fit, times }: FitReport): Figure[] {
  const figure = (
    signal: BodyFit['angles'],
    factor: number,
    unit: string,
    id: string,
    title: string,
  ): Figure[] => {
    const { labels = [], size } = signal.dimensions[1];
    if (size === 0) return [];
    const list = labels.map((name, k): Course => {
      const values = Float64Array.from(times, (_, t) => factor * signal.at(t, k));
      const spread = Float64Array.from(
        times,
        (_, t) => 2 * factor * Math.sqrt(signal.covariance!.at(t, varianceEntry(k, size))),
      );
      return {
        name,
        values,
        low: values.map((v, t) => v - spread[t]),
        high: values.map((v, t) => v + spread[t]),
      };
    });
    return [
      courses({
        id,
        title,
        caption:
          'Bands: two standard deviations to either side, from the certainty of the keypoints; they do not know of a body that does not fit.',
        unit,
        times,
        courses: list,
      }),
    ];
  };
  return [
    ...figure(fit.angles, degrees, 'deg', 'joint-angles', 'Joint angles'),
    ...(fit.translations ? figure(fit.translations, 1, 'm', 'translations', 'Translations') : []),
  ];
}

function musclesOf({ explained, times, without }: FitReport): Section[] {
  const muscles = explained?.muscles;
  const activations = explained?.activations;
  const how = { static: 'static optimization', control: 'computed muscle control' };
  return [
    {
      id: 'muscles',
      title: 'Muscles',
      lead: 'What the movement does to the muscles, and what the muscles must do for the movement.',
      absent: without,
      figures: [
        ...(muscles
          ? [
              courses({
                id: 'muscle-lengths',
                title: 'Lengths of the muscles with their tendons',
                caption: 'From the filtered movement.',
                unit: 'mm',
                times,
                courses: split(
                  muscles.lengths.map((v) => 1000 * v),
                  muscles.names,
                ),
              }),
              courses({
                id: 'muscle-velocities',
                title: 'Velocities of the muscles',
                caption: 'Positive where a muscle lengthens.',
                unit: 'mm/s',
                times,
                courses: split(
                  muscles.velocities.map((v) => 1000 * v),
                  muscles.names,
                ),
              }),
            ]
          : []),
        ...(activations
          ? [
              courses({
                id: 'activations',
                title: 'Activations',
                caption: `By ${how[activations.method]}: of all activations that make the torques, those with the least sum of squares.`,
                unit: '1',
                times: activations.times,
                domain: [0, 1],
                courses: split(activations.activations, activations.names),
                cautions: [
                  ...shortfallOf(explained),
                  'Many activations make the same torques. These are a hypothesis about which are chosen, not a measurement: people also stiffen their joints.',
                ],
              }),
            ]
          : []),
      ],
    },
  ];
}

/** Torques that the muscles cannot make, where that is much. */
function shortfallOf({ activations, torques, motion }: ExplainedMovement): string[] {
  if (activations?.trackingError !== undefined) {
    return [
      `The simulated body is off the movement by ${(degrees * activations.trackingError).toPrecision(2)} \u00b0 (root mean square over joints and time).`,
    ];
  }
  const squares = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);
  const share = Math.sqrt(squares(activations?.residuals ?? new Float64Array(0)) / squares(torques));
  if (!(share > 0.05)) return [];
  const full = activations!.activations.filter((a) => a > 0.99).length;
  return [
    `The muscles cannot make ${(100 * share).toFixed(0)} % of the torques, and ${full} of ${activations!.activations.length} activations in ${motion.times.length} frames are at their limit: the movement is too fast, too noisy (a lower --cutoff helps), or not this body's.`,
  ];
}

/** The body at five moments. */
function posturesOf({ model, fit, view, times }: FitReport): PostureAt[] {
  const { nq } = model.sizes;
  const parents = model.get('body_parentid');
  const { track, camera } = view;
  const r = fit.placement;
  const perMeter = { m: 1, cm: 100, mm: 1000 }[track.positions.unit] ?? 1;
  const frames = times.length;
  const count = Math.min(5, frames);
  const simulation = model.simulate();
  try {
    return Array.from({ length: count }, (_, i) => {
      const t = Math.min(frames - 1, Math.floor(((i + 0.5) * frames) / count));
      simulation.set('qpos', fit.positions.subarray(t * nq, (t + 1) * nq));
      simulation.kinematics();
      const at = simulation.get('xpos');
      const turn = simulation.get('xmat');
      const place = (b: number): number[] => [...at.subarray(3 * b, 3 * b + 3)];
      const bones: [number[], number[]][] = [];
      for (let b = 2; b < model.sizes.nbody; b++)
        if (parents[b] > 0) bones.push([place(parents[b]), place(b)]);
      for (const { body, offset } of fit.markers) {
        const tip = [0, 1, 2].map(
          (c) => at[3 * body + c] + offset.reduce((sum, v, k) => sum + turn[9 * body + 3 * c + k] * v, 0),
        );
        if (body > 0) bones.push([place(body), tip]);
      }
      const points: number[][] = [];
      if (!camera) {
        const people = track.positions.dimensions[1].labels ?? [];
        const who = view.individual === undefined ? 0 : Math.max(0, people.indexOf(view.individual));
        fit.markers.forEach(({ name }) => {
          const k = track.skeleton.keypoints.indexOf(name);
          const y = [0, 1, 2].map((c) => track.positions.at(t, who, k, c) / perMeter);
          if (!y.every(Number.isFinite)) return;
          points.push(
            r
              ? [0, 1, 2].map(
                  (c) =>
                    r.rotation[3 * c] * y[0] +
                    r.rotation[3 * c + 1] * y[1] +
                    r.rotation[3 * c + 2] * y[2] +
                    r.translation[c],
                )
              : y,
          );
        });
      }
      return { seconds: times[t], bones, points };
    });
  } finally {
    simulation[Symbol.dispose]();
  }
}
