import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrays, readLabels, readPose } from '../../src/formats/index.ts';
import { timeCount } from '../../src/signal/time.ts';

const data = resolve(import.meta.dirname, '../../../shared/data');
const present = existsSync(data);
if (!present) console.log(`skipped: the recordings of others are not at ${data}`);

describe.skipIf(!present)("others' recordings", () => {
  it('reads the openfield project of DeepLabCut', async () => {
    const labels = await readLabels(`${data}/dlc-openfield`);
    expect(labels.skeleton.keypoints).toEqual(['snout', 'leftear', 'rightear', 'tailbase']);
    expect(labels.frames).toHaveLength(93);
    expect(labels.frames[0].instances[0].points[0]).toEqual({ x: 21.521, y: 265.428, visibility: 'visible' });
    expect(labels.frames[0].picture.image).toBe('labeled-data/m4s1/img0000.png');
    expect(labels.notes).toEqual([]);
  });

  it('reads the reaching project from the HDF5 that pandas wrote as a table, in agreement with its CSV', async () => {
    const labels = await readLabels(`${data}/dlc-reaching`);
    expect(labels.frames).toHaveLength(55);
    expect(labels.skeleton.edges).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(labels.frames[0].instances[0].points[2]).toBeNull();
    expect(labels.notes).toEqual([]);
    const file = `${data}/dlc-reaching/labeled-data/reachingvideo1/CollectedData_Mackenzie`;
    const [h5, csv] = [await readLabels(`${file}.h5`), await readLabels(`${file}.csv`)];
    expect(h5.frames).toEqual(csv.frames);
    expect(h5.root).toBe(`${data}/dlc-reaching`);
  });

  it('reads the data folder of Lightning Pose', async () => {
    const labels = await readLabels(`${data}/lp-mirror-mouse`);
    expect(labels.frames).toHaveLength(70);
    expect(labels.skeleton.keypoints).toHaveLength(17);
    const points = labels.frames.flatMap((f) => f.instances.flatMap((i) => i.points));
    expect(points.filter((p) => p === null).length / points.length).toBeCloseTo(0.09, 1);
  });

  it("reads SLEAP's labels and predictions", async () => {
    const flies = await readLabels(`${data}/sleap-flies/tracks/clip.first1000.slp`);
    expect(flies.frames).toHaveLength(1000);
    expect(flies.individuals).toEqual(['female', 'male']);
    expect(flies.skeleton.keypoints).toHaveLength(13);
    const track = await readPose(`${data}/sleap-flies/tracks/clip.predictions.slp`, { framesPerSecond: 30 });
    expect(track.positions.shape).toEqual([1500, 2, 2, 2]);
    expect(track.positions.at(0, 0, 0, 0)).toBeCloseTo(447.4327, 3);
    expect(timeCount(track.positions.time!)).toBe(1500);
    await expect(readLabels(`${data}/sleap-flies/tracks/clip.predictions.slp`)).rejects.toThrow(
      /predictions only/,
    );
  });

  it('takes half a pixel off the points of files before format 1.1', async () => {
    const folder = `${data}/sleap-flies/hdf5_format_v1/centered_pair_predictions`;
    const [old, newer] = [await readPose(`${folder}.h5`), await readPose(`${folder}.slp`)];
    // Stored 201 in both: one file says that it counts from the center of the first pixel, the other says nothing.
    const first = (track: typeof old): number[] =>
      Array.from(track.positions.contiguous())
        .filter((v) => !Number.isNaN(v))
        .slice(0, 4);
    expect(first(old).every((v) => v % 1 === 0.5)).toBe(true);
    expect(first(newer).every((v) => v % 1 === 0)).toBe(true);
  });

  it("reads neuroscientists' MATLAB files", async () => {
    const m1 = await readArrays(`${data}/m1-s1-reach/m1.mat`);
    expect(m1.spikes.shape).toEqual([151, 13205]);
    expect(m1.time.values[3]).toBeCloseTo(12.741, 9);
    expect(m1.handPos.values[3]).toBeCloseTo(0.004009532186311802, 15);
  });
});
