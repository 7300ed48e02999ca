/** HTML or SVG text that is safe to write out as it is. Only `markup` and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup is taken as it is, nothing leaves nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/**
 * A template whose holes are escaped, in text and in quoted attributes alike: a keypoint called `<script>` is shown, not
 * run. Coordinates are rounded to hundredths; a number that is not finite throws, since it would break a picture silently.
 */
export function markup(parts: TemplateStringsArray, ...holes: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + written(holes[i - 1]) + part));
}

/** Text the program itself wrote (style sheets), taken as it is. Never for anything that comes from a project. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function written(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') {
    if (!Number.isFinite(content)) throw new TypeError(`the report cannot draw at ${content}`);
    return String(Math.round(content * 100) / 100);
  }
  if (typeof content === 'string') return escaped(content);
  return content.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  // Control characters have no place in a document, whatever a file name holds.
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd').replace(/[&<>"']/g, (c) => entities[c]);
}
