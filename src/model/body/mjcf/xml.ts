import { InputError } from '../../../signal/error.ts';

/** One element of an XML text. Comments, processing instructions and the document type are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The character data directly inside, entities replaced, trimmed. */
  readonly text: string;
  /** The line on which the element begins, counted from 1. */
  readonly line: number;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads an XML text into its root element: elements, attributes, text, CDATA, the five named entities and numeric ones. A document
 * type is skipped and no entity it declares is ever expanded. Throws `InputError` naming the line where the text is not well formed.
 */
export function parseXml(text: string, where: string): XmlElement {
  let at = 0;
  let line = 1;
  const fail = (what: string): never => {
    throw new InputError(what, { where: `${where}, line ${line}`, expected: 'well-formed XML' });
  };
  const advance = (to: number): string => {
    const passed = text.slice(at, to);
    for (let i = passed.indexOf('\n'); i >= 0; i = passed.indexOf('\n', i + 1)) line++;
    at = to;
    return passed;
  };
  const past = (mark: string, what: string): string => {
    const end = text.indexOf(mark, at);
    if (end < 0) fail(`${what} never ends`);
    const passed = advance(end);
    at += mark.length;
    return passed;
  };
  const decode = (raw: string): string =>
    raw.replaceAll(/&(#x?)?([^;&\s]*);?/g, (whole, number: string | undefined, name: string) => {
      const code = number ? parseInt(name, number === '#' ? 10 : 16) : NaN;
      if (number && code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      return entities[name] ?? fail(`the entity "${whole}" is not known`);
    });

  interface Open {
    readonly name: string;
    readonly attributes: Record<string, string>;
    readonly children: XmlElement[];
    readonly line: number;
    text: string;
  }
  const open: Open[] = [];
  let root: XmlElement | undefined;
  const close = (element: Open): void => {
    const done = { ...element, text: element.text.trim() };
    const parent = open.at(-1);
    if (parent) parent.children.push(done);
    else if (root) fail('there is a second root element');
    else root = done;
  };
  const tag = /<([^\s<>/="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
  const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

  if (text.charCodeAt(0) === 0xfeff) at = 1;
  for (;;) {
    const next = text.indexOf('<', at);
    const data = advance(next < 0 ? text.length : next);
    const inside = open.at(-1);
    if (inside) inside.text += decode(data);
    else if (data.trim()) fail('there is text outside of the root element');
    if (next < 0) break;
    if (text.startsWith('<!--', at)) {
      past('-->', 'a comment');
    } else if (text.startsWith('<![CDATA[', at)) {
      if (!inside) fail('there is text outside of the root element');
      inside!.text += past(']]>', 'a CDATA section').slice('<![CDATA['.length);
    } else if (text.startsWith('<?', at)) {
      past('?>', 'a processing instruction');
    } else if (text.startsWith('<!', at)) {
      const declaration = past('>', 'a declaration');
      if (declaration.includes('[')) past(']', 'a document type');
      if (declaration.includes('[')) past('>', 'a document type');
    } else if (text.startsWith('</', at)) {
      const name = past('>', 'a closing tag').slice(2).trim();
      const element = open.pop();
      if (element?.name !== name) {
        fail(`</${name}> closes ${element ? `<${element.name}> of line ${element.line}` : 'nothing'}`);
      }
      close(element!);
    } else {
      tag.lastIndex = at;
      const match = tag.exec(text);
      if (!match) fail(`the tag "${text.slice(at, at + 30).split('\n', 1)[0]}" is not well formed`);
      const [whole, name, list, empty] = match!;
      const attributes: Record<string, string> = {};
      for (const [, key, double, single] of list.matchAll(attribute)) {
        if (Object.hasOwn(attributes, key)) fail(`<${name}> has the attribute ${key} twice`);
        attributes[key] = decode(double ?? single);
      }
      const element: Open = { name, attributes, children: [], line, text: '' };
      advance(at + whole.length);
      if (empty) close(element);
      else open.push(element);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) fail(`<${unclosed.name}> of line ${unclosed.line} is never closed`);
  return root ?? fail('there is no element');
}

/** The first child of that name. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((c) => c.name === name);
}

/** The element itself and everything below it, in the order of the text. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const c of element.children) yield* descendants(c);
}
