/** A field for one option, made from what its JSON Schema says. Undefined: as by default. */
import { useId } from 'react';
import { Button } from 'react-aria-components';
import type { JsonSchema } from '../../../server/api.ts';

interface Props {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  onChange(value: unknown): void;
}

export function OptionField(props: Props): React.ReactNode {
  const { name, schema, value, onChange } = props;
  const id = useId();
  const about = schema.description === undefined ? undefined : `${id}-about`;
  const described =
    about === undefined ? null : (
      <p id={about} className="run-about">
        {schema.description}
      </p>
    );
  if (schema.type === 'array' && schema.items?.enum) {
    return (
      <fieldset className="run-field" aria-describedby={about}>
        <legend>{name}</legend>
        <SeveralOf {...props} choices={schema.items.enum.map(String)} />
        {described}
      </fieldset>
    );
  }
  if (schema.type === 'array' && schema.items?.properties) {
    return (
      <fieldset className="run-field" aria-describedby={about}>
        <legend>{name}</legend>
        {described}
        <Rows {...props} fields={schema.items.properties} />
      </fieldset>
    );
  }
  return (
    <div className="run-field">
      <label htmlFor={id}>{name}</label>
      {schema.enum ? (
        <select
          id={id}
          aria-describedby={about}
          value={value === undefined ? '' : String(value)}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
        >
          <option value="">
            {schema.default === undefined ? '(choose)' : `${String(schema.default)} (by default)`}
          </option>
          {schema.enum.map((choice) => (
            <option key={String(choice)}>{String(choice)}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          aria-describedby={about}
          type={schema.type === 'number' || schema.type === 'integer' ? 'number' : 'text'}
          step={schema.type === 'integer' ? 1 : 'any'}
          min={schema.minimum === undefined || schema.minimum < -1e15 ? undefined : schema.minimum}
          max={schema.maximum === undefined || schema.maximum > 1e15 ? undefined : schema.maximum}
          placeholder={schema.default === undefined ? '' : String(schema.default)}
          value={textOf(value)}
          spellCheck={false}
          onChange={({ target }) => onChange(valueOf(target.value, schema))}
        />
      )}
      {described}
    </div>
  );
}

const textOf = (value: unknown): string =>
  value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);

function valueOf(text: string, { type }: JsonSchema): unknown {
  if (text === '') return undefined;
  if (type === 'array') return text.split(',').map((part) => part.trimStart());
  return type === 'number' || type === 'integer' ? Number(text) : text;
}

function SeveralOf({
  choices,
  schema,
  value,
  onChange,
}: Props & { readonly choices: readonly string[] }): React.ReactNode {
  const chosen = (value ?? schema.default ?? []) as readonly string[];
  return (
    <div className="row">
      {choices.map((choice) => (
        <label key={choice} className="run-check">
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={({ target }) => {
              const next = choices.filter((c) => (c === choice ? target.checked : chosen.includes(c)));
              onChange(next.length === 0 ? undefined : next);
            }}
          />
          {choice}
        </label>
      ))}
    </div>
  );
}

/** A list of records: one row each. */
function Rows({
  name,
  fields,
  value,
  onChange,
}: Props & { readonly fields: Readonly<Record<string, JsonSchema>> }): React.ReactNode {
  const rows = (value ?? []) as readonly Readonly<Record<string, unknown>>[];
  const told = (next: typeof rows): void => onChange(next.length === 0 ? undefined : next);
  return (
    <>
      {rows.map((row, i) => (
        // A row has no name but its place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={i} className="run-row">
          {Object.entries(fields).map(([key, schema]) => (
            <OptionField
              key={key}
              name={key}
              schema={schema}
              value={row[key]}
              onChange={(v) => told(rows.with(i, { ...row, [key]: v }))}
            />
          ))}
          <Button
            data-kind="quiet"
            data-size="small"
            aria-label={`Take away row ${i + 1} of ${name}`}
            onPress={() => told(rows.filter((_, other) => other !== i))}
          >
            Take away
          </Button>
        </div>
      ))}
      <div>
        <Button data-size="small" onPress={() => told([...rows, {}])}>
          Add
        </Button>
      </div>
    </>
  );
}
