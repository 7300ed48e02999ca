/** Colors of canvases: the theme's tokens, and the color-blind-safe series of Okabe & Ito (2008), ordered by contrast with the ground. */
const onLight = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#e69f00', '#56b4e9'] as const;
const onDark = ['#56b4e9', '#e69f00', '#2bc79a', '#cc79a7', '#f0e442', '#ff7a1a', '#ffffff'] as const;

export interface Palette {
  readonly dark: boolean;
  readonly background: string;
  readonly surface: string;
  readonly text: string;
  readonly dim: string;
  readonly border: string;
  readonly accent: string;
  readonly font: string;
  readonly series: readonly string[];
}

const darkScheme = '(prefers-color-scheme: dark)';

/** As a person has chosen, else as the system says. */
function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia(darkScheme).matches : theme === 'dark';
}

/** Colors are as the element would show them: a token may be any CSS that gives a color, which a canvas does not understand. */
export function paletteOf(element: Element): Palette {
  const dark = isDark();
  const probe = element.ownerDocument.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const color = (token: string, light: string, other: string): string => {
    probe.style.color = `var(${token}, ${dark ? other : light})`;
    return style.color;
  };
  const palette = {
    dark,
    background: color('--bg', '#ffffff', '#14171a'),
    surface: color('--surface', '#ffffff', '#1b1f23'),
    text: color('--text', '#1b1f23', '#eceff1'),
    dim: color('--text-dim', '#57606a', '#a3adb6'),
    border: color('--border', '#d0d7de', '#3a424a'),
    accent: color('--accent', '#0072b2', '#56b4e9'),
    font: style.fontFamily,
    series: dark ? onDark : onLight,
  };
  probe.remove();
  return palette;
}

/** A color of a palette as numbers from 0 to 255. */
export function rgbOf(color: string): readonly [red: number, green: number, blue: number] {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** Calls when the page changes between light and dark. Returns what ends it. */
export function onSchemeChange(changed: () => void): () => void {
  const query = matchMedia(darkScheme);
  query.addEventListener('change', changed);
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    query.removeEventListener('change', changed);
    chosen.disconnect();
  };
}

/** Anchors of the cividis map (Nuñez, Anderton & Renslow 2018), which looks the same with and without color blindness. */
const cividis = ['#00204d', '#31446b', '#666970', '#958f78', '#cbba69', '#ffea46'] as const;

/** A ramp of `count` colors for ordered values, dark to light; its darkest part is left out on a dark ground. */
export function ramp(count: number, dark: boolean): string[] {
  const first = dark ? 0.28 : 0;
  const last = dark ? 1 : 0.88;
  return Array.from({ length: count }, (_, i) => {
    const at = (first + ((last - first) * i) / Math.max(1, count - 1)) * (cividis.length - 1);
    const k = Math.min(cividis.length - 2, Math.floor(at));
    const part = (hex: string, c: number): number => Number.parseInt(hex.slice(1 + 2 * c, 3 + 2 * c), 16);
    const mixed = [0, 1, 2].map((c) =>
      Math.round(part(cividis[k], c) + (at - k) * (part(cividis[k + 1], c) - part(cividis[k], c))),
    );
    return `#${mixed.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
  });
}
