import type { KeyNumber } from './data.ts';
import { cautionList } from './figure.ts';
import { counted, formatNumber, formatQuantity, formatUnit } from './format.ts';
import { markup, type Content } from './markup.ts';

/** The numbers that matter, each with its unit, its interval, what it rests on and the truth where it is known. */
export function keyNumbers(numbers: readonly KeyNumber[]): Content {
  if (numbers.length === 0) return undefined;
  return markup`<dl class="numbers">${numbers.map(
    (n) => markup`<div><dt>${n.name}</dt>
<dd class="value">${formatNumber(n.value)}${formatUnit(n.unit) !== '' && markup`<small>${formatUnit(n.unit)}</small>`}</dd>
${n.interval && markup`<dd>${formatNumber(n.interval.low)} to ${formatQuantity(n.interval.high, n.unit)} (${n.interval.meaning})</dd>`}
${n.truth !== undefined && markup`<dd class="truth">truth: ${formatQuantity(n.truth, n.unit)}</dd>`}
${n.from && markup`<dd>from ${counted(n.from.count, n.from.what)}</dd>`}
${n.note !== undefined && markup`<dd>${n.note}</dd>`}
${n.caution !== undefined && markup`<dd>${cautionList([n.caution])}</dd>`}</div>
`,
  )}</dl>`;
}
