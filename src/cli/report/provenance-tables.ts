import type { ProvenanceRecord } from './data.ts';
import { markup, type Content, type Markup } from './markup.ts';

/** Where the numbers come from: the steps with their options, the files with their checksums, and what else it takes to repeat them. */
export function provenanceTables({ steps, files = [], facts = [] }: ProvenanceRecord): Content {
  const hasNotes = steps.some((s) => s.note !== undefined);
  return [
    steps.length > 0 &&
      wordTable(
        'Steps',
        hasNotes ? ['Step', 'Options', 'Note'] : ['Step', 'Options'],
        steps.map((s) => [s.name, markup`<code>${s.options}</code>`, ...(hasNotes ? [s.note ?? ''] : [])]),
      ),
    files.length > 0 &&
      wordTable(
        'Files',
        ['File', 'What', 'SHA-256'],
        files.map((f) => [
          f.path,
          f.what,
          f.sha256 === undefined ? 'not computed' : markup`<code>${f.sha256}</code>`,
        ]),
      ),
    facts.length > 0 &&
      wordTable(
        'To repeat it',
        ['Fact', 'Value'],
        facts.map((f) => [f.name, f.value]),
      ),
  ];
}

function wordTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  return markup`<h3>${title}</h3><div class="scroll"><table class="words"><thead><tr>${head.map((h) => markup`<th scope="col">${h}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
