/** Which measure stands along an axis or gives the color, under headings. */
import type { FrameMeasure } from './frame-measure.ts';

export function MeasurePicker({
  name,
  measures,
  value,
  choose,
  all = false,
}: {
  readonly name: string;
  readonly measures: readonly FrameMeasure[];
  readonly value: FrameMeasure | undefined;
  readonly choose: (id: string) => void;
  /** Categories too. */
  readonly all?: boolean;
}): React.ReactNode {
  const offered = measures.filter(({ kind }) => all || kind === 'value');
  const groups = [...new Set(offered.map(({ group }) => group))];
  return (
    <label>
      {name}{' '}
      <select value={value?.id ?? ''} disabled={!value} onChange={(e) => choose(e.target.value)}>
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {offered
              .filter((m) => m.group === group)
              .map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
