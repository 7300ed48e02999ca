import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctor, Project, projectInfo, type Finding } from '../../src/project/index.ts';
import type { LabelSet } from '../../src/signal/labels.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { temporaryFolder } from './temporary.ts';

/** A folder of another tool with three labeled pictures and their film. */
function labelSet(changes: Partial<LabelSet> = {}): LabelSet {
  const root = temporaryFolder();
  mkdirSync(join(root, 'labeled'), { recursive: true });
  writeFileSync(join(root, 'film.mp4'), 'a film');
  for (let n = 0; n < 3; n++) writeFileSync(join(root, 'labeled', `img${n}.png`), `picture ${n}`);
  return {
    skeleton: skeleton(['nose', 'leftear', 'rightear'], [['nose', 'leftear']]),
    individuals: ['mouse'],
    frames: [0, 1, 2].map((n) => ({
      picture: { image: `labeled/img${n}.png`, video: join(root, 'film.mp4'), frame: n * 10 },
      recording: 'film',
      instances: [
        {
          individual: 'mouse',
          points: [{ x: n + 0.5, y: 2, visibility: 'visible' }, null, { x: 7, y: 8, visibility: 'occluded' }],
        },
      ],
    })),
    root,
    notes: [],
    provenance: { step: 'import', source: root },
    ...changes,
  };
}

const newRoot = (): string => join(temporaryFolder(), 'project');

async function imported(set = labelSet()): Promise<{ root: string; set: LabelSet }> {
  const root = newRoot();
  await using project = await Project.create(root, { name: 'imported' });
  await project.importLabels(set);
  return { root, set };
}

const finding = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((f) => f.check === check);

describe('a project', () => {
  it('is made once, and found again', async () => {
    const root = newRoot();
    await using made = await Project.create(root, { name: 'mine', skeleton: skeleton(['nose']) });
    await expect(Project.create(root)).rejects.toThrow(/there is a project already/);
    await using reader = await Project.open(root, { readOnly: true });
    expect([reader.config.name, reader.readOnly, made.readOnly]).toEqual(['mine', true, false]);
    expect(readdirSync(root).sort()).toEqual(
      [
        '.lock',
        'cache',
        'checkpoints',
        'labels',
        'logs',
        'marey.yaml',
        'models',
        'objects',
        'pictures',
        'results',
        'tracks',
      ].sort(),
    );
  });

  it('that is none, is broken, or is newer is refused, and nothing is touched', async () => {
    const empty = temporaryFolder();
    await expect(Project.open(empty)).rejects.toThrow(/no Marey project.*marey new/);
    const { root } = await imported();
    const config = join(root, 'marey.yaml');
    const journal = readFileSync(join(root, 'labels', 'journal.jsonl'));
    for (const [text, message] of [
      ['marey: 2\n', /marey\.yaml:1:1: this project was written by a newer Marey.*Nothing was changed/],
      ['marey: 1\nnmae: x\n', /marey\.yaml:2:1: unknown key "nmae"\. Did you mean "name"\?/],
    ] as const) {
      writeFileSync(config, text);
      await expect(Project.open(root)).rejects.toThrow(message);
      expect(readFileSync(config, 'utf8')).toBe(text);
    }
    expect(readFileSync(join(root, 'labels', 'journal.jsonl'))).toEqual(journal);
    expect(existsSync(join(root, '.lock'))).toBe(false);
  });

  it('with a newer journal is refused and lets go of its lock', async () => {
    const { root } = await imported();
    const path = join(root, 'labels', 'journal.jsonl');
    // The line of a later version, with the checksum that version would give it.
    const { encodeRecord } = await import('../../src/project/records.ts');
    writeFileSync(path, encodeRecord({ sequence: 0, content: { journal: 'marey labels', version: 2 } }));
    await expect(Project.open(root)).rejects.toThrow(/newer Marey/);
    expect(existsSync(join(root, '.lock'))).toBe(false);
  });

  it('gives a step its options and names the line of a wrong one', async () => {
    const root = newRoot();
    await using project = await Project.create(root, { steps: { train: { minutes: 'many' } } });
    const { z } = await import('zod');
    const line =
      readFileSync(join(root, 'marey.yaml'), 'utf8')
        .split('\n')
        .findIndex((l) => l.includes('many')) + 1;
    expect(() => project.stepOptions('train', z.object({ minutes: z.number() }))).toThrow(
      `marey.yaml:${line}:`,
    );
  });

  it('names models', async () => {
    await using project = await Project.create(newRoot());
    const key = 'ab'.repeat(32);
    await project.models.set('mouse 2', key);
    await project.models.set('mouse 10', key);
    expect(await project.models.names()).toEqual(['mouse 2', 'mouse 10']);
    expect(await project.models.get('mouse 2')).toBe(key);
    await expect(project.models.get('mouse 3')).rejects.toThrow(/no model "mouse 3".*Did you mean "mouse 2"/);
    await expect(project.models.set('../x', key)).rejects.toThrow(/name of a model/);
    writeFileSync(join(project.layout.models, 'mouse 2.json'), '{"key": "/etc"}');
    await expect(project.models.get('mouse 2')).rejects.toThrow(/no name of a model/);
  });
});

