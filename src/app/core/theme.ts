/** Light or dark: as the system says, until a person chooses. Canvas views subscribe and draw again. */
import { Observable } from './observable.ts';

export type Theme = 'light' | 'dark';

const key = 'marey-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme | undefined {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : undefined;
}

const current = (): Theme => chosen() ?? (system.matches ? 'dark' : 'light');

export const theme = new Observable<Theme>(current());

function apply(): void {
  document.documentElement.dataset.theme = current();
  theme.set(current());
}

/** Call once, before anything is drawn. */
export function startTheme(): void {
  apply();
  system.addEventListener('change', apply);
}

/** The other one from now on; back at what the system says, the page follows the system again. */
export function toggleTheme(): void {
  const next: Theme = current() === 'dark' ? 'light' : 'dark';
  if (next === (system.matches ? 'dark' : 'light')) localStorage.removeItem(key);
  else localStorage.setItem(key, next);
  apply();
}

/** A color of `theme.css` as it is now, for canvas: `color('--accent')`. */
export const color = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(token).trim();
