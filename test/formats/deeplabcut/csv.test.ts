import { describe, expect, it } from 'vitest';
import { parseDeepLabCutCsv } from '../../../src/formats/deeplabcut/csv.ts';
import { labelsFromFrame } from '../../../src/formats/deeplabcut/labels.ts';
import { poseFromFrame } from '../../../src/formats/deeplabcut/pose.ts';
import { deeplabcutCsv } from '../../../src/formats/deeplabcut/csv-record.ts';
import type { Source } from '../../../src/formats/format.ts';
import { sampleTrack } from '../samples.ts';

const source: Source = { name: 'CollectedData.csv', provenance: { step: 'test' } };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const labels = (text: string) => labelsFromFrame(parseDeepLabCutCsv(bytes(text), source.name), source);
const pose = (text: string) => poseFromFrame(parseDeepLabCutCsv(bytes(text), source.name), source, {});

const head = 'scorer,A,A,A,A\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n';

describe('labels', () => {
  it('names rows by one column or by three', () => {
    const one = labels(`${head}labeled-data/v/img0.png,1,2,,\n`);
    const three = labels(
      'scorer,,,A,A,A,A\nbodyparts,,,nose,nose,tail,tail\ncoords,,,x,y,x,y\nlabeled-data,v,img0.png,1,2,,\n',
    );
    expect(three.frames).toEqual(one.frames);
    expect(one.frames[0].instances[0].points).toEqual([{ x: 1, y: 2, visibility: 'visible' }, null]);
  });

  it('takes Windows line ends, a byte order mark, NaN in words, and blank lines at the end', () => {
    const read = labels(`\uFEFF${head.replaceAll('\n', '\r\n')}v\\img0.png,1,2,NaN,nan\r\n\r\n`);
    expect(read.frames[0].picture.image).toBe('v/img0.png');
    expect(read.frames[0].instances[0].points[1]).toBeNull();
  });

  it('reads several animals, and unique bodyparts under "single"', () => {
    const read = labels(
      'scorer,A,A,A,A,A,A\nindividuals,m1,m1,m2,m2,single,single\nbodyparts,nose,nose,nose,nose,door,door\ncoords,x,y,x,y,x,y\nv/i.png,1,2,3,4,5,6\nv/j.png,,,3,4,,\n',
    );
    expect(read.individuals).toEqual(['m1', 'm2', 'single']);
    expect(read.skeleton.keypoints).toEqual(['nose', 'door']);
    expect(read.frames[0].instances.map((i) => i.points.map((p) => p?.x ?? null))).toEqual([
      [1, null],
      [3, null],
      [null, 5],
    ]);
    expect(read.frames[1].instances.map((i) => i.individual)).toEqual(['m2']);
  });

  it('says which line and column is no number', () => {
    expect(() => labels(`${head}v/i.png,1,2,3,4\nv/j.png,1,abc,3,4\n`)).toThrow(
      /CollectedData\.csv, line 5, column 3 \(nose y\): a coordinate is not a number.*Got "abc"/,
    );
  });

  it('says where only one coordinate is given', () => {
    expect(() => labels(`${head}v/i.png,1,,3,4\n`)).toThrow(
      /line 4, column 3 \(nose y\): only one coordinate of "nose"/,
    );
  });

  it('refuses rows of another length, pictures and columns that come twice, missing headers', () => {
    expect(() => labels(`${head}v/i.png,1,2,3\n`)).toThrow(
      /line 4.*another number of cells.*Expected 5 cells.*Got 4/,
    );
    expect(() => labels(`${head}v/i.png,1,2,3,4\nv/i.png,1,2,3,4\n`)).toThrow(/line 5.*has two rows/);
    expect(() => labels('scorer,A,A\nbodyparts,a,a\ncoords,x,x\nv/i.png,1,2\n')).toThrow(/comes twice/);
    expect(() => labels('scorer,A,A\nbodyparts,a,a\nv/i.png,1,2\n')).toThrow(
      /header row "coords" is missing/,
    );
    expect(() => labels('scorer,A\nbodyparts,a\ncoords,x\nv/i.png,1\n')).toThrow(/no column "y"/);
  });

  it('refuses a table in which nothing is labeled, and leaves out rows without labels aloud', () => {
    expect(() => labels(`${head}v/i.png,,,,\n`)).toThrow(/no frame has a label.*1 rows, all empty/);
    expect(labels(`${head}v/i.png,,,,\nv/j.png,1,2,,\n`).notes).toEqual([
      '1 rows without any label were left out: v/i.png.',
    ]);
  });
});

describe('predictions', () => {
  it('has three header rows and one row a frame, so that scripts elsewhere can rely on it', () => {
    const written = deeplabcutCsv.pose!.write!(sampleTrack({ frames: 5 }), { scorer: 'DLC_me' });
    const lines = new TextDecoder()
      .decode(written as Uint8Array)
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe(`scorer,${Array(12).fill('DLC_me').join(',')}`);
    expect(lines[1]).toMatch(/^bodyparts,nose,nose,nose,left paw,/);
    expect(lines[2]).toBe(`coords,${Array(4).fill('x,y,likelihood').join(',')}`);
    expect(lines.slice(3).map((line) => line.split(',', 1)[0])).toEqual(['0', '1', '2', '3', '4']);
  });

  it('keeps the numbers of frames that were left out', () => {
    const read = pose(
      'scorer,A,A,A\nbodyparts,a,a,a\ncoords,x,y,likelihood\n3,1,2,0.5\n4,1,2,0.5\n9,1,2,0.5\n',
    );
    expect(read.positions.time).toEqual({
      kind: 'irregular',
      clock: 'frames',
      times: Float64Array.of(3, 4, 9),
    });
  });

  it("reads the variances that Lightning Pose's ensembles write", () => {
    const read = pose(
      'scorer,eks,eks,eks,eks,eks\nbodyparts,a,a,a,a,a\ncoords,x,y,likelihood,x_posterior_var,y_posterior_var\n0,1,2,0.5,4,9\n',
    );
    expect(Array.from(read.positions.covariance!.contiguous())).toEqual([4, NaN, 9]);
    expect(read.skeleton.keypoints).toEqual(['a']);
  });

  it('refuses labels, and frames that go back', () => {
    expect(() => pose(`${head}v/i.png,1,2,3,4\n`)).toThrow(/rows are pictures.*read it as labels/);
    expect(() => pose(`${head}1,1,2,3,4\n0,1,2,3,4\n`)).toThrow(/frame numbers do not increase/);
    expect(() => labels(`${head}1,1,2,3,4\n`)).toThrow(/numbered frames.*read it as pose/);
  });
});
