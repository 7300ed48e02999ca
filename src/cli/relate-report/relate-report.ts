import type { BesideMovement, Coupling } from '../../relate/index.ts';
import { formatNumber } from '../report/format.ts';
import { renderPage, type Section } from '../report/page.ts';
import { couplingFigure } from './coupling.ts';
import { decodingFigure } from './decoding.ts';
import { encodingFigure, weightsFigure } from './encoding.ts';
import { rasterFigure } from './raster.ts';
import { sharesFigure } from './shares.ts';
import type { Shown } from './shown.ts';
import { preferredFigure, tuningFigure } from './tuning.ts';

/** What a hurried reader takes away. */
export function relateSummary({ encoding, preferred, decoding, counts, velocity }: BesideMovement): string[] {
  const above = encoding.filter((e) => e.predicted).length;
  const n = counts.names.length;
  const scores = decoding.scores.map(
    ({ value, interval, null: chance }, c) =>
      `${velocity.names[c]} R\u00b2 ${value.toFixed(2)} (${interval.map((v) => v.toFixed(2)).join(' to ')}; chance up to ${formatNumber(chance.high, 2)})`,
  );
  return [
    `Movement predicts ${above} of ${n} units better than chance and than a constant rate, on data that the fits did not see; ${preferred.tuned.length} of ${n} are tuned to its direction (both corrected for ${n} units).`,
    `From all units together: ${scores.join(', ')}.`,
  ];
}

/** Neurons beside movement, as sections of a report. */
export function relateSections(found: BesideMovement, shown: Shown): Section[] {
  return [
    {
      id: 'neurons-movement',
      title: 'Neurons beside movement',
      lead: `Spikes and movement on one clock, and how the rate of each unit follows the direction.${shown.truth === undefined ? '' : ` ${shown.truth}`}`,
      figures: [rasterFigure(found, shown), tuningFigure(found), preferredFigure(found)],
    },
    {
      id: 'predicted',
      title: 'What predicts what',
      lead: 'From movement to each unit, and from all units back to movement; always on data that the fit did not see, beside what shifted data give.',
      figures: [
        encodingFigure(found),
        weightsFigure(found),
        decodingFigure(found, shown),
        sharesFigure(found),
      ],
    },
  ];
}

/** The report of `marey relate` as one HTML file. */
export function renderRelate(
  found: BesideMovement,
  shown: Shown,
  about: {
    readonly title: string;
    readonly version: string;
    readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
    readonly notes: readonly string[];
    /** How spikes lie in a rhythm, where one was named. */
    readonly couplings?: { readonly rhythm: string; readonly units: readonly Coupling[] };
  },
): string {
  const { counts, binSeconds, speed } = found;
  return renderPage({
    title: about.title,
    subtitle: `${counts.names.length} units, ${speed.length} bins of ${binSeconds} s`,
    version: about.version,
    summary: relateSummary(found),
    cautions: [...about.notes, ...found.notes],
    sections: [
      ...relateSections(found, shown),
      ...(about.couplings
        ? [
            {
              id: 'rhythm',
              title: 'Spikes and a rhythm',
              lead: 'Do spikes keep a phase? Chance comes from cycles in another order, not from angles that are taken as independent.',
              figures: [couplingFigure(about.couplings.units, about.couplings.rhythm)],
            },
          ]
        : []),
      {
        id: 'data',
        title: 'What it was made from',
        lead: about.inputs.map(({ path, sha256 }) => `${path} (SHA-256 ${sha256})`).join('; '),
      },
    ],
  });
}
