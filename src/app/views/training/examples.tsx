/** Held-out frames with the predictions beside the truth, the worst first. */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { EvaluationAnswer, HeldOutExample } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { drawExample } from './example-canvas.ts';

const first = 8;

export function Examples({
  workbench,
  worst,
}: {
  readonly workbench: Workbench;
  readonly worst: EvaluationAnswer['worst'];
}): React.ReactNode {
  const [all, setAll] = useState(false);
  const { skeleton } = useObservable(workbench.project);
  const shown = all ? worst : worst.slice(0, first);
  return (
    <section className="card stack" aria-labelledby="examples-title">
      <h2 id="examples-title">Held-out frames, the worst first</h2>
      <p className="dim">
        Ring: where a person placed the point. Cross: where the network sees it. A large error is either the
        network&rsquo;s or the label&rsquo;s: press a picture to look at its labels.
      </p>
      <ul className="training-examples">
        {shown.map((example) => (
          <li key={example.frame}>
            <Button
              className="training-example"
              onPress={() => workbench.store.set({ page: 'label', labelFrame: example.frame })}
            >
              <Picture example={example} words={wordsOf(example, skeleton.keypoints)} />
              <span className="training-example-name">{example.frame}</span>
              <span className="dim">
                mean {example.meanPx.toFixed(1)} px, worst {example.maxPx.toFixed(1)} px
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {worst.length > first ? (
        <div>
          <Button onPress={() => setAll(!all)}>{all ? 'Show fewer' : `Show ${worst.length}`}</Button>
        </div>
      ) : null}
    </section>
  );
}

function wordsOf({ truth, predicted }: HeldOutExample, keypoints: readonly string[]): string {
  const off = truth.flatMap((t, k) =>
    t ? [{ name: keypoints[k], px: Math.hypot(t[0] - predicted[k][0], t[1] - predicted[k][1]) }] : [],
  );
  const most = off.reduce((a, b) => (b.px > a.px ? b : a));
  return `Farthest off: ${most.name}, ${most.px.toFixed(1)} px`;
}

function Picture({
  example,
  words,
}: {
  readonly example: HeldOutExample;
  readonly words: string;
}): React.ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let ended = false;
    client
      .labelPicture(example.frame)
      .then((picture) => {
        if (!ended) drawExample(canvas.current!, picture, example);
        picture.close();
      })
      .catch(() => setMissing(true));
    return () => {
      ended = true;
    };
  }, [example]);
  return (
    <>
      <canvas ref={canvas} role="img" aria-label={words} />
      {missing ? <span className="dim">The picture cannot be shown.</span> : null}
    </>
  );
}
