/** The page of claims: what was fixed, what came out, and whether these data could have told the hypotheses apart. */
import { Button } from 'react-aria-components';
import type { ClaimOverview } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useStore } from '../../core/state.ts';
import type { Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { useAnswerAfter, useJobStart } from '../../shell/job-start.ts';
import { ChannelsChart, RankingChart } from './ranking-chart.tsx';
import { RankingTable } from './ranking-table.tsx';
import { RecoveryTable } from './recovery-table.tsx';
import './claims.css';

const own = 'claims';

export function Claims({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const kept = useStore(store, (state) => state.views[own]) as { readonly claim?: string } | undefined;
  const { answer: claims, failure: unheard } = useAnswerAfter(workbench, 'claim', client.claims);
  const { blocked, failure, dismiss, start } = useJobStart(workbench);
  const chosen = claims?.find(({ id }) => id === kept?.claim) ?? claims?.[0];
  return (
    <div className="page stack claims">
      <h1>Claims</h1>
      {failure ? <Failure {...failure} onClose={dismiss} /> : null}
      {unheard === undefined ? null : <Failure error={unheard} title="The claims cannot be shown" />}
      {claims && claims.length > 1 ? (
        <ul className="claims-list" aria-label="Claims of this project">
          {claims.map(({ id, claim }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === chosen?.id ? 'true' : undefined}
                onClick={() => store.setView(own, { claim: id })}
              >
                {claim?.question ?? id}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {chosen ? (
        <Claim claim={chosen} blocked={blocked} onJudge={() => start({ kind: 'claim', claim: chosen.id })} />
      ) : claims ? (
        <NoClaim />
      ) : unheard === undefined ? (
        <p className="dim">Looking for claims&hellip;</p>
      ) : null}
    </div>
  );
}

function Claim({
  claim: { id, claim, problem, before, judged },
  blocked,
  onJudge,
}: {
  readonly claim: ClaimOverview;
  readonly blocked: string | undefined;
  onJudge(): void;
}): React.ReactNode {
  if (!claim) {
    return (
      <section className="card stack" aria-label={id}>
        <Failure
          error={{ message: problem?.message ?? id, facts: problem }}
          title={`${id} is no claim yet`}
        />
      </section>
    );
  }
  return (
    <>
      <section className="card stack" aria-labelledby="claim-title">
        <div className="row claims-bar">
          <h2 id="claim-title">{claim.question}</h2>
          <span className="dim">{blocked}</span>
          <Button
            data-kind={judged ? undefined : 'primary'}
            isDisabled={blocked !== undefined}
            onPress={onJudge}
          >
            {judged ? 'Judge again' : 'Judge'}
          </Button>
        </div>
        {judged ? (
          <p className="claims-verdict" data-kind={judged.kind}>
            {judged.sentence}
          </p>
        ) : (
          <p>No result of this claim has been seen. Change it now, not afterwards: what is seen is noted.</p>
        )}
        {before.map(({ at, sentence }) => (
          <p className="claims-before" key={at}>
            <strong>Changed after a result was seen</strong> ({at.slice(0, 10)}). The result then: {sentence}
          </p>
        ))}
        {judged && judged.notes.length > 0 ? (
          <ul className="claims-notes">
            {judged.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </section>
      {judged ? (
        <section className="card stack" aria-labelledby="ranking-title">
          <h2 id="ranking-title">What each hypothesis predicts, on data it was not fitted to</h2>
          <RankingChart judged={judged} level={claim.level} />
          <RankingTable judged={judged} />
          <h3>Channel by channel</h3>
          <ChannelsChart judged={judged} />
          <p className="dim">
            Held-out R² of a linear readout, mean over {judged.unitNames.length} channels, {judged.samples}{' '}
            samples. A score is of these channels in this recording: it says nothing of another animal.
          </p>
        </section>
      ) : null}
      {judged?.recovery ? (
        <section className="card stack" aria-labelledby="recovery-title">
          <h2 id="recovery-title">Whether these data can decide</h2>
          <RecoveryTable recovery={judged.recovery} />
        </section>
      ) : null}
      <section className="card stack" aria-labelledby="plan-title">
        <h2 id="plan-title">What was fixed before</h2>
        <table className="claims-table">
          <thead>
            <tr>
              <th scope="col">Hypothesis</th>
              <th scope="col">Features</th>
            </tr>
          </thead>
          <tbody>
            {claim.hypotheses.map(({ name, features }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{features.join('; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="dim">
          {claim.how}. The file is <code>{id}</code>, its plan has the hash{' '}
          <code>{claim.hash.slice(0, 12)}</code>
          {judged ? (
            <>
              ; the report is <code>{judged.report}</code>
            </>
          ) : null}
          .
        </p>
      </section>
    </>
  );
}

const example = `claim: What do these neurons have to do with?
data: {project: ., bin: 0.05}
activity: {of: spikes}
hypotheses:
  position: [{of: hand, lags: [-0.1]}]
  velocity: [{of: hand, as: change, lags: [-0.1]}]
seed: 1
`;

function NoClaim(): React.ReactNode {
  return (
    <section className="card stack" aria-labelledby="no-claim-title">
      <h2 id="no-claim-title">No claim yet</h2>
      <p>
        A claim is a file that names its question, its hypotheses and how they are judged, before any result
        is seen. Save one as <code>claim.yaml</code> in the project&rsquo;s folder, with the names of your own
        signals, spikes or tracks in place of <code>spikes</code> and <code>hand</code>:
      </p>
      <pre>{example}</pre>
      <p className="dim">
        It can then be judged here, or by <code>marey claim claim.yaml</code>.
      </p>
    </section>
  );
}
