import { join } from 'node:path';
import {
  loadAnalysisH5,
  loadSlp,
  saveSlpToBytes,
  Labels,
  LabeledFrame,
  Instance,
  PredictedInstance,
  Skeleton,
  Track,
  Video,
} from '@talmolab/sleap-io.js';
import { describe, expect, it } from 'vitest';
import {
  readEmbeddedPictures,
  readLabels,
  readPose,
  writeLabels,
  writePose,
} from '../../../src/formats/index.ts';
import { writeHdf5 } from '../../../src/formats/hdf5/open.ts';
import {
  dataset,
  fixedText,
  fixedTexts,
  group,
  numbers,
  type Hdf5Group,
} from '../../../src/formats/hdf5/tree.ts';
import { parseSkeletons } from '../../../src/formats/sleap/skeleton.ts';
import { poseFromAnalysis } from '../../../src/formats/sleap/analysis.ts';
import { folderWith } from '../folder.ts';
import { sampleLabels, sampleTrack } from '../samples.ts';

describe("SLEAP's own library in JavaScript", () => {
  it('reads the labels and predictions that Marey writes', async () => {
    const folder = await folderWith({});
    const track = sampleTrack({ individuals: ['a', 'b'] });
    await writePose(join(folder, 'track.slp'), track, { video: 'clip.mp4' });
    const read = await loadSlp(join(folder, 'track.slp'), { openVideos: false });
    expect(read.tracks.map((t) => t.name)).toEqual(['a', 'b']);
    expect(read.skeletons[0].nodeNames).toEqual(track.skeleton.keypoints);
    expect(read.skeletons[0].edgeIndices).toEqual(track.skeleton.edges);
    expect(read.skeletons[0].symmetryNames.map((pair) => [...pair].sort())).toEqual([
      ['left paw', 'right paw'],
    ]);
    expect(read.videos[0].filename).toBe('clip.mp4');
    for (const frame of read.labeledFrames) {
      for (const instance of frame.instances) {
        expect(instance).toBeInstanceOf(PredictedInstance);
        const animal = read.tracks.indexOf(instance.track!);
        const points = instance.numpy({ invisibleAsNaN: true });
        const expected = points.map((_, k) =>
          [0, 1].map((s) => track.positions.at(frame.frameIdx, animal, k, s)),
        );
        expect(points).toEqual(expected);
      }
    }
    await writeLabels(join(folder, 'labels.slp'), sampleLabels());
    const labels = await loadSlp(join(folder, 'labels.slp'), { openVideos: false });
    expect(labels.labeledFrames).toHaveLength(6);
    expect(labels.labeledFrames[0].instances[0]).not.toBeInstanceOf(PredictedInstance);
  });

  it('reads the analysis file that Marey writes', async () => {
    const folder = await folderWith({});
    const track = sampleTrack({ individuals: ['a', 'b'] });
    await writePose(join(folder, 'track.analysis.h5'), track);
    const read = await loadAnalysisH5(join(folder, 'track.analysis.h5'));
    const frame = read.labeledFrames[4];
    const animal = ['a', 'b'].indexOf(frame.instances[0].track!.name);
    expect(frame.instances[0].numpy()[0][0]).toBe(track.positions.at(frame.frameIdx, animal, 0, 0));
  });

  it('writes what Marey reads: people above predictions, two videos, no tracks', async () => {
    const skeleton = new Skeleton({ nodes: ['nose', 'tail'], edges: [[1, 0]] });
    const videos = ['/data/one.mp4', 'C:\\data\\two.mp4'].map((filename) => new Video({ filename }));
    const track = new Track('a');
    const predicted = PredictedInstance.fromNumpy({
      pointsData: [
        [1, 2, 0.5],
        [3, 4, 0.6],
      ],
      skeleton,
      track,
      score: 0.9,
    });
    const corrected = Instance.fromNumpy({
      pointsData: [
        [5, 6],
        [NaN, NaN],
      ],
      skeleton,
      track,
    });
    const labels = new Labels({
      skeletons: [skeleton],
      videos,
      tracks: [track],
      labeledFrames: [
        new LabeledFrame({ video: videos[0], frameIdx: 4, instances: [predicted] }),
        new LabeledFrame({ video: videos[0], frameIdx: 6, instances: [predicted, corrected] }),
        new LabeledFrame({ video: videos[1], frameIdx: 0, instances: [corrected] }),
      ],
    });
    const folder = await folderWith({ 'labels.slp': await saveSlpToBytes(labels) });
    const path = join(folder, 'labels.slp');
    await expect(readPose(path)).rejects.toThrow(/several videos.*one, two/);
    const one = await readPose(path, { video: 'one' });
    expect(one.positions.time).toMatchObject({ startSeconds: 4, count: 3 });
    expect(Array.from(one.positions.contiguous())).toEqual([1, 2, 3, 4, NaN, NaN, NaN, NaN, 5, 6, NaN, NaN]);
    expect(Array.from(one.positions.confidence!.contiguous())).toEqual([0.5, 0.6, NaN, NaN, NaN, NaN]);
    const people = await readLabels(path);
    expect(people.frames.map((f) => [f.recording, f.picture.frame])).toEqual([
      ['one', 6],
      ['two', 0],
    ]);
    expect(people.skeleton.edges).toEqual([[1, 0]]);
  });
});

