import { sha256 } from '../../signal/hash.ts';
import {
  dataset,
  group,
  numbers,
  varyingTexts,
  type Hdf5Array,
  type Hdf5Dataset,
  type Hdf5Group,
} from '../hdf5/tree.ts';
import { hdmfCommon } from './specifications/hdmf-common.ts';
import { ndxPose } from './specifications/ndx-pose.ts';
import { nwbCore } from './specifications/nwb-core.ts';
import type { Specification } from './specifications/specification.ts';

/** Objects of NWB 2 in HDF5 (NWB Storage 2.7): a group or dataset with its type, its namespace and an id. */

export type Attributes = Readonly<Record<string, Hdf5Array>>;
export type Children = Readonly<Record<string, Hdf5Group | Hdf5Dataset>>;

export const text = (value: string): Hdf5Array => varyingTexts([value], []);
export const real = (value: number): Hdf5Array => numbers(Float64Array.of(value), []);
export const whole = (value: number): Hdf5Array => numbers(Int32Array.of(value), []);
export const reference = (...paths: readonly string[]): Hdf5Array => ({
  shape: paths.length === 1 ? [] : [paths.length],
  data: { kind: 'reference', values: paths },
});

const namespaces: Readonly<Record<string, Specification>> = {
  core: nwbCore,
  'hdmf-common': hdmfCommon,
  'ndx-pose': ndxPose,
};
const commonTypes = new Set([
  'DynamicTable',
  'VectorData',
  'VectorIndex',
  'ElementIdentifiers',
  'DynamicTableRegion',
]);
const poseTypes = new Set(['PoseEstimation', 'PoseEstimationSeries', 'Skeleton', 'Skeletons']);

function typeAttributes(type: string): Attributes {
  const namespace = commonTypes.has(type) ? 'hdmf-common' : poseTypes.has(type) ? 'ndx-pose' : 'core';
  return { namespace: text(namespace), neurodata_type: text(type) };
}

export function typedGroup(
  type: string,
  children: Children,
  attributes: Attributes = {},
  links?: Readonly<Record<string, string>>,
): Hdf5Group {
  return { ...group(children, { ...typeAttributes(type), ...attributes }), ...(links && { links }) };
}

export function typedDataset(type: string, array: Hdf5Array, attributes: Attributes = {}): Hdf5Dataset {
  return dataset(array, { ...typeAttributes(type), ...attributes });
}

/** A column of a table; `index`: ends of each row's part in it. */
export interface TableColumn {
  readonly name: string;
  readonly description: string;
  readonly array: Hdf5Array;
  readonly index?: Uint32Array;
}

/** A table at `path` (needed where a ragged column's index refers to it). */
export function dynamicTable(
  type: string,
  path: string,
  description: string,
  columns: readonly TableColumn[],
  rows: number,
): Hdf5Group {
  const children: Record<string, Hdf5Dataset> = {
    id: typedDataset('ElementIdentifiers', numbers(Int32Array.from({ length: rows }, (_, i) => i))),
  };
  for (const { name, description, array, index } of columns) {
    children[name] = typedDataset('VectorData', array, { description: text(description) });
    if (!index) continue;
    children[`${name}_index`] = typedDataset('VectorIndex', numbers(index), {
      description: text(`Ends of the rows of ${name}.`),
      target: reference(`${path}/${name}`),
    });
  }
  return typedGroup(type, children, {
    colnames: varyingTexts(columns.map((c) => c.name)),
    description: text(description),
  });
}

/** The schemas that a file carries, so that any reader knows its types. */
export function specifications(): Hdf5Group {
  return group(
    Object.fromEntries(
      Object.values(namespaces).map(({ name, version, sources }) => [
        name,
        group({
          [version]: group(
            Object.fromEntries(
              Object.entries(sources).map(([source, json]) => [source, dataset(text(json))]),
            ),
          ),
        }),
      ]),
    ),
  );
}

/** The same tree in which every typed object has an id that follows from `seed` and its path. */
export function identified(tree: Hdf5Group, seed: string, path = ''): Hdf5Group {
  const children = Object.fromEntries(
    Object.entries(tree.children).map(([name, node]) => {
      const below = `${path}/${name}`;
      return [
        name,
        node.kind === 'group'
          ? identified(node, seed, below)
          : { ...node, attributes: withId(node.attributes, seed, below) },
      ];
    }),
  );
  return { ...tree, children, attributes: withId(tree.attributes, seed, path || '/') };
}

function withId(attributes: Attributes, seed: string, path: string): Attributes {
  return attributes['neurodata_type']
    ? { ...attributes, object_id: text(uuid(`${seed}${path}`)) }
    : attributes;
}

/** A UUID of version 8 (RFC 9562) from the SHA-256 of a text. */
export function uuid(of: string): string {
  const h = sha256(new TextEncoder().encode(of));
  const variant = '89ab'[Number.parseInt(h[16], 16) % 4];
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

/** HDF5 takes `/` for a path. */
export const nodeName = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2F');
export const nameOfNode = (node: string): string => node.replaceAll('%2F', '/').replaceAll('%25', '%');
