import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/formats/deeplabcut/config.ts';
import { readLabels, writeLabels } from '../../../src/formats/index.ts';
import { folderWith } from '../folder.ts';
import { sampleLabels } from '../samples.ts';

const config =
  'Task: t\nscorer: A\nmultianimalproject:\nproject_path: /home/other/t\nvideo_sets:\n  C:\\data\\v.mp4:\n    crop: 0, 1, 0, 1\nbodyparts:\n- nose\n- tail\nskeleton: [[nose, tail], [nose, ghost]]\n';
const csv =
  'scorer,A,A,A,A\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\nlabeled-data/v/img007.png,1,2,3,4\nlabeled-data/v/img008.png,1,2,,\n';

describe('reading a project', () => {
  it('finds videos and pictures beside it, and says what it decided', async () => {
    const folder = await folderWith({
      'config.yaml': config,
      'labeled-data/v/CollectedData_A.csv': csv,
      'labeled-data/v/img007.png': '',
      'labeled-data/v_labeled/img007.png': '',
      'labeled-data/w/img1.png': '',
      'videos/v.mp4': '',
    });
    const labels = await readLabels(folder);
    expect(labels.root).toBe(folder);
    expect(labels.skeleton.edges).toEqual([[0, 1]]);
    expect(labels.frames[0].picture).toEqual({
      image: 'labeled-data/v/img007.png',
      video: 'videos/v.mp4',
      frame: 7,
    });
    expect(labels.notes).toEqual([
      expect.stringMatching(/1 videos by paths of another place \(C:\/data\/v.mp4\)/),
      'v: 1 of 2 labeled pictures are not there: img008.png.',
      'No labels in 1 folders of labeled-data: w.',
      'The skeleton joins unknown bodyparts, left out: nose-ghost.',
    ]);
    expect(await readLabels(join(folder, 'config.yaml'))).toEqual(labels);
  });

  it('takes pictures by their names where rows hold paths of another place', async () => {
    const folder = await folderWith({
      'config.yaml': config,
      'labeled-data/v/CollectedData_A.csv': csv.replaceAll(
        'labeled-data/v/',
        '/home/other/t/labeled-data/old/',
      ),
      'labeled-data/v/img007.png': '',
      'labeled-data/v/img008.png': '',
    });
    const labels = await readLabels(folder);
    expect(labels.frames.map((f) => f.picture.image)).toEqual([
      'labeled-data/v/img007.png',
      'labeled-data/v/img008.png',
    ]);
    expect(labels.notes.join(' ')).toMatch(/2 rows name pictures by paths of another place/);
  });

  it('names the column of a bodypart that config.yaml does not know, and the fix', async () => {
    const folder = await folderWith({
      'config.yaml': config,
      'labeled-data/v/CollectedData_A.csv': csv.replaceAll('tail', 'tial'),
    });
    await expect(readLabels(folder)).rejects.toThrow(
      /CollectedData_A\.csv, header, column 4 \(tial x\): the labels name a bodypart "tial".*Expected one of nose, tail.*Add "tial"/,
    );
  });

  it('refuses a project in which nothing is labeled', async () => {
    const folder = await folderWith({ 'config.yaml': config, 'labeled-data/v/img007.png': '' });
    await expect(readLabels(folder)).rejects.toThrow(/no labeled frame/);
  });

  it('takes HDF5 before CSV and says where they disagree; falls back to CSV where HDF5 is broken', async () => {
    const exported = await folderWith({});
    const labels = { ...sampleLabels(), root: exported };
    await writeLabels(exported, labels, { format: 'deeplabcut-project', scorer: 'A' });
    const table = join('labeled-data/video0/CollectedData_A');
    const text = await readFile(join(exported, `${table}.csv`), 'utf8');
    const files = {
      'config.yaml': await readFile(join(exported, 'config.yaml')),
      [`${table}.csv`]: text.replace(/,(\d+)\./, ',9$1.'),
      [`${table}.h5`]: await readFile(join(exported, `${table}.h5`)),
    };
    const edited = await readLabels(await folderWith(files));
    expect(edited.notes.join(' ')).toMatch(
      /CSV and HDF5 disagree \(0 coordinates only in HDF5, 0 only in CSV, 1 with other values\)/,
    );
    expect(edited.frames[0].instances[0].points[0]!.x).toBe(labels.frames[0].instances[0].points[0]!.x);
    const broken = await readLabels(await folderWith({ ...files, [`${table}.h5`]: 'no HDF5 at all' }));
    expect(broken.notes.join(' ')).toMatch(/The CSV is used, because the HDF5 file beside it cannot be read/);
    expect(broken.frames[0].instances[0].points[0]!.x).toBeGreaterThan(8000);
  });

  it('gives back what it exported, for one animal, several, and unique bodyparts', async () => {
    for (const individuals of [['individual'], ['m1', 'm2', 'single']]) {
      const sample = sampleLabels(individuals);
      // The door belongs to no animal: only the individual "single" has it.
      const frames = sample.frames.map((frame) => ({
        ...frame,
        instances: frame.instances
          .map((instance) => ({
            ...instance,
            points: instance.points.map((p, k) =>
              individuals.length > 1 && (instance.individual === 'single') !== (k === 3)
                ? null
                : p && { ...p, visibility: 'visible' as const },
            ),
          }))
          .filter((instance) => instance.points.some(Boolean)),
      }));
      const folder = await folderWith({});
      await writeLabels(folder, { ...sample, frames, root: folder }, { format: 'deeplabcut-project' });
      const back = await readLabels(folder);
      expect(back.skeleton).toEqual(sample.skeleton);
      expect(back.individuals).toEqual(individuals);
      const sorted = [...frames].sort((a, b) => a.picture.image!.localeCompare(b.picture.image!));
      expect([...back.frames].sort((a, b) => a.picture.image!.localeCompare(b.picture.image!))).toEqual(
        sorted,
      );
    }
  });
});

describe('config.yaml', () => {
  const parse = (text: string) => parseConfig(new TextEncoder().encode(text), 'config.yaml');

  it('takes an empty multianimalproject for false and names that look like numbers for names', () => {
    expect(parse(config).multiAnimal).toBe(false);
    expect(parse('scorer: 7\nbodyparts: [1, true, x]\n')).toMatchObject({
      scorer: '7',
      bodyparts: ['1', 'true', 'x'],
    });
  });

  it('reads a project of several animals', () => {
    const read = parse(
      'multianimalproject: true\nindividuals: [m1, m2]\nuniquebodyparts: [door]\nmultianimalbodyparts: [nose]\nbodyparts: MULTI!\n',
    );
    expect(read).toMatchObject({
      individuals: ['m1', 'm2'],
      bodyparts: ['nose', 'door'],
      uniqueBodyparts: ['door'],
    });
  });

  it('names the line of broken YAML and the key of wrong values', () => {
    expect(() => parse('Task: t\nbodyparts: [a, b\nscorer: x\n')).toThrow(
      /config\.yaml, line \d+: the YAML cannot be read/,
    );
    expect(() => parse('bodyparts: {a: 1}\n')).toThrow(/key "bodyparts"/);
    expect(() => parse('Task: t\n')).toThrow(/names no bodyparts/);
    expect(() => parse('bodyparts: [a, a]\n')).toThrow(/"a" is named twice/);
  });

  it('refuses a bomb of aliases and never makes a prototype', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
    for (let i = 1; i < 9; i++)
      bomb += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect(() => parse(`${bomb}bodyparts: *a8\n`)).toThrow(/alias/i);
    parse('bodyparts: [a]\n__proto__: {polluted: true}\n');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
