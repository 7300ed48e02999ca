/** One step: what it makes, how that stands and why, its options, and what runs it. */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { StepOverview } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { Failure } from '../../shell/failure.tsx';
import { OptionField } from './option-field.tsx';
import { stateWords } from './step-graph.tsx';

interface Props {
  readonly step: StepOverview;
  /** Why nothing can be run now. */
  readonly blocked: string | undefined;
  /** Why `marey.yaml` cannot be changed. */
  readonly readOnly: string | undefined;
  onRun(): void;
  onSaved(steps: readonly StepOverview[]): void;
}

export function StepDetail({ step, blocked, readOnly, onRun, onSaved }: Props): React.ReactNode {
  const { name, makes, needs, items, state, why } = step;
  return (
    <section className="card stack run-detail" aria-labelledby="step-title">
      <div className="row run-bar">
        <h2 id="step-title">{name}</h2>
        <Button isDisabled={blocked !== undefined || state === 'blocked' || state === 'done'} onPress={onRun}>
          Run {name}
        </Button>
      </div>
      <p>
        Makes {makes}.{' '}
        {needs.length === 0 ? '' : `What it needs (${needs.join(', ')}) is brought up to date first.`}
      </p>
      {items.length === 0 ? <p className="dim">{why}</p> : null}
      <ul className="run-items" aria-label={`What ${name} makes`}>
        {items.map(({ item, state, why }) => (
          <li key={item ?? ''} data-state={state}>
            <span className="run-sign" aria-hidden="true">
              {stateWords[state].sign}
            </span>
            <span>
              {item === undefined ? '' : <strong>{item}: </strong>}
              {stateWords[state].word}
              {why === undefined || why === stateWords[state].word ? '' : `, ${why}`}
            </span>
          </li>
        ))}
      </ul>
      {step.schema?.properties ? (
        <Options key={name} step={step} readOnly={readOnly} onSaved={onSaved} />
      ) : (
        <p className="dim">It has no options.</p>
      )}
    </section>
  );
}

function Options({
  step: { name, schema, stated },
  readOnly,
  onSaved,
}: Pick<Props, 'step' | 'readOnly' | 'onSaved'>): React.ReactNode {
  const [values, setValues] = useState(stated);
  const [failure, setFailure] = useState<unknown>();
  const [said, setSaid] = useState('');
  const text = JSON.stringify(stated);
  // What the file says counts again when it has changed.
  useEffect(() => setValues(JSON.parse(text) as typeof stated), [text]);
  const changed = JSON.stringify(values) !== text;
  const save = async (): Promise<void> => {
    setFailure(undefined);
    try {
      onSaved(await client.stateOptions(name, values));
      setSaid('Written into marey.yaml.');
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <form
      className="stack"
      aria-label={`Options of ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>Options</h3>
      <div className="run-fields">
        {Object.entries(schema?.properties ?? {}).map(([option, field]) => (
          <OptionField
            key={option}
            name={option}
            schema={field}
            value={values[option]}
            onChange={(value) => {
              setSaid('');
              setValues((old) => {
                const { [option]: _, ...rest } = old;
                return value === undefined ? rest : { ...rest, [option]: value };
              });
            }}
          />
        ))}
      </div>
      {failure === undefined ? null : <Failure error={failure} title="The options were not taken" />}
      <div className="row">
        <Button type="submit" isDisabled={!changed || readOnly !== undefined}>
          Write into marey.yaml
        </Button>
        <Button data-kind="quiet" isDisabled={!changed} onPress={() => setValues(stated)}>
          As they were
        </Button>
        <span role="status" className="dim">
          {said}
        </span>
      </div>
      <p className="dim run-about">
        Empty: as by default{name === 'train' ? ', or as in the last training' : ''}.
      </p>
    </form>
  );
}
