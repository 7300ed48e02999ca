/** The form that starts a training. */
import { useState } from 'react';
import {
  Button,
  Group,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  NumberField,
  Popover,
  Select,
  SelectValue,
  Text,
} from 'react-aria-components';
import { networks, splits, type Choice, type TrainRequest } from './choices.ts';

interface Props {
  /** Why none can be started now. */
  readonly blocked: string | undefined;
  onStart(request: TrainRequest): void;
}

export function NewTraining({ blocked, onStart }: Props): React.ReactNode {
  const [minutes, setMinutes] = useState(15);
  const [network, setNetwork] = useState<(typeof networks)[number]['id']>('auto');
  const [split, setSplit] = useState<(typeof splits)[number]['id']>('blocks');
  const [percent, setPercent] = useState(20);
  const [seed, setSeed] = useState(0);
  const start = (): void =>
    onStart({
      kind: 'train',
      minutes,
      network,
      split: split === 'none' ? split : `${split}:${percent / 100}`,
      seed,
    });
  return (
    <section className="card stack training-form" aria-labelledby="new-training">
      <h2 id="new-training">New training</h2>
      <Amount
        label="Minutes"
        value={minutes}
        onChange={setMinutes}
        range={[0.05, 10_000]}
        what="How long it learns. 15 do for a first network; the curves show whether more would help."
      />
      <Chooser label="Network" choices={networks} chosen={network} onChoose={(id) => setNetwork(id)} />
      <details className="training-more">
        <summary>Held-out frames and seed</summary>
        <div className="stack">
          <Chooser label="Held out" choices={splits} chosen={split} onChoose={(id) => setSplit(id)} />
          {split === 'none' ? null : (
            <Amount
              label="Held out, %"
              value={percent}
              onChange={setPercent}
              range={[1, 90]}
              what="Labeled frames that do not train, by which it is judged."
            />
          )}
          <Amount
            label="Seed"
            value={seed}
            onChange={setSeed}
            range={[0, 2 ** 31]}
            step={1}
            what="Decides everything random: first weights, order of frames, which are held out. Another seed, another training."
          />
        </div>
      </details>
      <Button data-kind="primary" isDisabled={blocked !== undefined} onPress={start}>
        Train
      </Button>
      {blocked === undefined ? null : <p className="dim">{blocked}</p>}
    </section>
  );
}

function Amount({
  label,
  value,
  onChange,
  range: [least, most],
  step,
  what,
}: {
  readonly label: string;
  readonly value: number;
  onChange(value: number): void;
  readonly range: readonly [number, number];
  readonly step?: number;
  readonly what: string;
}): React.ReactNode {
  return (
    <NumberField
      value={value}
      onChange={(v) => onChange(Number.isNaN(v) ? least : v)}
      minValue={least}
      maxValue={most}
      step={step}
      formatOptions={{ maximumFractionDigits: 2, useGrouping: false }}
    >
      <Label>{label}</Label>
      <Group>
        <Input />
      </Group>
      <Text slot="description">{what}</Text>
    </NumberField>
  );
}

function Chooser<Id extends string>({
  label,
  choices,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly choices: readonly Choice<Id>[];
  readonly chosen: Id;
  onChoose(id: Id): void;
}): React.ReactNode {
  return (
    <Select value={chosen} onChange={(key) => onChoose(key as Id)}>
      <Label>{label}</Label>
      <Button>
        <SelectValue /> <span aria-hidden="true">{'\u25be'}</span>
      </Button>
      <Text slot="description">{choices.find(({ id }) => id === chosen)?.what}</Text>
      <Popover>
        <ListBox>
          {choices.map(({ id, name, what }) => (
            <ListBoxItem key={id} id={id} textValue={name}>
              <Text slot="label">{name}</Text>
              <Text slot="description">{what}</Text>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
