import { dataUri } from '../data-uri.ts';
import type { Picture, ShownPoint, WorstFrames } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity } from '../format.ts';
import { markup, type Content, type Markup } from '../markup.ts';

/** The frames with the largest errors as pictures: where the points are (circles) and where they were predicted (crosses). */
export function worstFrames(data: WorstFrames): Figure {
  const pictures = data.frames.map((frame, k): Markup => {
    const { keypoint, error, unit } = frame.worst;
    const said = `${keypoint} off by ${formatQuantity(error, unit)}`;
    return markup`<div class="frame">${overlay(`worst-${k}`, frame.picture, frame.points, `${frame.name}: ${said}`)}<p>${frame.name}<br><b>${said}</b></p></div>`;
  });
  return {
    id: 'worst-frames',
    title: `The ${data.frames.length === 1 ? 'worst frame' : `${formatNumber(data.frames.length)} worst frames`}`,
    caption: markup`Out of ${counted(data.outOf, 'tested frame')}, those with the largest single error. Cut to the animal. Circle: label; cross: prediction; the line joins the two.`,
    picture: markup`<div class="frames">${pictures}</div>`,
    table: {
      head: ['Frame', 'Keypoint', 'Label x, y (px)', 'Prediction x, y (px)', 'Distance (px)', 'Confidence'],
      rows: data.frames.flatMap((frame) =>
        frame.points.map(({ keypoint, predicted, true: truth }) => [
          frame.name,
          keypoint,
          truth ? `${formatNumber(truth.x, 4)}, ${formatNumber(truth.y, 4)}` : 'none',
          predicted ? `${formatNumber(predicted.x, 4)}, ${formatNumber(predicted.y, 4)}` : 'none',
          formatNumber(truth && predicted ? Math.hypot(truth.x - predicted.x, truth.y - predicted.y) : NaN),
          formatNumber(predicted?.confidence ?? NaN, 2),
        ]),
      ),
    },
    cautions: [
      'Chosen for being bad: they show how it fails, not how it usually does.',
      ...(data.cautions ?? []),
    ],
    wide: true,
  };
}

/** A picture with its points drawn on it, as a drawing whose unit is the picture's pixel. */
function overlay(id: string, picture: Picture, points: readonly ShownPoint[], title: string): Markup {
  const view = viewOn(points, picture);
  // Marks keep their size on the page, whatever the picture's.
  const size = view.width / 46;
  const place = ({ x, y }: { readonly x: number; readonly y: number }): [number, number] => [
    x + 0.5,
    y + 0.5,
  ];
  const marks = points.map(({ keypoint, predicted, true: truth }): Content => {
    const drawn: Markup[] = [];
    if (predicted && truth) {
      const [x1, y1] = place(truth);
      const [x2, y2] = place(predicted);
      drawn.push(markup`<line class="offset" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`);
    }
    if (truth) {
      const [x, y] = place(truth);
      drawn.push(markup`<circle class="label" cx="${x}" cy="${y}" r="${size}"/>`);
    }
    if (predicted) {
      const [x, y] = place(predicted);
      const cross = markup`M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}`;
      drawn.push(markup`<path class="halo" d="${cross}"/><path class="prediction" d="${cross}"/>`);
    }
    return markup`<g><title>${keypoint}</title>${drawn}</g>`;
  });
  return markup`<svg class="photo" role="img" viewBox="${view.left} ${view.top} ${view.width} ${view.height}" aria-labelledby="${id}-t" style="--mark:${view.width / 300}px"><title id="${id}-t">${title}</title>
<image href="${dataUri(picture)}" width="${picture.width}" height="${picture.height}"/>${marks}</svg>`;
}

/** The part of a picture, 4 to 3, that holds all its points with some room. */
function viewOn(
  points: readonly ShownPoint[],
  { width, height }: Picture,
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  const places = points.flatMap((p) => [p.true, p.predicted]).filter((p) => p !== undefined);
  if (places.length === 0) return { left: 0, top: 0, width, height };
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [x0, x1] = range(places.map((p) => p.x));
  const [y0, y1] = range(places.map((p) => p.y));
  const room = 1.35;
  const wide = Math.min(width, Math.max((x1 - x0) * room, ((y1 - y0) * room * 4) / 3, width / 6));
  const high = Math.min(height, (wide * 3) / 4);
  return {
    left: Math.max(0, Math.min(width - wide, (x0 + x1 - wide) / 2)),
    top: Math.max(0, Math.min(height - high, (y0 + y1 - high) / 2)),
    width: wide,
    height: high,
  };
}
