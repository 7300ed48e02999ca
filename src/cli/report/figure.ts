import { markup, type Content, type Markup } from './markup.ts';

/** The numbers behind a figure, for those who cannot or will not read it off. */
export interface NumberTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Cells hold words: they begin at the left and break. */
  readonly words?: boolean;
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

/** `half` figures stand in pairs; one that is left over has its caption `beside` it. */
type Place = 'half' | 'beside' | 'wide';

/** Figures in rows, numbered from `first`. */
export function figuresMarkup(figures: readonly Figure[], first: number): Content {
  if (figures.length === 0) return undefined;
  const placed: Markup[] = [];
  for (let i = 0; i < figures.length; i++) {
    const next = figures[i + 1];
    if (figures[i].wide) {
      placed.push(figureMarkup(figures[i], first + i, 'wide'));
    } else if (next === undefined || next.wide) {
      placed.push(figureMarkup(figures[i], first + i, 'beside'));
    } else {
      placed.push(figureMarkup(figures[i], first + i, 'half'), figureMarkup(next, first + i + 1, 'half'));
      i++;
    }
  }
  return markup`<div class="figures">${placed}</div>`;
}

/** A figure on the page: picture, number, title, caption, cautions beside it, table folded beneath. */
function figureMarkup(figure: Figure, number: number, place: Place): Markup {
  const { id, title, caption, picture, table, cautions } = figure;
  return markup`<figure id="${id}" class="${place}">
<div class="picture">${picture}</div>
<figcaption><p><b>Figure ${number}. ${title}.</b> ${caption}</p>${cautionList(cautions)}</figcaption>
${table && markup`<details><summary>Numbers of figure ${number}</summary>${tableMarkup(table)}</details>`}
</figure>`;
}

export function cautionList(cautions: readonly string[]): Content {
  if (cautions.length === 0) return undefined;
  return markup`<ul class="cautions" aria-label="Cautions">${cautions.map((c) => markup`<li>${c}</li>`)}</ul>`;
}

export function tableMarkup({ head, rows, words }: NumberTable): Markup {
  return markup`<div class="scroll"><table${words && markup` class="words"`}><thead><tr>${head.map((h) => markup`<th scope="col">${h}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
