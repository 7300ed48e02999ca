import type { KeyNumber } from './data.ts';
import { cautionList, figuresMarkup, type Figure } from './figure.ts';
import { keyNumbers } from './key-numbers.ts';
import { markup, trusted, type Content, type Markup } from './markup.ts';
import { style } from './style.ts';

/** One section of the page: figures, and what stands around them. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly figures?: readonly Figure[];
  readonly before?: Content;
  /** Why (a part of) it is not there. */
  readonly absent?: readonly string[];
}

/** What stands on a page of its own. */
export interface Page {
  readonly title: string;
  readonly subtitle?: string;
  /** When it was made, in words; and by which version of Marey. */
  readonly date?: string;
  readonly version?: string;
  /** What a hurried reader takes away, the first line first. */
  readonly summary?: readonly string[];
  readonly cautions?: readonly string[];
  readonly keyNumbers?: readonly KeyNumber[];
  readonly sections: readonly Section[];
}

/** Nothing is loaded, nothing runs: pictures and video come from inside the page, and there is no script. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:";

/** A page as one HTML file that needs nothing else: no script, no font, no address outside itself. */
export function renderPage(data: Page): string {
  const { sections } = data;
  let number = 1;
  const body = sections.map((section) => {
    const figures = figuresMarkup(section.figures ?? [], number);
    number += section.figures?.length ?? 0;
    return markup`<section id="${section.id}" aria-labelledby="${section.id}-h">
<h2 id="${section.id}-h">${section.title}</h2>
<p class="lead">${section.lead}</p>
${section.before}${section.absent?.map((why) => markup`<p class="absent">${why}</p>`)}
${figures}</section>
`;
  });
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header class="top">
<p class="brand">Marey report</p>
<h1>${data.title}</h1>
${data.subtitle !== undefined && markup`<p class="subtitle">${data.subtitle}</p>`}
${madeBy(data)}
<div class="summary">${data.summary?.map((p) => markup`<p>${p}</p>`)}</div>
${cautionList(data.cautions ?? [])}
${keyNumbers(data.keyNumbers ?? [])}
<nav aria-label="Sections"><ol>${sections.map((s) => markup`<li${isEmpty(s) && markup` class="without"`}><a href="#${s.id}">${s.title}</a></li>`)}</ol></nav>
</header>
<main>
${body}
</main>
<footer>Made with Marey${data.version !== undefined && ` ${data.version}`}. This page holds all it shows and loads nothing from elsewhere.</footer>
</body>
</html>
`.text;
}

function isEmpty(section: Section): boolean {
  return (section.figures?.length ?? 0) === 0 && section.before === undefined;
}

function madeBy({ date, version }: Page): Markup | undefined {
  const said = [date, version === undefined ? undefined : `Marey ${version}`].filter((s) => s !== undefined);
  return said.length > 0 ? markup`<p class="made">${said.join(' · ')}</p>` : undefined;
}
