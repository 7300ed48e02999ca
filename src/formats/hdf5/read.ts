import { File, Group, ready, type Dataset, type Metadata } from 'h5wasm';
import { InputError, MareyError } from '../../signal/error.ts';
import { decode, typeClass, type DecodeContext, type H5Module } from './decode.ts';
import {
  tooLarge,
  type Hdf5Array,
  type Hdf5Dataset,
  type Hdf5Group,
  type Hdf5Node,
  type Hdf5Values,
} from './tree.ts';

export interface ReadTreeOptions {
  /** Read the data of these objects and what is below them; all others are listed only. Default: everything. */
  readonly only?: readonly string[];
  /** Groups and datasets left out altogether, by name. */
  readonly leaveOut?: readonly string[];
  /** Only the names in the root group. */
  readonly namesOnly?: boolean;
  /** Most bytes to decode altogether; default 1 GiB. */
  readonly mostBytes?: number;
  /** Datasets of more bytes than these are listed only; default: none is. */
  readonly largestBytes?: number;
}

/**
 * Filters that h5wasm has built in: deflate, shuffle, Fletcher's checksum, n-bit, scale-offset. With any other it returns
 * wrong numbers and no error.
 */
const readableFilters = new Set([1, 2, 3, 5, 6]);

/** deflate cannot shrink by more than 1 : 1032. */
const mostExpansion = 1100;
const mostObjects = 100_000;
const deepest = 32;

/**
 * Reads an HDF5 file into a plain tree. Links out of the file are not followed. Runs in the isolated worker: a broken file
 * can make the library hang or abort. Throws `InputError` where the file claims more than it can hold or cannot be read.
 */
export async function readTree(
  bytes: Uint8Array,
  where: string,
  options: ReadTreeOptions = {},
): Promise<Hdf5Group> {
  const module = await ready;
  // The library's own printing of errors goes nowhere here; throwing out of the middle of it would leave it in disorder.
  module.deactivate_throwing_error_handler();
  const path = '/input.h5';
  module.FS.writeFile(path, bytes);
  let file: File | undefined;
  try {
    file = new File(path, 'r');
    if (!(file.file_id > 0n)) throw new InputError('the HDF5 file cannot be opened', { where });
    if (options.namesOnly) return names(file);
    return new TreeReader(file, module, bytes.length, where, options, Group).readGroup(file, 0);
  } catch (error) {
    throw broken(error, where);
  } finally {
    file?.close();
    module.FS.unlink(path);
  }
}

