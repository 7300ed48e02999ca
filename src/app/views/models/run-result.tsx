/** Behavior and activity of the intact and the changed run beside each other. */
import type { ControllerRun, TaskScore } from '../../../server/api.ts';
import { CurveChart } from './curve-chart.tsx';
import { OutputsChart } from './outputs-chart.tsx';

interface Props {
  readonly run: ControllerRun;
  readonly running: boolean;
  /** Whether something is done to the network. */
  readonly changed: boolean;
}

export function RunResult({ run, running, changed }: Props): React.ReactNode {
  const { behavior, activity, steps, score, conditions, stepSeconds } = run;
  const series = (intact: readonly number[], after: readonly number[]) => [
    { name: 'intact', values: intact },
    ...(changed ? [{ name: 'changed', values: after }] : []),
  ];
  const percent = activity.explained.map((e) => `${Math.round(100 * e)} %`);
  return (
    <section className="card stack" aria-labelledby="models-result" aria-busy={running}>
      <div className="row models-bar">
        <h2 id="models-result">{changed ? 'Intact and changed' : 'The intact network'}</h2>
        <Legend changed={changed} />
        <span className="dim" role="status">
          {running ? 'Running …' : ''}
        </span>
      </div>
      <dl className="models-figures">
        <Score name="intact" score={score.intact} />
        {changed ? <Score name="changed" score={score.changed} /> : null}
      </dl>
      <div className="models-charts">
        {behavior.kind === 'path' ? (
          <CurveChart
            title="The hand"
            unit="m"
            names={behavior.names}
            sizes={{ conditions: conditions.length, times: steps, width: 2 }}
            axes={[0, 1]}
            series={series(behavior.intact, behavior.changed)}
            ends={behavior.desired}
          />
        ) : (
          <OutputsChart
            names={behavior.names}
            sizes={{ conditions: conditions.length, times: steps, width: behavior.names.length }}
            stepSeconds={stepSeconds}
            series={series(behavior.intact, behavior.changed)}
            desired={behavior.desired}
          />
        )}
        <CurveChart
          title="Activity of all units"
          unit=""
          names={percent.map((p, i) => `PC ${i + 1} (${p})`)}
          sizes={{ conditions: conditions.length, times: steps, width: activity.axes }}
          axes={[0, Math.min(1, activity.axes - 1)]}
          series={series(activity.intact, activity.changed)}
        />
      </div>
      <p className="dim">
        {`One line a condition (${conditions.length}); dots are where a trial begins. `}
        {behavior.kind === 'path' ? 'Rings are targets. ' : ''}
        Both runs are drawn along the principal components of the intact one, over{' '}
        {(steps * stepSeconds).toFixed(2)} s. One network of one seed: another one may take the same lesion
        otherwise.
      </p>
    </section>
  );
}

function Legend({ changed }: { readonly changed: boolean }): React.ReactNode {
  return (
    <span className="models-legend">
      <span data-series="0">intact</span>
      {changed ? <span data-series="1">changed</span> : null}
    </span>
  );
}

function Score({ name, score }: { readonly name: string; readonly score: TaskScore }): React.ReactNode {
  return (
    <div>
      <dt>{`${score.name}, ${name}`}</dt>
      <dd>
        {score.value.toPrecision(3)} {score.unit === '1' ? '' : score.unit}
      </dd>
      <dd className="dim">{`good is ${score.goal} or less`}</dd>
    </div>
  );
}
