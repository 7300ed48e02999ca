import { describe, expect, it } from 'vitest';
import { numberArray, type NumberArray } from '../../src/formats/array.ts';
import { identify, readEvents, readLabels, readSortedUnits, readSpikes } from '../../src/formats/index.ts';
import { formatNpy } from '../../src/formats/npy/npy.ts';
import type { Events } from '../../src/signal/events.ts';
import { folderWith } from './folder.ts';
import { sampleAnnot } from './samples.ts';

const npy = (values: NumberArray, shape?: readonly number[]): Uint8Array =>
  formatNpy(numberArray(values, shape));
const rows = (events: Events): unknown[] => [...events].map((e) => [e.label, e.startSeconds, e.endSeconds]);

describe("a spike sorter's folder", () => {
  const files = {
    'params.py': "dat_path = r'raw.dat'\nn_channels_dat = 4\nsample_rate = 30000.  # Hz\n__import__('os')\n",
    'spike_times.npy': npy(BigInt64Array.of(3000n, 300n, 6000n, 9000n, 12_000n), [5, 1]),
    'spike_clusters.npy': npy(Int32Array.of(7, 7, 2, 9, 7)),
    'spike_templates.npy': npy(Uint32Array.of(0, 0, 1, 1, 0)),
    'cluster_group.tsv': 'cluster_id\tgroup\n2\tgood\n9\tnoise\n11\tgood\n',
  };

  it('gives the units that were not judged noise, in order of time', async () => {
    const { spikes, groups, notes } = await readSortedUnits(await folderWith(files));
    expect(spikes.units).toEqual(['cluster 2', 'cluster 7']);
    expect(groups).toEqual(['good', 'unsorted']);
    expect(spikes.unit('cluster 7')).toEqual(Float64Array.of(0.01, 0.1, 0.4));
    expect(notes.join(' ')).toMatch(/1 of 3 clusters.*1 judged clusters have no spikes/);
  });

  it('is known by its files, and gives the groups that are asked for, on the clock that is named', async () => {
    const folder = await folderWith(files);
    expect(await identify(folder)).toMatchObject({ format: 'phy', contents: ['spikes'] });
    const { spikes } = await readSortedUnits(folder, { groups: ['noise'], clock: 'probe' });
    expect([spikes.units, spikes.clock]).toEqual([['cluster 9'], 'probe']);
    expect((await readSpikes(folder)).count).toBe(4);
    await expect(readLabels(folder)).rejects.toThrow(/holds no labels/);
  });

  it('falls back to templates and says so', async () => {
    const { 'spike_clusters.npy': _, 'cluster_group.tsv': __, ...rest } = files;
    const { spikes, notes } = await readSortedUnits(await folderWith(rest));
    expect(spikes.units).toEqual(['cluster 0', 'cluster 1']);
    expect(notes.join()).toMatch(/Nobody curated/);
  });

  it.each([
    ['no sampling rate', { 'params.py': 'sample_rate = rate()\n' }, /sampling rate.*Got rate\(\)/],
    [
      'another number of clusters',
      { 'spike_clusters.npy': npy(Int32Array.of(1)) },
      /not one cluster a spike/,
    ],
    [
      'times that are no samples',
      { 'spike_times.npy': npy(Float64Array.of(0.5, 1, 2, 3, 4)) },
      /whole numbers/,
    ],
    ['a table without groups', { 'cluster_group.tsv': 'a\tb\n1\t2\n' }, /columns cluster_id and group/],
    [
      'nothing but noise',
      { 'cluster_group.tsv': 'cluster_id\tgroup\n2\tnoise\n7\tnoise\n9\tnoise\n' },
      /no cluster is left/,
    ],
  ])('refuses %s', async (_, changed, error) => {
    await expect(readSortedUnits(await folderWith({ ...files, ...changed }))).rejects.toThrow(error);
  });
});

describe('Open Ephys', () => {
  const stream = (name: string) => ({ folder_name: `${name}/TTL/`, stream_name: name, sample_rate: 1000 });
  const structure = (...events: unknown[]): string =>
    JSON.stringify({ 'GUI version': '0.6.4', continuous: [], events });
  const probe = {
    'events/ProbeA/TTL/states.npy': npy(Int16Array.of(-3, 1, -1, 3, 1)),
    'events/ProbeA/TTL/sample_numbers.npy': npy(BigInt64Array.of(5n, 1000n, 1500n, 2000n, 2500n)),
  };

  it('gives its lines as events in device time, loose edges as points', async () => {
    const folder = await folderWith({ 'structure.oebin': structure(stream('ProbeA')), ...probe });
    expect(rows(await readEvents(folder))).toEqual([
      ['line 3 falls', 0.005, undefined],
      ['line 1', 1, 1.5],
      ['line 3 rises', 2, undefined],
      ['line 1 rises', 2.5, undefined],
    ]);
  });

  it('reads recordings of before version 0.6', async () => {
    const folder = await folderWith({
      'structure.oebin': structure({ folder_name: 'Rhythm_FPGA-100.0/TTL_1/', sample_rate: 100 }),
      'events/Rhythm_FPGA-100.0/TTL_1/channel_states.npy': npy(Int16Array.of(2, -2)),
      'events/Rhythm_FPGA-100.0/TTL_1/timestamps.npy': npy(BigInt64Array.of(100n, 250n)),
    });
    const events = await readEvents(folder);
    expect([events.name, rows(events)]).toEqual(['Rhythm_FPGA-100.0', [['line 2', 1, 2.5]]]);
  });

  it.each([
    [
      'several streams',
      { 'structure.oebin': structure(stream('ProbeA'), stream('ProbeB')) },
      /several.*ProbeA, ProbeB/,
    ],
    ['no line', { 'structure.oebin': structure() }, /no digital lines/],
    ['no JSON', { 'structure.oebin': '{' }, /no JSON/],
    ['another JSON', { 'structure.oebin': '{"events": 1}' }, /does not describe its events/],
    [
      'a folder outside',
      { 'structure.oebin': structure({ ...stream('x'), folder_name: '../../../TTL/' }) },
      /outside/,
    ],
    [
      'fewer times',
      { 'events/ProbeA/TTL/sample_numbers.npy': npy(BigInt64Array.of(5n)) },
      /one sample number a change/,
    ],
  ])('refuses %s', async (_, changed, error) => {
    const folder = await folderWith({ 'structure.oebin': structure(stream('ProbeA')), ...probe, ...changed });
    await expect(readEvents(folder)).rejects.toThrow(error);
  });
});

