import type { FileFormat } from '../format.ts';
import { formatStorage, parseStorage } from './storage.ts';

/** Tables of OpenSim: coordinates, forces, states over time. */
export const openSimStorage: FileFormat = {
  kind: 'file',
  name: 'opensim-storage',
  title: 'OpenSim motion or storage (.mot, .sto)',
  extensions: ['.mot', '.sto'],
  sniff: ({ text }) => text !== undefined && /^[ \t]*endheader[ \t]*$/im.test(text),
  table: {
    read: (bytes, source) => parseStorage(bytes, source.name),
    write: (value) => formatStorage(value),
  },
};
