/** The project at a glance. */
import { useObservable, type Workbench } from '../../core/workbench.ts';

export function Home({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { name } = useObservable(workbench.project);
  return (
    <div className="page">
      <h1>{name}</h1>
    </div>
  );
}