describe('SpikeGLX', () => {
  /** Samples of two analog channels and a word. */
  const samples = (...of: readonly (readonly [number, number, number])[]): Uint8Array =>
    new Uint8Array(Int16Array.from(of.flat()).buffer);
  const probe = {
    'run_g0_t0.imec0.ap.meta': 'imSampRate=1000\nnSavedChans=3\nsnsApLfSy=2,0,1\ntypeThis=imec\n',
    'run_g0_t0.imec0.ap.bin': samples([1, 2, 64], [1, 2, 64], [9, 2, 1], [9, 2, 65], [3, 3, 1]),
  };
  const device = {
    'run_g0_t0.nidq.meta':
      'niSampRate=500\nnSavedChans=3\nsnsMnMaXaDw=0,0,2,1\nsyncNiChanType=1\nsyncNiChan=1\nsyncNiThresh=2.5\nniAiRangeMax=5\n',
    'run_g0_t0.nidq.bin': samples([0, 0, -32_768], [0, 20_000, 0], [0, 20_000, -32_768], [0, 100, -32_768]),
  };

  it('gives the bits of a probe, with what is high at either end as points', async () => {
    expect(rows(await readEvents(await folderWith(probe)))).toEqual([
      ['bit 6 falls', 0.002, undefined],
      ['bit 0 rises', 0.002, undefined],
      ['bit 6', 0.003, 0.004],
    ]);
  });

  it('gives digital words and the analog sync pulse of a device', async () => {
    const events = await readEvents(await folderWith({ ...probe, ...device }), {
      stream: 'nidq',
      clock: 'ni',
    });
    expect(rows(events)).toEqual([
      ['bit 15 falls', 0.002, undefined],
      ['sync', 0.002, 0.006],
      ['bit 15 rises', 0.004, undefined],
    ]);
    expect(events.clock).toBe('ni');
  });

  it.each([
    ['several streams', device, /several streams.*imec0\.ap, nidq/],
    [
      'no data',
      {
        'run_g0_t0.imec0.ap.meta': probe['run_g0_t0.imec0.ap.meta'],
        'run_g0_t0.imec0.ap.bin': new Uint8Array(7),
      },
      /whole samples/,
    ],
    ['no rate', { 'run_g0_t0.imec0.ap.meta': 'nSavedChans=3\nsnsApLfSy=2,0,1\n' }, /imSampRate/],
    [
      'channels that do not add up',
      { 'run_g0_t0.imec0.ap.meta': 'imSampRate=1\nnSavedChans=3\nsnsApLfSy=384,0,1\n' },
      /which channels/,
    ],
    [
      'a stream without words',
      { 'run_g0_t0.imec0.ap.meta': 'imSampRate=1\nnSavedChans=3\nsnsApLfSy=3,0,0\n' },
      /no digital line/,
    ],
  ])('refuses %s', async (_, changed, error) => {
    await expect(readEvents(await folderWith({ ...probe, ...changed }))).rejects.toThrow(error);
  });
});

describe('BENTO', () => {
  const read = async (text: string): Promise<Events> =>
    readEvents(`${await folderWith({ 'a.annot': text })}/a.annot`);
  const text = new TextDecoder().decode(sampleAnnot());

  it('counts the last frame of a bout in', async () => {
    const events = await read(text);
    const round = [...events].map((e) => [
      e.label,
      e.source,
      e.startSeconds,
      Number(e.endSeconds!.toFixed(9)),
    ]);
    expect(round).toEqual([
      ['sniff', 'Ch2', 0.25, 2.05],
      ['attack', 'Ch1', 1, 1.5],
      ['attack', 'Ch1', 3.5, 3.55],
    ]);
  });

  it('knows frame numbers from seconds by the durations', async () => {
    const frames =
      text.slice(0, text.indexOf('Ch1---')) +
      'Ch1----------\n>attack\nStart\tStop\tDuration\n1\t20\t20\n41\t41\t1\n';
    expect([...(await read(frames))].map((e) => [e.startSeconds, e.endSeconds])).toEqual([
      [0, 1],
      [2, 2.05],
    ]);
  });

  it.each([
    ['no rate', text.replace(/framerate.*/, 'framerate:'), /frame rate/],
    ['no channel', text.slice(0, text.indexOf('Ch1---')), /no channel/],
    ['a broken row', text.replace('1\t1.45\t0.5', '1\tsoon'), /line 20.*start, a stop/s],
    ['a bout that stops before it starts', text.replace('1\t1.45\t0.5', '2\t1\t0'), /stops before/],
  ])('refuses %s', async (_, changed, error) => {
    await expect(read(changed)).rejects.toThrow(error);
  });
});
