/** What the colors of the points mean. */
import { numberText } from '../timeline/axis-ticks.ts';
import type { Legend } from './coloring.ts';

export function LegendOf({ legend }: { readonly legend: Legend }): React.ReactNode {
  return (
    <figure className="scatter-legend" aria-label={`Color: ${legend.title}`}>
      <figcaption>
        {legend.title}
        {legend.kind === 'scale' && legend.unit !== '1' ? ` [${legend.unit}]` : ''}
      </figcaption>
      {legend.kind === 'scale' ? (
        <>
          <div
            className="scatter-scale"
            style={{ background: `linear-gradient(to right, ${legend.colors.join(', ')})` }}
          />
          <div className="scatter-ends">
            <span>
              {legend.clipped ? '≤ ' : ''}
              {numberText(legend.low)}
            </span>
            <span>
              {legend.clipped ? '≥ ' : ''}
              {numberText(legend.high)}
            </span>
          </div>
          {legend.none === undefined ? null : (
            <ul>
              <li>
                <span className="scatter-swatch" style={{ background: legend.none }} /> missing
              </li>
            </ul>
          )}
        </>
      ) : (
        <ul>
          {legend.entries.map(({ name, color }) => (
            <li key={name}>
              <span className="scatter-swatch" style={{ background: color }} /> {name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
