/** An attribute's value: numbers are joined by spaces; undefined leaves the attribute out. */
export type AttributeValue = string | number | boolean | readonly number[] | undefined;

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** One XML element as text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly (string | readonly string[])[]
): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${(Array.isArray(value) ? value.join(' ') : String(value)).replaceAll(/[&<>"]/g, (c) => special[c])}"`,
    )
    .join('');
  const inside = children.flat().join('\n');
  return inside ? `<${name}${list}>\n${inside}\n</${name}>` : `<${name}${list}/>`;
}
