import { File, ready, type Dtype, type Dataset, type Group, type Reference } from 'h5wasm';
import { UsageError } from '../../signal/error.ts';
import type { NumberArray } from '../array.ts';
import type { Hdf5Array, Hdf5Group } from './tree.ts';

/**
 * An HDF5 file's bytes from a tree of groups, datasets and attributes. Compounds hold numbers and fixed-length texts only.
 * Throws `UsageError` for ragged rows and unread data, which cannot be written.
 */
export async function writeTree(tree: Hdf5Group): Promise<Uint8Array> {
  const module = await ready;
  const path = '/output.h5';
  // HDF5 stamps datasets with the time of writing: it is held still, so that the same tree gives the same bytes.
  const { now } = Date;
  Date.now = () => 0;
  try {
    const file = new File(path, 'w');
    try {
      writeGroup(file, tree);
      file.flush();
    } finally {
      file.close();
    }
  } finally {
    Date.now = now;
  }
  const bytes = module.FS.readFile(path);
  module.FS.unlink(path);
  return bytes;
}

/** References are to what is written before them: put their targets first. */
function writeGroup(group: Group, tree: Hdf5Group): void {
  for (const [name, node] of Object.entries(tree.children)) {
    if (node.kind === 'group') writeGroup(group.create_group(name), node);
    else {
      const dataset = group.create_dataset({ name, ...content(node, name, group) });
      writeAttributes(dataset, node.attributes);
    }
  }
  for (const [name, target] of Object.entries(tree.links ?? {})) group.create_soft_link(target, name);
  writeAttributes(group, tree.attributes);
}

function writeAttributes(object: Group | Dataset, attributes: Hdf5Group['attributes']): void {
  for (const [name, array] of Object.entries(attributes)) {
    const { data, shape, dtype } = content(array, name, object);
    object.create_attribute(name, data, shape, dtype);
  }
}

interface Content {
  readonly data: NumberArray | string[] | Reference[] | Map<string, NumberArray | string[]>;
  readonly shape: number[];
  readonly dtype: Dtype | null;
}

function content(array: Hdf5Array, name: string, from: Group | Dataset): Content {
  const shape = [...array.shape];
  const { data } = array;
  switch (data.kind) {
    case 'number':
      return { data: data.values, shape, dtype: null };
    case 'text':
      return { data: [...data.values], shape, dtype: `${data.ascii ? 'A' : 'S'}${data.bytes ?? ''}` };
    case 'compound': {
      const columns = new Map<string, NumberArray | string[]>();
      for (const [member, inner] of Object.entries(data.members))
        columns.set(member, content(inner, member, from).data as NumberArray);
      return { data: columns, shape, dtype: null };
    }
    case 'reference': {
      const references = data.values.map((path) => {
        const target = from.root.get(path);
        if (!target || !('create_reference' in target)) {
          throw new UsageError(`"${name}" refers to "${path}", which is not written before it`);
        }
        return target.create_reference();
      });
      return { data: references, shape, dtype: 'Reference' };
    }
    case 'ragged':
    case 'unread':
      throw new UsageError(`"${name}" cannot be written to HDF5`, { got: `data of kind ${data.kind}` });
    default:
      return data satisfies never;
  }
}
