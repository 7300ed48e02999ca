/** The network's units and recorded neurons in one latent space. */
import { useEffect, useState } from 'react';
import type { ControllerRun, RecordedLane } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { CurveChart } from './curve-chart.tsx';
import type { ModelSettings } from './settings.ts';

interface Props {
  readonly workbench: Workbench;
  readonly settings: ModelSettings;
  set(change: Partial<ModelSettings>): void;
  readonly beside: ControllerRun['recorded'];
}

export function BesideNeurons({ workbench, settings, set, beside }: Props): React.ReactNode {
  const project = useObservable(workbench.project);
  const recordings = [...new Set(project.videos.map(({ recording }) => recording))];
  const recording = settings.recording ?? recordings[0];
  const lanes = useLanesOf(recording);
  const of = (kind: RecordedLane['content']['kind']) => lanes.filter(({ content }) => content.kind === kind);
  const [spikes, events] = [of('spikes'), of('events')];
  return (
    <section className="card stack" aria-labelledby="models-neurons">
      <h2 id="models-neurons">Beside recorded neurons</h2>
      {spikes.length === 0 || events.length === 0 ? (
        <p>
          No recording of this project has both spikes and events that say which condition began when. Add
          them as <code>data</code> in <code>marey.yaml</code>: a label for each of the task&rsquo;s
          conditions.
        </p>
      ) : (
        <div className="row">
          {recordings.length > 1 ? (
            <Chooser
              label="Recording"
              value={recording}
              options={recordings.map((name) => [name, name])}
              onChange={(name) => set({ recording: name, spikes: undefined, events: undefined })}
            />
          ) : null}
          <Chooser
            label="Neurons"
            value={settings.spikes}
            options={spikes.map(({ id, title }) => [id, title])}
            onChange={(id) => set({ recording, spikes: id })}
          />
          <Chooser
            label="Conditions"
            value={settings.events}
            options={events.map(({ id, title }) => [id, title])}
            onChange={(id) => set({ recording, events: id })}
          />
        </div>
      )}
      {beside ? <Beside beside={beside} /> : null}
    </section>
  );
}

function Beside({ beside }: { readonly beside: NonNullable<ControllerRun['recorded']> }): React.ReactNode {
  const {
    conditions,
    times,
    axes,
    network,
    neurons,
    units,
    value,
    interval,
    null: chance,
    p,
    binSeconds,
  } = beside;
  const above = value > chance.percentile95;
  return (
    <>
      <p>
        {`Likeness (Procrustes) ${value.toFixed(3)}, 95 % ${interval.map((v) => v.toFixed(3)).join(' to ')}; with conditions shuffled ${chance.mean.toFixed(3)}, up to ${chance.percentile95.toFixed(3)} (p ${p < 0.01 ? p.toFixed(3) : p.toFixed(2)}). `}
        {above
          ? 'More alike than with shuffled conditions.'
          : 'No more alike than with shuffled conditions: what looks alike below is what any two populations share.'}
      </p>
      <div className="models-charts">
        {(['network', 'neurons'] as const).map((name, s) => (
          <CurveChart
            key={name}
            title={name === 'network' ? 'Units of the network' : `${units} recorded units, turned upon them`}
            unit=""
            names={Array.from({ length: axes }, (_, i) => `shared axis ${i + 1}`)}
            sizes={{ conditions: conditions.length, times, width: axes }}
            axes={[0, Math.min(1, axes - 1)]}
            series={[
              { name: 'network', values: s === 0 ? network : [] },
              { name: 'neurons', values: s === 1 ? neurons : [] },
            ].filter(({ values }) => values.length > 0)}
          />
        ))}
      </div>
      <p className="dim">
        {`${conditions.length} conditions (${conditions.slice(0, 8).join(', ')}), rates in bins of ${1000 * binSeconds} ms from where the task begins; ${axes} principal components of each.`}
      </p>
    </>
  );
}

function Chooser(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [id: string, title: string])[];
  onChange(id: string | undefined): void;
}): React.ReactNode {
  return (
    <label className="models-field">
      <span>{props.label}</span>
      <select
        value={props.value ?? ''}
        onChange={({ target: { value } }) => props.onChange(value === '' ? undefined : value)}
      >
        <option value="">(choose)</option>
        {props.options.map(([id, title]) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function useLanesOf(recording: string | undefined): readonly RecordedLane[] {
  const [lanes, setLanes] = useState<readonly RecordedLane[]>([]);
  useEffect(() => {
    setLanes([]);
    if (recording === undefined) return undefined;
    let shown = true;
    client.recordedLanes(recording).then(
      (all) => shown && setLanes(all),
      // The timeline says what is wrong with a recording's files.
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [recording]);
  return lanes;
}
