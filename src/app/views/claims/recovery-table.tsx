/** Model recovery: which hypothesis came first on data that each of them had made. */
import type { ClaimJudgment } from '../../../server/api.ts';

export function RecoveryTable({
  recovery: { names, first, recoveries },
}: {
  readonly recovery: NonNullable<ClaimJudgment['recovery']>;
}): React.ReactNode {
  return (
    <>
      <div className="claims-scroll">
        <table className="claims-table claims-recovery">
          <caption className="dim">
            Rows: the hypothesis that made the data, {recoveries} times. Columns: how often each came first.
          </caption>
          <thead>
            <tr>
              <th scope="col">Made by</th>
              {names.map((name) => (
                <th scope="col" className="number" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name, g) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {first[g].map((count, h) => (
                  <td
                    className="number"
                    key={names[h]}
                    data-own={g === h}
                    style={{ ['--share' as string]: `${Math.round((100 * count) / recoveries)}%` }}
                  >
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="dim">
        A ranking means nothing where the true account would not have come first: outside of the diagonal
        there should be zeros.
      </p>
    </>
  );
}
