import type { FileFormat } from '../format.ts';
import { parseC3dAnalog, parseC3dPoints } from './c3d.ts';

/** Files of motion capture: points as a track, analog channels as a table. Read alone. */
export const c3d: FileFormat = {
  kind: 'file',
  name: 'c3d',
  title: 'C3D of motion capture (points, analog channels)',
  extensions: ['.c3d'],
  sniff: ({ bytes, extension }) =>
    bytes[1] === 0x50 && bytes[0] >= 2 && (extension === '.c3d' || isParameterBlock(bytes)),
  pose: { read: parseC3dPoints },
  table: { read: (bytes, source) => parseC3dAnalog(bytes, source.name) },
};

/** Whether the block that the first byte names says on which machine it was written. */
function isParameterBlock(bytes: Uint8Array): boolean {
  const at = 512 * (bytes[0] - 1);
  return bytes[at + 1] === 0x50 && bytes[at + 3] >= 84 && bytes[at + 3] <= 86;
}
