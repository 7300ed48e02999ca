/** The form that trains a network. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ControllersAnswer, JobRequest } from '../../../server/api.ts';

interface Props {
  readonly tasks: ControllersAnswer['tasks'];
  readonly taken: readonly string[];
  readonly blocked: string | undefined;
  onStart(request: Extract<JobRequest, { readonly kind: 'control' }>): void;
}

export function NewNetwork({ tasks, taken, blocked, onStart }: Props): React.ReactNode {
  const [task, setTask] = useState(tasks[0].name);
  const [units, setUnits] = useState(128);
  const [seed, setSeed] = useState(0);
  const name = `${task.replaceAll(' ', '-')}-${units}-${seed}`;
  const fits = Number.isInteger(units) && units >= 1 && units <= 4096 && Number.isInteger(seed) && seed >= 0;
  return (
    <section className="card stack" aria-labelledby="models-new">
      <h2 id="models-new">New network</h2>
      <label className="models-field">
        <span>Task</span>
        <select value={task} onChange={({ target }) => setTask(target.value)}>
          {tasks.map((t) => (
            <option key={t.name}>{t.name}</option>
          ))}
        </select>
      </label>
      <p className="dim">{tasks.find((t) => t.name === task)?.summary}</p>
      <label className="models-field">
        <span>Units</span>
        <input
          type="number"
          min={1}
          max={4096}
          value={units}
          onChange={({ target }) => setUnits(Number(target.value))}
        />
      </label>
      <label className="models-field">
        <span>Seed</span>
        <input type="number" min={0} value={seed} onChange={({ target }) => setSeed(Number(target.value))} />
      </label>
      <Button
        isDisabled={blocked !== undefined || !fits}
        onPress={() => onStart({ kind: 'control', task: task.replaceAll(' ', '-'), name, units, seed })}
      >
        {taken.includes(name) ? `Train ${name} again` : 'Train'}
      </Button>
      {blocked === undefined ? null : <p className="dim">{blocked}</p>}
    </section>
  );
}
