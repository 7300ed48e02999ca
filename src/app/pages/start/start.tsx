/** Where there is no project: three doors. */
import type { Session } from '../../../server/api.ts';
import type { ServerNews } from '../../core/workbench.ts';

export interface StartProps {
  readonly news: ServerNews;
  onStarted(session: Session, next: string): void;
}

export function Start({ onStarted: _started }: StartProps): React.ReactNode {
  return (
    <div className="page">
      <h1>Measure movement</h1>
    </div>
  );
}
