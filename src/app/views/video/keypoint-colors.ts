/** Colors of keypoints: Okabe & Ito's palette (2008) without its black, which dark pictures swallow. */
const palette = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#d55e00',
  '#cc79a7',
  '#0072b2',
  '#dddddd',
] as const;

export const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;
export type Shape = (typeof shapes)[number];

/** Its color, by its position in the skeleton. */
export const keypointColor = (position: number): string => palette[Math.max(0, position) % palette.length];

/** Its shape: changes where the colors begin again, so that each of 32 keypoints looks its own. */
export const keypointShape = (position: number): Shape =>
  shapes[Math.floor(Math.max(0, position) / palette.length) % shapes.length];
