/** Cells of the bar code: frame numbers below 2^12, each bit above its inverse. */
const BITS = 12;
const CELL = 8;

/**
 * A picture that says its number: 12 cells for its bits in the top left corner, below them 12 cells for their inverse,
 * and under both a pattern that moves and brightens with the number, so that a picture patched together from two
 * others is seen. RGB, row-major. At least 96 x 40.
 */
export function numberedPicture(number: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = Math.floor(x / CELL);
      const row = Math.floor(y / CELL);
      const coded = bit < BITS && row < 2;
      const value = coded ? (((number >> bit) & 1) === row ? 40 : 215) : background(number, x, y);
      out.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return out;
}

function background(number: number, x: number, y: number): number {
  return Math.round(128 + 60 * Math.sin((x + 3 * number) / 7) * Math.cos((y - 2 * number) / 9));
}

export interface ReadPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * The number that a picture shows, or undefined where its bits are not clear or it differs by more than `tolerance` gray
 * values on average from what that number looks like (two numbers that follow each other differ by about 20).
 */
export function readNumber(picture: ReadPicture, tolerance = 14): number | undefined {
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const difference = cellMean(picture, bit, 0) - cellMean(picture, bit, 1);
    if (Math.abs(difference) < 80) return undefined;
    if (difference > 0) number |= 1 << bit;
  }
  return meanError(picture, number) < tolerance ? number : undefined;
}

/** Turns an upright picture back to how it was stored, 96 x 64; `at` is where a stored pixel is seen. */
export function asStored<P extends ReadPicture>(
  picture: P,
  at: (x: number, y: number) => readonly number[],
): P {
  const { channels } = picture;
  const data = new Uint8Array(96 * 64 * channels);
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 96; x++) {
      const [u, v] = at(x, y);
      for (let c = 0; c < channels; c++) {
        data[(y * 96 + x) * channels + c] = picture.data[(v * picture.width + u) * channels + c];
      }
    }
  }
  return { ...picture, width: 96, height: 64, data };
}

/** Mean absolute difference from the picture that `number` should show, gray values. */
export function meanError({ width, height, channels, data }: ReadPicture, number: number): number {
  const expected = numberedPicture(number, width, height);
  let sum = 0;
  for (let i = 0; i < width * height; i++) sum += Math.abs(data[i * channels] - expected[i * 3]);
  return sum / (width * height);
}

function cellMean({ width, channels, data }: ReadPicture, column: number, row: number): number {
  let sum = 0;
  for (let y = 2; y < CELL - 2; y++) {
    for (let x = 2; x < CELL - 2; x++) sum += data[((row * CELL + y) * width + column * CELL + x) * channels];
  }
  return sum / (CELL - 4) ** 2;
}