describe('importing labels', () => {
  it('takes over points, pictures, skeleton, animals and films', async () => {
    const { root, set } = await imported();
    rmSync(join(set.root, 'labeled'), { recursive: true });
    await using project = await Project.open(root);
    expect(project.config).toMatchObject({
      name: 'imported',
      skeleton: set.skeleton,
      individuals: ['mouse'],
      recordings: [{ name: 'film', videos: [join(set.root, 'film.mp4')] }],
    });
    const back = project.labels.labelSet();
    expect(back.frames.map((f) => f.instances)).toEqual(set.frames.map((f) => f.instances));
    back.frames.forEach(({ picture }, n) => {
      expect(readFileSync(join(back.root, picture.image!), 'utf8')).toBe(`picture ${n}`);
      expect(picture).toMatchObject({ video: join(set.root, 'film.mp4'), frame: n * 10 });
    });
  });

  it('reports what it did; done again it changes nothing, and says what it replaces', async () => {
    const set = labelSet();
    const root = newRoot();
    await using project = await Project.create(root);
    const first = await project.importLabels(set);
    expect(first).toMatchObject({ frames: 3, points: 6, replaced: 0, pictures: 3, bytes: 27 });
    const before = [readFileSync(project.layout.journal), readFileSync(project.layout.config)];
    expect(await project.importLabels(set)).toMatchObject({
      frames: 3,
      points: 6,
      replaced: 0,
      pictures: 0,
      notes: [],
    });
    expect([readFileSync(project.layout.journal), readFileSync(project.layout.config)]).toEqual(before);
    const [key] = project.labels.keys();
    await project.labels.place({ frame: key, individual: 'mouse', keypoint: 'nose' }, { x: 99, y: 99 });
    const third = await project.importLabels(set);
    expect([third.replaced, third.notes]).toEqual([
      1,
      ['The labels of 1 frames were other ones before and were replaced.'],
    ]);
    expect(project.labels.frame(key)?.instances.get('mouse')?.get('nose')?.x).toBe(0.5);
  });

  it('keeps two pictures of one name apart', async () => {
    const set = labelSet();
    mkdirSync(join(set.root, 'other'));
    writeFileSync(join(set.root, 'other', 'img0.png'), 'quite another');
    const [first] = set.frames;
    const frames = ['labeled', 'other'].map((folder) => ({
      ...first,
      picture: { image: `${folder}/img0.png` },
    }));
    const { root } = await imported({ ...set, frames });
    await using project = await Project.open(root, { readOnly: true });
    const images = project.labels
      .labelSet()
      .frames.map((f) => readFileSync(join(root, f.picture.image!), 'utf8'));
    expect(images.sort()).toEqual(['picture 0', 'quite another']);
  });

  it('refuses keypoints that the project lacks, a missing picture and a point without a place', async () => {
    const root = newRoot();
    await using project = await Project.create(root, {
      skeleton: skeleton(['nose', 'leftear', 'right_ear']),
    });
    const before = readFileSync(project.layout.config, 'utf8');
    const set = labelSet();
    await expect(project.importLabels(set)).rejects.toThrow(
      /does not know: rightear.*Did you mean "right_ear"/,
    );
    const fits = { skeleton: skeleton(['nose', 'leftear', 'right_ear']) };
    rmSync(join(set.root, 'labeled', 'img2.png'));
    await expect(project.importLabels({ ...set, ...fits })).rejects.toThrow(
      /img2\.png: a labeled picture is missing/,
    );
    const nowhere = labelSet(fits);
    const [frame] = nowhere.frames;
    const points = [{ x: NaN, y: 1, visibility: 'visible' as const }, null, null];
    const frames = [{ ...frame, instances: [{ individual: 'mouse', points }] }];
    await expect(project.importLabels({ ...nowhere, frames })).rejects.toThrow(
      /"nose" of "mouse" has no place/,
    );
    expect(project.labels.size).toBe(0);
    expect(readFileSync(project.layout.config, 'utf8')).toBe(before);
  });

  it('keeps a recording inside the project, whatever it is called', async () => {
    const set = labelSet();
    const frames = set.frames.map((f) => ({ ...f, recording: '../../evil: x' }));
    const { root } = await imported({ ...set, frames });
    await using project = await Project.open(root, { readOnly: true });
    expect(project.config.recordings.map((r) => r.name)).toEqual(['-..-evil- x']);
    expect(readdirSync(join(root, 'pictures'))).toEqual(['-..-evil- x']);
  });

  it('tells animals of one name apart', async () => {
    const set = labelSet();
    const frames = set.frames.map((f) => ({ ...f, instances: [...f.instances, ...f.instances] }));
    const { root } = await imported({ ...set, frames });
    await using project = await Project.open(root, { readOnly: true });
    expect(project.config.individuals).toEqual(['mouse', 'mouse-2']);
    expect(project.labels.labelSet().frames[0].instances.map((i) => i.individual)).toEqual([
      'mouse',
      'mouse-2',
    ]);
  });
});

