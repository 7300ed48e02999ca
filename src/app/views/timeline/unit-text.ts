/** A unit as it is read: none for a plain number. */
export function unitText(unit: string): string {
  if (unit === '1') return '';
  return unit
    .replace(/\bu(?=[mVAs]\b)/g, 'µ')
    .replaceAll('^2', '²')
    .replaceAll('*', '·');
}
