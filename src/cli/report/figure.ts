import { markup, type Content, type Markup } from './markup.ts';

/** The numbers behind a figure, for those who cannot or will not read it off. */
export interface NumberTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Figure {
  /** Unique on the page, letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** What is shown and how it was computed: a reader must not have to guess. */
  readonly caption: Content;
  readonly picture: Markup;
  readonly table?: NumberTable;
  /** What about it could fool a reader. */
  readonly cautions: readonly string[];
  /** Takes the page's whole width. */
  readonly wide?: boolean;
}

/** A figure on the page: picture, number, title, caption, cautions beside it, table folded beneath. */
export function figureMarkup(figure: Figure, number: number): Markup {
  const { id, title, caption, picture, table, cautions } = figure;
  return markup`<figure id="${id}" class="${figure.wide ? 'wide' : 'half'}${cautions.length > 0 && ' marked'}">
<div class="picture">${picture}</div>
<figcaption><p><b>Figure ${number}. ${title}.</b> ${caption}</p>${cautionList(cautions)}</figcaption>
${table && markup`<details><summary>Numbers of figure ${number}</summary>${tableMarkup(table)}</details>`}
</figure>`;
}

export function cautionList(cautions: readonly string[]): Content {
  if (cautions.length === 0) return undefined;
  return markup`<ul class="cautions" aria-label="Cautions">${cautions.map((c) => markup`<li>${c}</li>`)}</ul>`;
}

export function tableMarkup({ head, rows }: NumberTable): Markup {
  return markup`<div class="scroll"><table><thead><tr>${head.map((h) => markup`<th scope="col">${h}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
