/** What is done to the network: to which part, how, how strongly, and when. */
import type { ControllerOverview, ControllersAnswer } from '../../../server/api.ts';
import type { ModelSettings } from './settings.ts';

interface Props {
  readonly facts: NonNullable<ControllerOverview['facts']>;
  readonly operations: ControllersAnswer['operations'];
  readonly settings: ModelSettings;
  set(change: Partial<ModelSettings>): void;
}

export function InterventionForm({ facts, operations, settings, set }: Props): React.ReactNode {
  const operation = operations.find(({ name }) => name === settings.operation);
  const target = facts.targets.find(({ name }) => name === settings.target) ?? facts.targets[0];
  return (
    <section className="card stack" aria-labelledby="models-change">
      <h2 id="models-change">What is changed</h2>
      <label className="models-field">
        <span>Operation</span>
        <select
          value={operation?.name ?? ''}
          onChange={({ target: { value } }) => set({ operation: value, dose: 0.5 })}
        >
          <option value="">nothing: intact</option>
          {operations.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {operation ? (
        <>
          <p className="dim">{operation.summary}</p>
          <label className="models-field">
            <span>Of</span>
            <select value={target.name} onChange={({ target: t }) => set({ target: t.value, parts: [] })}>
              {facts.targets.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <Parts target={target} units={facts.units} settings={settings} set={set} />
          <Dose operation={operation} settings={settings} set={set} />
          {operation.name === 'clamp' ? (
            <Amount label="Held at" value={settings.value} onChange={(value) => set({ value: value ?? 0 })} />
          ) : null}
          {operation.lasting ? null : (
            <div className="models-times">
              <Amount
                label="From, s"
                value={settings.fromSeconds}
                range={[0, facts.trialSeconds]}
                onChange={(fromSeconds) => set({ fromSeconds })}
              />
              <Amount
                label="to, s"
                value={settings.toSeconds}
                range={[0, facts.trialSeconds]}
                onChange={(toSeconds) => set({ toSeconds })}
              />
            </div>
          )}
        </>
      ) : null}
    </section>
  );
}

function Parts({
  target,
  units,
  settings,
  set,
}: Pick<Props, 'settings' | 'set'> & {
  readonly target: Props['facts']['targets'][number];
  readonly units: number;
}): React.ReactNode {
  const { parts } = settings;
  if (target.name === 'units') {
    return (
      <label className="models-field">
        <span>Which</span>
        <input
          type="text"
          placeholder={`all of 0-${units - 1}`}
          value={parts.join(', ')}
          onChange={({ target: { value } }) => set({ parts: value === '' ? [] : [value] })}
        />
      </label>
    );
  }
  return (
    <label className="models-field">
      <span>Which</span>
      <select
        value={parts[0] ?? ''}
        onChange={({ target: { value } }) => set({ parts: value === '' ? [] : [value] })}
      >
        <option value="">all</option>
        {target.parts.map((part) => (
          <option key={part}>{part}</option>
        ))}
      </select>
    </label>
  );
}

function Dose({
  operation,
  settings,
  set,
}: Pick<Props, 'settings' | 'set'> & {
  readonly operation: Props['operations'][number];
}): React.ReactNode {
  const [least, greatest] = operation.doses;
  const unit = operation.unit === "the signal's" ? '' : operation.unit;
  return (
    <>
      {greatest === null ? null : (
        <label className="models-slider">
          <span>{`Dose, ${unit}: ${settings.dose}`}</span>
          <input
            type="range"
            min={least ?? -1}
            max={greatest}
            step={0.05}
            value={settings.dose}
            onChange={({ target }) => set({ dose: Number(target.value) })}
          />
        </label>
      )}
      {greatest === null ? (
        <Amount
          label={unit === '' ? 'Dose' : `Dose, ${unit}`}
          value={settings.dose}
          range={[least ?? undefined, undefined]}
          onChange={(dose) => set({ dose: dose ?? 0 })}
        />
      ) : null}
    </>
  );
}

function Amount({
  label,
  value,
  range: [least, most] = [undefined, undefined],
  onChange,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly range?: readonly [number | undefined, number | undefined];
  onChange(value: number | undefined): void;
}): React.ReactNode {
  return (
    <label className="models-field">
      <span>{label}</span>
      <input
        type="number"
        step="any"
        min={least}
        max={most}
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value))}
      />
    </label>
  );
}