it('tells left/right twins from edges by the kinds that jsonpickle numbers', () => {
  const [body] = parseSkeletons(
    {
      nodes: ['c', 'b', 'a'].map((name) => ({ name })),
      skeletons: [
        {
          nodes: [{ id: 2 }, { id: 1 }, { id: 0 }],
          links: [
            { source: 1, target: 0, type: { 'py/reduce': [{}, { 'py/tuple': [2] }] } },
            { source: 0, target: 1, type: { 'py/id': 1 } },
            { source: 2, target: 0, edge_insert_idx: 1, type: { 'py/reduce': [{}, { 'py/tuple': [1] }] } },
            { source: 2, target: 1, edge_insert_idx: 0, type: { 'py/id': 2 } },
          ],
        },
      ],
    },
    'test',
  );
  expect(body).toEqual({
    keypoints: ['a', 'b', 'c'],
    edges: [
      [0, 1],
      [0, 2],
    ],
    symmetries: [[1, 2]],
  });
});

describe('analysis files', () => {
  const source = { name: 'a.h5', provenance: { step: 'test' } };
  const names = {
    node_names: dataset(fixedTexts(['nose', 'tail', 'paw'])),
    track_names: dataset(fixedTexts(['a'])),
  };

  it('finds the axes without the attribute that names them, in both orders', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => i);
    // tracks x 2 x nodes x frames
    const matlab = poseFromAnalysis(
      group({ ...names, tracks: dataset(numbers(values, [1, 2, 3, 4])) }),
      source,
      {},
    );
    expect(matlab.positions.at(3, 0, 2, 1)).toBe(23);
    expect(matlab.positions.at(1, 0, 2, 0)).toBe(9);
    // frames x tracks x nodes x 2
    const python = poseFromAnalysis(
      group({ ...names, tracks: dataset(numbers(values, [4, 1, 3, 2])) }),
      source,
      {},
    );
    expect(python.positions.at(1, 0, 2, 0)).toBe(10);
  });

  it('refuses names that do not fit', () => {
    const tree = group({ ...names, tracks: dataset(numbers(new Float64Array(16), [1, 2, 2, 4])) });
    expect(() => poseFromAnalysis(tree, source, {})).toThrow(/names do not fit the tracks.*3 node names/);
  });
});

describe('packages', () => {
  const video = (sizes: number[]) =>
    group({
      video0: group({
        video: dataset(numbers(Uint8Array.of(1, 2, 3, 4, 5)), { format: fixedText('png') }),
        frame_numbers: dataset(numbers(Int32Array.of(3, 8))),
        frame_sizes: dataset(numbers(Int32Array.from(sizes))),
      }),
    });
  const pictures = async (tree: Hdf5Group) => {
    const folder = await folderWith({ 'a.pkg.slp': await writeHdf5(tree) });
    return readEmbeddedPictures(join(folder, 'a.pkg.slp'));
  };

  it('give out their pictures', async () => {
    expect(await pictures(video([2, 3]))).toEqual([
      { video: 0, frame: 3, encoding: 'png', bytes: Uint8Array.of(1, 2) },
      { video: 0, frame: 8, encoding: 'png', bytes: Uint8Array.of(3, 4, 5) },
    ]);
    expect(await pictures(group({ metadata: group({}) }))).toEqual([]);
  });

  it('are refused where sizes do not fit', async () => {
    await expect(pictures(video([2, 9]))).rejects.toThrow(
      /video0\/video: the embedded pictures are kept in an unknown way/,
    );
    await expect(pictures(video([2, 2, 1]))).rejects.toThrow(/Expected 2 pictures.*Got 3/);
  });
});