/** What went wrong in the library, as an error that says which file. */
export function broken(error: unknown, where: string): unknown {
  // A trap of WebAssembly leaves the library unusable; what it throws itself does not.
  if (error instanceof MareyError || error instanceof WebAssembly.RuntimeError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new InputError('the HDF5 file is broken', {
    where,
    // h5wasm's words for whatever the library could not open.
    got: what.includes('name not defined') ? 'an object that cannot be opened' : what,
    fix: 'Copy the file again from its source.',
  });
}

function names(file: File): Hdf5Group {
  const empty: Hdf5Group = { kind: 'group', attributes: {}, children: {} };
  return { ...empty, children: Object.fromEntries(file.keys().map((key) => [key, empty])) };
}

/** Reads one open file. `groups` is the library's own class: its builds for the disk and for memory have one each. */
export class TreeReader {
  readonly #groups: typeof Group;
  readonly #context: DecodeContext;
  readonly #where: string;
  readonly #options: ReadTreeOptions;
  readonly #most: number;
  #decoded = 0;
  #objects = 0;

  constructor(
    file: File,
    module: H5Module,
    fileBytes: number,
    where: string,
    options: ReadTreeOptions,
    groups: typeof Group,
  ) {
    this.#groups = groups;
    this.#context = { module, file: file.file_id };
    this.#where = where;
    this.#options = options;
    this.#most = Math.min(options.mostBytes ?? 2 ** 30, 2 ** 24 + fileBytes * mostExpansion);
  }

  readGroup(group: Group, depth: number): Hdf5Group {
    if (depth > deepest) this.#refuse(`groups nested more than ${deepest} deep`);
    const children: Record<string, Hdf5Node> = {};
    for (const name of group.keys()) {
      if (this.#options.leaveOut?.includes(name)) continue;
      if (++this.#objects > mostObjects) this.#refuse(`more than ${mostObjects} objects`);
      const entity = group.get(name);
      const node =
        entity instanceof this.#groups
          ? this.readGroup(entity, depth + 1)
          : entity && 'filters' in entity
            ? this.#readDataset(entity)
            : undefined;
      if (node) Object.defineProperty(children, name, { value: node, enumerable: true });
    }
    return { kind: 'group', attributes: this.#readAttributes(group), children };
  }

  #readDataset(dataset: Dataset): Hdf5Dataset {
    const { metadata } = dataset;
    const data = this.#unreadable(dataset, metadata) ?? this.#readData(dataset.path, '', metadata);
    return {
      kind: 'dataset',
      shape: [...(metadata.shape ?? [0]), ...(metadata.array_type?.shape ?? [])],
      data,
      attributes: this.#readAttributes(dataset),
    };
  }

  #unreadable(dataset: Dataset, metadata: Metadata): Hdf5Values | undefined {
    if (metadata.virtual_sources) return { kind: 'unread', reason: 'its data lie in other files' };
    const filter = dataset.filters.find(({ id }) => !readableFilters.has(id));
    if (filter) {
      return {
        kind: 'unread',
        reason: `it is compressed with "${filter.name || `filter ${filter.id}`}"; rewrite the file with gzip (h5repack -f GZIP=4)`,
      };
    }
    const { only } = this.#options;
    if (only && !only.some((p) => dataset.path === p || dataset.path.startsWith(`${p}/`))) {
      return { kind: 'unread', reason: 'it was not asked for' };
    }
    const { largestBytes = Infinity } = this.#options;
    if (metadata.total_size * metadata.size > largestBytes) return { kind: 'unread', reason: tooLarge };
    return undefined;
  }

  #readAttributes(object: Group | Dataset): Record<string, Hdf5Array> {
    const { module, file } = this.#context;
    const attributes: Record<string, Hdf5Array> = {};
    for (const name of module.get_attribute_names(file, object.path)) {
      const metadata = module.get_attribute_metadata(file, object.path, name);
      const data = this.#readData(object.path, name, metadata);
      Object.defineProperty(attributes, name, {
        value: { shape: metadata.shape ?? [0], data },
        enumerable: true,
      });
    }
    return attributes;
  }

  /** Rows `start` to `end` (excluded) of a dataset. */
  readRows(dataset: Dataset, start: number, end: number): Hdf5Dataset {
    const { metadata } = dataset;
    const [length = 0, ...rest] = metadata.shape ?? [];
    if (!(start >= 0 && start <= end && end <= length)) {
      this.#refuse(`rows ${start} to ${end} asked of ${length} at "${dataset.path}"`);
    }
    const shape = [end - start, ...rest];
    const data =
      this.#unreadable(dataset, metadata) ??
      this.#readData(dataset.path, '', metadata, shape.length > 0 ? { start, shape } : undefined);
    return { kind: 'dataset', shape, data, attributes: {} };
  }

  /** The elements of a dataset, or of its attribute where `attribute` is not empty. */
  #readData(
    path: string,
    attribute: string,
    metadata: Metadata,
    rows?: { readonly start: number; readonly shape: readonly number[] },
  ): Hdf5Values {
    const count = rows
      ? rows.shape.reduce((product, size) => product * size, 1)
      : metadata.shape
        ? metadata.total_size
        : 0;
    const bytes = count * metadata.size;
    if (!Number.isSafeInteger(bytes) || (metadata.size === 0 && count > 0))
      this.#refuse(`a dataset "${path}" of impossible size`);
    this.#decoded += Math.max(bytes, count * 8);
    if (this.#decoded > this.#most) {
      this.#refuse(
        `data of ${(this.#decoded / 2 ** 20).toFixed(0)} MiB at "${path}", where ${(this.#most / 2 ** 20).toFixed(0)} MiB is the most for this file`,
      );
    }
    const { module, file } = this.#context;
    if (count === 0) return decode(new Uint8Array(0), metadata, 0, this.#context);
    const pointer = module._malloc(bytes);
    if (pointer === 0) this.#refuse(`${bytes} bytes at "${path}", more than memory allows`);
    try {
      module.HEAPU8.fill(0, pointer, pointer + bytes);
      const status =
        attribute === ''
          ? module.get_dataset_data(
              file,
              path,
              rows ? rows.shape.map(BigInt) : null,
              rows ? rows.shape.map((_, d) => BigInt(d === 0 ? rows.start : 0)) : null,
              rows ? rows.shape.map(() => 1n) : null,
              BigInt(pointer),
            )
          : module.get_attribute_data(file, path, attribute, BigInt(pointer));
      if (status < 0) this.#refuse(`data at "${path}" that cannot be read`);
      const filled = module.HEAPU8.slice(pointer, pointer + bytes);
      return decode(filled, metadata, count, this.#context);
    } finally {
      if (metadata.vlen || metadata.type === typeClass.ragged) {
        module.reclaim_vlen_memory(file, path, attribute, BigInt(pointer));
      }
      module._free(pointer);
    }
  }

  #refuse(got: string): never {
    throw new InputError('the HDF5 file is broken or too large', { where: this.#where, got });
  }
}
