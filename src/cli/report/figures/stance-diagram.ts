import { across, axes, drawing, legend } from '../chart/axes.ts';
import { barSwatch } from '../chart/marks.ts';
import { linearScale } from '../chart/scale.ts';
import type { GaitReport, Stance } from '../data.ts';
import type { Figure } from '../figure.ts';
import { formatNumber, formatQuantity } from '../format.ts';
import { markup, type Content } from '../markup.ts';

const width = 940;
const rowHeight = 40;

/** Footfall (Hildebrand) diagram: when each paw is on the ground, measured above true. */
export function stanceDiagram(data: GaitReport): Figure {
  const hasTruth = data.paws.some((p) => p.trueStances !== undefined);
  const window = data.window ?? firstSeconds(data, 4);
  const { startSeconds: start, endSeconds: end } = window;
  const frame = { left: 110, top: 34, width: width - 130, height: data.paws.length * rowHeight };
  const height = frame.top + frame.height + 50;
  const x = linearScale([start, end], across(frame), 8);
  const inWindow = (s: Stance): boolean => s.liftSeconds > start && s.contactSeconds < end;
  const bar = (s: Stance, top: number, thickness: number, className: string): Content => {
    const left = x(Math.max(start, s.contactSeconds));
    return markup`<rect class="${className}" x="${left}" y="${top}" width="${Math.max(0.5, x(Math.min(end, s.liftSeconds)) - left)}" height="${thickness}"/>`;
  };
  const rows = data.paws.map((paw, k) => {
    const top = frame.top + k * rowHeight;
    return markup`<text class="row" x="${frame.left - 10}" y="${top + rowHeight / 2 + 4}" text-anchor="end">${paw.name}</text>
<line class="grid" x1="${frame.left}" x2="${frame.left + frame.width}" y1="${top}" y2="${top}"/>
${paw.stances.filter(inWindow).map((s) => bar(s, top + 6, hasTruth ? 16 : 26, `stance s${k % 8}`))}
${(paw.trueStances ?? []).filter(inWindow).map((s) => bar(s, top + 25, 7, 'true-stance'))}`;
  });
  return {
    id: 'stance-diagram',
    title: 'Footfall diagram',
    caption: markup`Bars show when each paw stands on the ground${hasTruth && ': thick and colored, measured; thin and gray, the truth'}. Shown: ${formatNumber(start)} to ${formatQuantity(end, 's')} of the recording.`,
    picture: drawing(
      {
        id: 'stance-diagram-chart',
        title: 'Footfall diagram',
        description: data.paws
          .map((p) => `${p.name}: ${p.stances.filter(inWindow).length} stances`)
          .join('; '),
        width,
        height,
      },
      [
        axes(frame, { scale: x, name: 'Time (s)' }),
        rows,
        legend(frame.left, 18, frame.width, [
          { name: 'stance, measured', swatch: barSwatch('stance s0') },
          ...(hasTruth ? [{ name: 'stance, true', swatch: barSwatch('true-stance') }] : []),
        ]),
      ],
    ),
    table: {
      head: ['Paw', 'Contact (s)', 'Lift (s)', 'Stance (s)', 'Source'],
      rows: data.paws.flatMap((paw) => [
        ...paw.stances.filter(inWindow).map((s) => stanceRow(paw.name, s, 'measured')),
        ...(paw.trueStances ?? []).filter(inWindow).map((s) => stanceRow(paw.name, s, 'true')),
      ]),
    },
    cautions: ['A stretch of the recording, not a summary of it.'],
    wide: true,
  };
}

function stanceRow(paw: string, s: Stance, source: string): string[] {
  return [
    paw,
    s.contactSeconds.toFixed(3),
    s.liftSeconds.toFixed(3),
    (s.liftSeconds - s.contactSeconds).toFixed(3),
    source,
  ];
}

function firstSeconds(data: GaitReport, seconds: number): { startSeconds: number; endSeconds: number } {
  const contacts = data.paws.flatMap((p) => p.stances.map((s) => s.contactSeconds));
  const start = contacts.reduce((a, b) => Math.min(a, b), Infinity);
  const first = Number.isFinite(start) ? Math.floor(start * 10) / 10 : 0;
  return { startSeconds: first, endSeconds: first + seconds };
}
