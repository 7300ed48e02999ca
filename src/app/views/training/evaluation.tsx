/** How wrong the model is on frames it never saw: the figure, what it is to be held against, and keypoint by keypoint. */
import { Button } from 'react-aria-components';
import type { EvaluationAnswer } from '../../../server/api.ts';
import { splitName } from './choices.ts';

interface Props {
  readonly evaluation: EvaluationAnswer | null;
  readonly blocked: string | undefined;
  onEvaluate(): void;
}

const px = (value: number | null): string => (value === null ? '\u2013' : `${value.toFixed(2)} px`);

export function Evaluation({ evaluation, blocked, onEvaluate }: Props): React.ReactNode {
  return (
    <section className="card stack" aria-labelledby="evaluation-title">
      <h2 id="evaluation-title">How wrong the network in use is</h2>
      {evaluation === null ? (
        <>
          <p>
            It has not been judged on the labels as they are now. Judging takes a moment: the network looks at
            every labeled frame, and the report is written.
          </p>
          <div className="row">
            <Button data-kind="primary" isDisabled={blocked !== undefined} onPress={onEvaluate}>
              Evaluate
            </Button>
            {blocked === undefined ? null : <span className="dim">{blocked}</span>}
          </div>
        </>
      ) : (
        <Figures evaluation={evaluation} />
      )}
    </section>
  );
}

function Figures({ evaluation }: { readonly evaluation: EvaluationAnswer }): React.ReactNode {
  const { test, trainErrorPx, trainFrames, split } = evaluation;
  if (test === null) {
    return (
      <p>
        Every labeled frame trained, so nothing can be said of the error on others. On the frames it has seen
        it is {px(trainErrorPx)}, which flatters. Label new frames, or train with some held out.
      </p>
    );
  }
  const [low, high] = test.interval;
  return (
    <>
      <dl className="training-figures">
        <div>
          <dt>Mean error, held out</dt>
          <dd className="training-main">{px(test.meanPx)}</dd>
          <dd className="dim">
            95 % interval {low.toFixed(2)} to {high.toFixed(2)} px
          </dd>
        </div>
        <div>
          <dt>A guess without looking</dt>
          <dd className="training-main">{px(test.nullPx)}</dd>
          <dd className="dim">the mean label, for every picture</dd>
        </div>
        <div>
          <dt>Median, worst</dt>
          <dd className="training-main">
            {test.medianPx.toFixed(2)}, {test.maxPx.toFixed(1)} px
          </dd>
          <dd className="dim">mean: {test.bodyLengths.toFixed(3)} body lengths</dd>
        </div>
        <div>
          <dt>On trained frames</dt>
          <dd className="training-main">{px(trainErrorPx)}</dd>
          <dd className="dim">{trainFrames} frames; this flatters</dd>
        </div>
      </dl>
      <p className="dim">
        {test.points} points in {test.frames} held-out {test.frames === 1 ? 'frame' : 'frames'} (
        {splitName(split).toLowerCase()}). {trusted(test)}
        {split.startsWith('random')
          ? ' A random split flatters where labeled frames lie close together in time.'
          : ''}
      </p>
      <table className="training-table training-keypoints">
        <caption className="visually-hidden">Error by keypoint</caption>
        <thead>
          <tr>
            <th scope="col">Keypoint</th>
            <th scope="col" className="number">
              Mean
            </th>
            <th scope="col" className="number">
              Median
            </th>
            <th scope="col" className="number">
              Points
            </th>
            <th aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {test.keypoints.map(({ name, meanPx, medianPx, points }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{px(meanPx)}</td>
              <td className="number">{px(medianPx)}</td>
              <td className="number">{points}</td>
              <td aria-hidden="true">
                <div
                  className="training-error-bar"
                  style={{ width: `${barWidth(meanPx, test.keypoints)}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function trusted({ confident: { kept, cut, meanPx } }: NonNullable<EvaluationAnswer['test']>): string {
  if (kept === 0) return `The network trusts none of them (confidence from ${cut} on).`;
  return `It trusts ${Math.round(100 * kept)} % of them (confidence from ${cut} on), with a mean error of ${px(meanPx)}.`;
}

function barWidth(value: number | null, all: readonly { readonly meanPx: number | null }[]): number {
  const most = Math.max(...all.map(({ meanPx }) => meanPx ?? 0));
  return most > 0 ? (100 * (value ?? 0)) / most : 0;
}
