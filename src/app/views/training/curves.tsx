/** How the loss and the error on held-out frames went, stage by stage, of the trainings that are chosen. */
import { useEffect, useRef } from 'react';
import { Switch } from 'react-aria-components';
import 'uplot/dist/uPlot.min.css';
import type { TrainingRun, TrainingStage } from '../../../server/api.ts';
import { CurveChart, type Curve, type CurveChartOptions } from './curve-chart.ts';
import { runName } from './trainings.ts';

export interface ShownRun {
  readonly run: TrainingRun;
  /** Position in the palette's series. */
  readonly color: number;
}

interface Props {
  readonly shown: readonly ShownRun[];
  readonly log: boolean;
  onLog(log: boolean): void;
}

export function Curves({ shown, log, onLog }: Props): React.ReactNode {
  const stages = [...new Set(shown.flatMap(({ run }) => run.stages.map(({ name }) => name)))];
  const curvesOf = (stage: string, of: (stage: TrainingStage) => Pick<Curve, 'steps' | 'values'>): Curve[] =>
    shown.flatMap(({ run, color }) => {
      const own = run.stages.find(({ name }) => name === stage);
      const curve = own && of(own);
      return curve && curve.steps.length > 0 ? [{ name: runName(run), color, ...curve }] : [];
    });
  return (
    <section className="card training-curves" aria-labelledby="curves-title">
      <div className="row training-bar">
        <h2 id="curves-title">Learning curves</h2>
        <Switch isSelected={log} onChange={onLog}>
          <span className="training-switch" aria-hidden="true" />
          Logarithmic scale
        </Switch>
      </div>
      {stages.length === 0 ? (
        <p className="dim">Choose a training below, or start one: its curves grow here while it learns.</p>
      ) : null}
      {stages.map((stage, i) => (
        <div key={stage}>
          <h3>
            {stages.length > 1 ? `Stage ${i + 1}: ` : ''}
            {stage}
          </h3>
          <div className="training-pair">
            <Chart
              title="Loss on trained frames"
              none="No step has been told of yet."
              curves={curvesOf(stage, ({ steps, loss }) => ({ steps, values: loss }))}
              options={{ label: 'loss (no unit)', log, dots: false }}
            />
            <Chart
              title="Error on held-out frames"
              none="Not judged on held-out frames: none are held out, or it has just begun."
              curves={curvesOf(stage, ({ heldOutSteps, heldOutError }) => ({
                steps: heldOutSteps,
                values: heldOutError,
              }))}
              options={{ label: 'mean error (px)', log, dots: true }}
            />
          </div>
        </div>
      ))}
      <p className="dim training-note">
        The loss falls on frames that the network has seen, so it always flatters; the error is measured on up
        to 20 frames that it never sees, with the stages trained by then. Where the error no longer falls,
        more minutes do not help: more labels do.
      </p>
    </section>
  );
}

function Chart({
  title,
  none,
  curves,
  options,
}: {
  readonly title: string;
  readonly none: string;
  readonly curves: readonly Curve[];
  readonly options: CurveChartOptions;
}): React.ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const chart = useRef<CurveChart>(undefined);
  useEffect(() => {
    chart.current = new CurveChart(place.current!, readout.current!);
    return () => {
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.show(curves, options));
  const words = curves.map(
    ({ name, steps, values }) => `${name}: ${values.at(-1)!.toPrecision(3)} after ${steps.at(-1)} steps`,
  );
  return (
    <figure className="training-figure">
      <figcaption>
        <span>{title}</span> <span ref={readout} className="dim" />
      </figcaption>
      <div
        ref={place}
        className="training-chart"
        role="img"
        aria-label={`${title}. ${words.join('; ')}`}
        data-empty={curves.length === 0 ? '' : undefined}
      />
      {curves.length === 0 ? <p className="dim training-none">{none}</p> : null}
    </figure>
  );
}