describe('info', () => {
  it('counts what is here', async () => {
    const { root, set } = await imported();
    await using project = await Project.open(root);
    const recipe = { op: 'train', opVersion: 1, params: { minutes: 3 }, inputs: {} };
    const { key } = await project.outputs.run(recipe, async (folder) =>
      writeFileSync(join(folder, 'm'), 'model'),
    );
    await project.models.set('mouse', key);
    await project.checkpoints.write('half-way', new Uint8Array(10));
    const info = await projectInfo(project);
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
    expect(info).toMatchObject({
      root,
      name: 'imported',
      keypoints: ['nose', 'leftear', 'rightear'],
      recordings: [
        {
          name: 'film',
          labeledFrames: 3,
          videos: [{ path: join(set.root, 'film.mp4'), found: true, bytes: 6 }],
        },
      ],
      labels: { frames: 3, instances: 3, points: 6, occluded: 3, records: 1, problems: 0 },
      models: [{ name: 'mouse', key, op: 'train', params: { minutes: 3 } }],
      lastTraining: { name: 'mouse', key },
      outputs: 1,
      unfinishedRuns: ['half-way'],
      writer: { pid: process.pid },
    });
    expect(info.bytes.pictures).toBe(27);
    expect(info.bytes.objects).toBeGreaterThan(5);
  });
});

describe('the doctor', () => {
  it('finds nothing wrong with a project that is well, and changes nothing', async () => {
    const { root } = await imported();
    const findings = await doctor(root, { thorough: true });
    const checks = [
      'writer',
      'journal',
      'unconfirmed edits',
      'corrections',
      'behavior',
      'labels',
      'pictures',
      'videos',
      'outputs',
      'remains',
    ];
    for (const check of checks) expect(finding(findings, check)).toMatchObject({ status: 'ok' });
    for (const check of ['Node', 'processor', 'memory', 'disk', 'engine', 'video decoder']) {
      expect(finding(findings, check)?.what).toMatch(/\w/);
    }
    for (const { status, fix } of findings) if (status !== 'ok') expect(fix).toMatch(/\w/);
  });

  it('looks at the machine alone where there is no project', async () => {
    const folder = temporaryFolder();
    const findings = await doctor(folder);
    expect(finding(findings, 'project')).toEqual({
      check: 'project',
      status: 'ok',
      what: `none in ${folder}`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says why a project does not open', async () => {
    const { root } = await imported();
    writeFileSync(join(root, 'marey.yaml'), 'marey: one\n');
    const found = finding(await doctor(root), 'project');
    expect(found).toMatchObject({ status: 'fail', what: expect.stringContaining('marey.yaml:1:1') });
  });

  it('finds what is missing, damaged and left over, each with what to do', async () => {
    const { root, set } = await imported();
    {
      await using project = await Project.open(root);
      for (const n of [1, 2]) {
        const recipe = { op: 'step', opVersion: 1, params: { n }, inputs: {} };
        await project.outputs.run(recipe, async (folder) => writeFileSync(join(folder, 'a.bin'), 'abc'));
      }
      await project.models.set('lost', 'cd'.repeat(32));
      const [key] = project.labels.keys();
      await project.labels.place({ frame: key, individual: 'mouse', keypoint: 'nose' }, { x: 1, y: 1 });
      const [first, second] = (await project.outputs.keys()).map((k) => project.outputs.folderOf(k));
      writeFileSync(join(first, 'a.bin'), 'abd');
      writeFileSync(join(second, 'a.bin'), 'ab');
    }
    rmSync(join(root, 'pictures', 'film', 'img1.png'));
    rmSync(join(set.root, 'film.mp4'));
    const journal = join(root, 'labels', 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"x":1', '"x":2'));
    writeFileSync(join(root, 'labels', 'torn-9.bin'), 'half');
    const config = join(root, 'marey.yaml');
    writeFileSync(
      config,
      readFileSync(config, 'utf8')
        .replace(', rightear]', ']')
        .replace(/ {2}symmetries.*\n/, ''),
    );
    const findings = await doctor(root);
    const expectFinding = (check: string, status: string, details: unknown): void => {
      expect(finding(findings, check)).toMatchObject({ status, fix: expect.stringMatching(/\w/), details });
    };
    expectFinding('journal', 'fail', ['line 3: damaged: its checksum does not match']);
    expectFinding('unconfirmed edits', 'warn', ['labels/torn-9.bin']);
    expectFinding('labels', 'warn', [expect.stringContaining('3 points of "rightear"')]);
    expectFinding('pictures', 'fail', ['pictures/film/img1.png']);
    expectFinding('videos', 'warn', [expect.stringContaining('film.mp4')]);
    expectFinding('outputs', 'fail', [
      expect.stringContaining('a.bin has 2 bytes, not 3'),
      expect.stringContaining('the model "lost" points at an output that is gone'),
    ]);
    expect(finding(await doctor(root, { thorough: true }), 'outputs')?.details).toHaveLength(3);
  });
});
