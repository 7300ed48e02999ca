import { join } from 'node:path';
import { InputError } from '../../signal/error.ts';
import { Spikes } from '../../signal/spikes.ts';
import type { NumberArray } from '../array.ts';
import { parseCsvTable } from '../csv/table.ts';
import { exists, readBytes, sha256 } from '../file.ts';
import type { FolderFormat, ReadOptions } from '../format.ts';
import { parseNpy } from '../npy/npy.ts';
import { findColumn } from '../table.ts';

export interface SortedUnitsOptions extends ReadOptions {
  /** Groups of clusters that are taken; default: all but `noise`. `unsorted` stands for clusters that nobody judged. */
  readonly groups?: readonly string[];
}

/** What a spike sorter found and a person judged. */
export interface SortedUnits {
  readonly spikes: Spikes;
  /** What each unit was judged to be: `good`, `mua`, `unsorted`, or a word of the lab's own. */
  readonly groups: readonly string[];
  readonly notes: readonly string[];
}

/**
 * A folder as Phy opens it (Kilosort, SpyKING CIRCUS, MountainSort and others write it): `params.py`, of which the sampling rate is read
 * and nothing is run, `spike_times.npy` in samples, `spike_clusters.npy` (or `spike_templates.npy` where nobody curated), and the judgment in
 * `cluster_group.tsv`, `cluster_info.tsv` or `cluster_KSLabel.tsv`. Times are seconds of the recorder. Throws `InputError` for files that are
 * missing or do not fit, and where no cluster is left.
 */
export async function readSortedUnits(
  folder: string,
  options: SortedUnitsOptions = {},
): Promise<SortedUnits> {
  const rate = await samplingRate(join(folder, 'params.py'));
  const times = await integers(join(folder, 'spike_times.npy'));
  const curated = await exists(join(folder, 'spike_clusters.npy'));
  const clusterFile = curated ? 'spike_clusters.npy' : 'spike_templates.npy';
  const clusters = await integers(join(folder, clusterFile));
  if (times.values.length !== clusters.values.length) {
    throw new InputError('there is not one cluster a spike', {
      where: join(folder, clusterFile),
      expected: `${times.values.length}`,
      got: `${clusters.values.length}`,
    });
  }
  const notes = curated ? [] : ['Nobody curated the clusters: the templates of the sorter stand for them.'];
  const judged = await judgments(folder);
  const byCluster = new Map<number, number[]>();
  for (let i = 0; i < times.values.length; i++) {
    const cluster = Number(clusters.values[i]);
    const seconds = Number(times.values[i]) / rate;
    const list = byCluster.get(cluster);
    if (list) list.push(seconds);
    else byCluster.set(cluster, [seconds]);
  }
  const groupOf = (cluster: number): string => judged.get(cluster) ?? 'unsorted';
  const wanted = (cluster: number): boolean =>
    options.groups ? options.groups.includes(groupOf(cluster)) : groupOf(cluster) !== 'noise';
  const all = [...byCluster.keys()].sort((a, b) => a - b);
  const taken = all.filter(wanted);
  if (taken.length === 0) {
    throw new InputError('no cluster is left', {
      where: folder,
      expected: `clusters of ${options.groups?.join(', ') ?? 'any group but noise'}`,
      got: all.length === 0 ? 'no spikes' : `only ${[...new Set(all.map(groupOf))].join(', ')}`,
      fix: 'Ask for other groups.',
    });
  }
  if (taken.length < all.length)
    notes.push(`${all.length - taken.length} of ${all.length} clusters were left out by their group.`);
  const empty = [...judged.keys()].filter((cluster) => !byCluster.has(cluster));
  if (empty.length > 0)
    notes.push(`${empty.length} judged clusters have no spikes: they were merged or split.`);
  const units = taken.map((cluster): readonly [string, number[]] => [
    `cluster ${cluster}`,
    byCluster.get(cluster)!.sort((a, b) => a - b),
  ]);
  const provenance = {
    step: 'import',
    source: join(folder, 'spike_times.npy'),
    sha256: times.sha256,
    options: { format: 'phy', rate, ...(options.groups && { groups: options.groups }) },
    inputs: [{ step: 'import', source: join(folder, clusterFile), sha256: clusters.sha256 }],
  };
  return {
    spikes: Spikes.from(units, { name: 'units', clock: options.clock, provenance }),
    groups: taken.map(groupOf),
    notes,
  };
}

async function samplingRate(path: string): Promise<number> {
  const text = new TextDecoder().decode(await readBytes(path));
  const said = /^\s*sample_rate\s*=\s*([^#\r\n]+)/m.exec(text)?.[1].trim();
  // Python allows 30000. and 30_000.
  const rate =
    said !== undefined && /^[\d_]+\.?\d*(e\d+)?$/i.test(said) ? Number(said.replaceAll('_', '')) : NaN;
  if (rate > 0) return rate;
  throw new InputError('the file does not say the sampling rate', {
    where: path,
    expected: 'a line such as "sample_rate = 30000."',
    got: said ?? 'nothing',
  });
}

async function integers(path: string): Promise<{ readonly values: NumberArray; readonly sha256: string }> {
  const bytes = await readBytes(path);
  const array = parseNpy(bytes, path);
  const isFlat = array.shape.filter((size) => size !== 1).length <= 1;
  const whole =
    array.kind === 'number' &&
    array.values.every((v: number | bigint) =>
      typeof v === 'bigint' ? v >= 0n : Number.isSafeInteger(v) && v >= 0,
    );
  if (array.kind === 'number' && isFlat && whole) return { values: array.values, sha256: sha256(bytes) };
  throw new InputError('the array is not one of whole numbers, one a spike', {
    where: path,
    got: array.shape.join(' x '),
  });
}

/** What each cluster was judged to be, from the first file that says it. */
async function judgments(folder: string): Promise<ReadonlyMap<number, string>> {
  const files = [
    ['cluster_group.tsv', 'group'],
    ['cluster_groups.csv', 'group'],
    ['cluster_info.tsv', 'group'],
    ['cluster_KSLabel.tsv', 'KSLabel'],
  ] as const;
  for (const [file, column] of files) {
    const path = join(folder, file);
    if (!(await exists(path))) continue;
    const table = parseCsvTable(await readBytes(path), path);
    const ids = findColumn(table, 'cluster_id') ?? findColumn(table, 'id');
    const groups = findColumn(table, column);
    if (!ids || !groups) {
      throw new InputError('the table does not say the groups of the clusters', {
        where: path,
        expected: `columns cluster_id and ${column}`,
        got: table.columns.map((c) => c.name).join(', '),
      });
    }
    const judged = new Map<number, string>();
    for (let i = 0; i < table.rows; i++) {
      judged.set(Number(ids.values[i]), String(groups.values[i]) || 'unsorted');
    }
    return judged;
  }
  return new Map();
}

/** A spike sorter's output as Phy opens it. */
export const phy: FolderFormat = {
  kind: 'folder',
  name: 'phy',
  title: "a spike sorter's folder for Phy",
  sniff: (names) => names.includes('params.py') && names.includes('spike_times.npy'),
  readSpikes: async (folder, options) => (await readSortedUnits(folder, options)).spikes,
};
