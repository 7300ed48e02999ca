import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { line, lineSwatch, seriesClass } from '../chart/marks.ts';
import { extent, linearScale, logScale, positiveExtent } from '../chart/scale.ts';
import type { TrainingCurve } from '../data.ts';
import type { Figure } from '../figure.ts';
import { formatNumber, withUnit } from '../format.ts';
import { markup, type Markup } from '../markup.ts';

const panelWidth = 460;
const height = 300;

/** Loss and error over the course of training: one panel for each quantity, one line for each set of frames. */
export function learningCurve(data: TrainingCurve): Figure {
  const { panels, x, chosen } = data;
  const xDomain = extent(
    panels.flatMap((p) => p.curves.map((c) => c.x)),
    { margin: 0.01 },
  );
  const drawn = panels.map((panel, k): Markup => {
    const frame = { left: k * panelWidth + 62, top: 34, width: panelWidth - 82, height: height - 84 };
    const values = panel.curves.map((c) => c.y);
    const xScale = linearScale(xDomain, across(frame));
    const log = panel.log === true;
    const yScale = log
      ? logScale(positiveExtent(values), upwards(frame))
      : linearScale(extent(values, { zero: true }), upwards(frame));
    return markup`${axes(frame, { scale: xScale, name: withUnit(x.name, x.unit) }, { scale: yScale, name: withUnit(panel.name, panel.unit) })}
${chosen && markup`<line class="mark" x1="${xScale(chosen.x)}" x2="${xScale(chosen.x)}" y1="${frame.top}" y2="${frame.top + frame.height}"/>`}
${panel.curves.map((c, i) => line(xScale, yScale, c.x, log ? Array.from(c.y, (v) => (v > 0 ? v : NaN)) : c.y, seriesClass(i)))}
${legend(
  frame.left,
  18,
  frame.width,
  panel.curves.map((c, i) => ({ name: c.name, swatch: lineSwatch(seriesClass(i)) })),
)}`;
  });
  const last = (list: ArrayLike<number>): number => (list.length > 0 ? list[list.length - 1] : NaN);
  return {
    id: 'learning-curve',
    title: 'Learning curve',
    caption: markup`Over training: ${panels.map((p) => p.name.toLowerCase()).join('; ')}.${
      chosen &&
      ` The dashed line is the network that was kept, at ${x.name.toLowerCase()} ${formatNumber(chosen.x)}: ${chosen.why}.`
    }`,
    picture: drawing(
      {
        id: 'learning-curve-chart',
        title: 'Learning curve',
        description: panels
          .flatMap((p) =>
            p.curves.map((c) => `${p.name}, ${c.name}: ends at ${formatNumber(last(c.y))} ${p.unit}`),
          )
          .join('; '),
        width: panelWidth * panels.length,
        height,
      },
      drawn,
    ),
    table: {
      head: ['Curve', 'Points', `Last ${x.name.toLowerCase()}`, 'First', 'Lowest', 'Last', 'Unit'],
      rows: panels.flatMap((p) =>
        p.curves.map((c) => {
          const finite = Array.from(c.y).filter(Number.isFinite);
          return [
            `${p.name}, ${c.name}`,
            formatNumber(c.x.length),
            formatNumber(last(c.x)),
            formatNumber(finite[0] ?? NaN),
            formatNumber(finite.reduce((a, b) => Math.min(a, b), finite[0] ?? NaN)),
            formatNumber(finite.at(-1) ?? NaN),
            p.unit,
          ];
        }),
      ),
    },
    cautions: data.cautions ?? [],
    wide: panels.length > 1,
  };
}
