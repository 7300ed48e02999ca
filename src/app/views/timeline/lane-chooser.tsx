/** Which lanes are seen: a list under headings, each a check box. */
import type { Lane } from './lane.ts';

export function LaneChooser({
  lanes,
  shown,
  choose,
}: {
  readonly lanes: readonly Lane[];
  readonly shown: readonly string[];
  readonly choose: (ids: readonly string[]) => void;
}): React.ReactNode {
  const groups = [...new Set(lanes.map(({ group }) => group))];
  const seen = new Set(shown);
  const set = (ids: readonly string[], on: boolean): void => {
    const next = new Set(seen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    choose(lanes.filter(({ id }) => next.has(id)).map(({ id }) => id));
  };
  return (
    <details className="timeline-chooser">
      <summary>
        Lanes ({shown.length} of {lanes.length})
      </summary>
      <div className="timeline-choices" tabIndex={0} role="group" aria-label="Lanes to show">
        {groups.map((group) => {
          const own = lanes.filter((lane) => lane.group === group);
          const all = own.every(({ id }) => seen.has(id));
          return (
            <fieldset key={group}>
              <legend>
                {group}{' '}
                <button
                  type="button"
                  onClick={() =>
                    set(
                      own.map(({ id }) => id),
                      !all,
                    )
                  }
                >
                  {all ? 'none' : 'all'}
                  <span className="timeline-hidden"> of {group}</span>
                </button>
              </legend>
              {own.map(({ id, title }) => (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={seen.has(id)}
                    onChange={(e) => set([id], e.target.checked)}
                  />{' '}
                  {title}
                </label>
              ))}
            </fieldset>
          );
        })}
      </div>
    </details>
  );
}
