/** What went wrong, as every error of Marey says it: what, where, expected, got, and what to do. */
import { Button } from 'react-aria-components';
import { ServerFailure } from '../core/client.ts';
import type { ApiFailure } from '../../server/api.ts';
import './failure.css';

type Facts = ApiFailure['error'];

export function factsOf(error: unknown): Facts {
  if (error instanceof ServerFailure) return error.facts;
  const carried = (error as { readonly facts?: Partial<Facts> } | null)?.facts;
  const message = error instanceof Error ? error.message : String(error);
  return { fix: 'Reload the page. If it happens again, please report it.', ...carried, message };
}

const labels = { where: 'Where', expected: 'Expected', got: 'Got', fix: 'What to do' } as const;

export interface FailureProps {
  readonly error: unknown;
  /** What could not be done, for instance "The training could not be started". */
  readonly title?: string;
  onRetry?(): void;
  onClose?(): void;
}

export function Failure({ error, title, onRetry, onClose }: FailureProps): React.ReactNode {
  const facts = factsOf(error);
  // A message from the library repeats its facts as sentences: here they have lines of their own.
  const message = withoutFacts(facts);
  const shown = (['where', 'expected', 'got', 'fix'] as const).filter((name) => facts[name] !== undefined);
  return (
    <div className="failure" role="alert">
      <p className="failure-message">
        {title === undefined ? null : <strong>{title}. </strong>}
        {message}
      </p>
      {shown.length === 0 ? null : (
        <dl>
          {shown.map((name) => (
            <div key={name}>
              <dt>{labels[name]}</dt>
              <dd>{facts[name]}</dd>
            </div>
          ))}
        </dl>
      )}
      {onRetry || onClose ? (
        <div className="row">
          {onRetry ? <Button onPress={onRetry}>Try again</Button> : null}
          {onClose ? <Button onPress={onClose}>Close</Button> : null}
        </div>
      ) : null}
    </div>
  );
}

function withoutFacts({ message, where, expected, got, fix }: Facts): string {
  let short = message;
  if (where && short.startsWith(`${where}: `)) short = short.slice(where.length + 2);
  for (const sentence of [expected && `Expected ${expected}`, got && `Got ${got}`, fix]) {
    if (sentence) short = short.replace(sentence, '').trim();
  }
  short = short.replace(/(\s*\.)+$/, '.').replace(/\.(\s+\.)+/g, '.');
  return short === '' || short === '.' ? message : short;
}
