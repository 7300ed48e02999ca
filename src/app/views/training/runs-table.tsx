/** Every training with its figures; the marked ones are drawn over each other. */
import type { TrainingRun } from '../../../server/api.ts';
import { duration } from '../../shell/jobs.ts';
import { networkName, splitName } from './choices.ts';
import type { ShownRun } from './curves.tsx';
import { lastError, runName, stepsOf } from './trainings.ts';

interface Props {
  readonly runs: readonly TrainingRun[];
  readonly shown: readonly ShownRun[];
  onShow(run: TrainingRun, show: boolean): void;
}

const stateOf = ({ state, current }: TrainingRun): string =>
  state === 'done' ? (current ? 'in use' : '') : state === 'running' ? 'learning' : 'stopped';

export function RunsTable({ runs, shown, onShow }: Props): React.ReactNode {
  return (
    <section className="card stack" aria-labelledby="runs-title">
      <h2 id="runs-title">Trainings</h2>
      <div className="training-scroll" tabIndex={0} role="group" aria-label="Trainings, table">
        <table className="training-table">
          <thead>
            <tr>
              <th scope="col">Drawn</th>
              <th scope="col">Ended</th>
              <th scope="col">Network</th>
              <th scope="col">Held out</th>
              <th scope="col">Seed</th>
              <th scope="col" className="number">
                Frames
              </th>
              <th scope="col" className="number">
                Steps
              </th>
              <th scope="col" className="number">
                Time
              </th>
              <th scope="col" className="number">
                Held-out error
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const { id, options, frames, seconds } = run;
              const color = shown.find((s) => s.run.id === id)?.color;
              const error = lastError(run);
              return (
                <tr key={id}>
                  <td>
                    <label className="training-shown">
                      <input
                        type="checkbox"
                        checked={color !== undefined}
                        aria-label={`Draw ${runName(run)}`}
                        onChange={({ target }) => onShow(run, target.checked)}
                      />
                      <span
                        className="training-swatch"
                        style={color === undefined ? undefined : { background: `var(--series-${color})` }}
                      />
                    </label>
                  </td>
                  <th scope="row">
                    {runName(run)}
                    {stateOf(run) === '' ? null : <span className="training-mark">{stateOf(run)}</span>}
                  </th>
                  <td>{networkName(options.network)}</td>
                  <td>{splitName(options.split)}</td>
                  <td>{options.seed ?? 0}</td>
                  <td className="number">{frames ?? '\u2013'}</td>
                  <td className="number">{stepsOf(run)}</td>
                  <td className="number">{seconds === undefined ? '\u2013' : duration(seconds)}</td>
                  <td className="number">{error === undefined ? '\u2013' : `${error.toFixed(2)} px`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="dim training-note">
        The error of a training is the last point of its curve. Compare only trainings with the same labels,
        the same way of holding out and the same seed: others are judged on other frames, which may be easier.
      </p>
    </section>
  );
}
