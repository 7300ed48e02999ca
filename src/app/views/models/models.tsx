/** The page of models: train a network to do a task, change something of it, and see behavior and activity beside the intact run. */
import { useEffect, useState } from 'react';
import type { ControllerRun } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useStore } from '../../core/state.ts';
import type { Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { useAnswerAfter, useJobStart } from '../../shell/job-start.ts';
import { BesideNeurons } from './beside-neurons.tsx';
import { InterventionForm } from './intervention-form.tsx';
import { NewNetwork } from './new-network.tsx';
import { RunResult } from './run-result.tsx';
import { modelSettings, runRequest, type ModelSettings } from './settings.ts';
import './models.css';

const own = 'models';

export function Models({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const kept = useStore(store, (state) => state.views[own]);
  const settings = modelSettings(kept);
  const set = (change: Partial<ModelSettings>): void => store.setView(own, { ...settings, ...change });
  const { answer, failure: unheard } = useAnswerAfter(workbench, 'control', client.controllers);
  const { blocked, failure, dismiss, start } = useJobStart(workbench);
  const network = answer?.networks.find(({ name }) => name === settings.network) ?? answer?.networks[0];
  const lasting = answer?.operations.find(({ name }) => name === settings.operation)?.lasting ?? false;
  const {
    run,
    running,
    failure: refused,
  } = useRun(network?.facts && network.name, JSON.stringify(runRequest(settings, lasting)));
  return (
    <div className="page models">
      <div className="models-columns">
        <div className="stack models-side">
          <h1>Models</h1>
          {failure ? <Failure {...failure} onClose={dismiss} /> : null}
          {unheard === undefined ? null : <Failure error={unheard} title="The networks cannot be shown" />}
          {answer && answer.networks.length > 0 ? (
            <section className="card stack" aria-labelledby="models-network">
              <h2 id="models-network">Network</h2>
              <label className="models-field">
                <span>Name</span>
                <select value={network?.name} onChange={({ target }) => set({ network: target.value })}>
                  {answer.networks.map(({ name }) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              {network?.facts ? (
                <p className="dim">
                  {network.facts.units} {network.facts.cell} units do {network.facts.task}; seed{' '}
                  {network.facts.seed}, {network.facts.steps} steps of training
                </p>
              ) : null}
              {network?.problem ? (
                <Failure error={{ message: network.problem.message, facts: network.problem }} />
              ) : null}
            </section>
          ) : null}
          {answer && network?.facts ? (
            <InterventionForm
              facts={network.facts}
              operations={answer.operations}
              settings={settings}
              set={set}
            />
          ) : null}
          {answer ? (
            <NewNetwork
              tasks={answer.tasks}
              taken={answer.networks.map(({ name }) => name)}
              blocked={blocked}
              onStart={start}
            />
          ) : unheard === undefined ? (
            <p className="dim">Looking for networks&hellip;</p>
          ) : null}
        </div>
        <div className="stack models-main">
          {answer && answer.networks.length === 0 ? (
            <section className="card stack">
              <h2>No network yet</h2>
              <p>
                Train one at the left: a network learns to move a body by its muscles, from what it feels and
                sees. Then it can be lesioned, stimulated or deafened here, and its units stand beside
                recorded neurons. A network of 128 units reaches within a minute or two.
              </p>
            </section>
          ) : null}
          {refused === undefined ? null : (
            <Failure error={refused} title="This cannot be done to the network" />
          )}
          {run && network?.facts ? (
            <RunResult run={run} running={running} changed={settings.operation !== ''} />
          ) : null}
          {network?.facts ? (
            <BesideNeurons workbench={workbench} settings={settings} set={set} beside={run?.recorded} />
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** How long nothing changes before the network is run, ms. */
const restMs = 250;

/** Runs the network whenever the request is another; the last answer stays until the next one is here. */
function useRun(
  name: string | undefined,
  request: string,
): { readonly run?: ControllerRun; readonly running: boolean; readonly failure?: unknown } {
  const [told, setTold] = useState<{
    readonly name?: string;
    readonly request?: string;
    readonly run?: ControllerRun;
    readonly failure?: unknown;
  }>({});
  useEffect(() => {
    if (name === undefined) return undefined;
    let wanted = true;
    const resting = setTimeout(() => {
      client.runController(name, JSON.parse(request)).then(
        (run) => wanted && setTold({ name, request, run }),
        (failure: unknown) => wanted && setTold({ name, request, failure }),
      );
    }, restMs);
    return () => {
      wanted = false;
      clearTimeout(resting);
    };
  }, [name, request]);
  if (told.name !== name) return { running: name !== undefined };
  return { run: told.run, failure: told.failure, running: told.request !== request };
}
