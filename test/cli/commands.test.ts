import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulateOpenField } from '../../src/lab/index.ts';
import { encodePng } from '../../src/media/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'marey-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly json: Record<string, unknown>;
  readonly out: string;
  readonly err: string;
}

function marey(...argv: string[]): Run {
  const bin = resolve('bin/marey.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd: folder,
    encoding: 'utf8',
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const json = last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {};
  return { code: status, json, out: stdout, err: stderr };
}

describe('usage', () => {
  it('lists every command, and each has help', () => {
    const { code, out } = marey('help');
    expect(code).toBe(0);
    for (const verb of [
      'demo',
      'new',
      'import',
      'train',
      'evaluate',
      'track',
      'run',
      'export',
      'info',
      'doctor',
    ]) {
      expect(out).toContain(verb);
    }
    const { out: help } = marey('help', 'train');
    expect(help).toContain('--minutes');
    expect(help).toMatch(/--unlabeled X .*several times\n/);
    expect(help).toMatch(/learns\s+from labels alone/);
    const { err } = marey('run', '--on', 'slurm');
    expect(err).toContain('cannot be handed to Slurm yet');
    expect(marey('run', '--on', 'slurm').code).toBe(2);
  });

  it.each([
    [['trian']],
    [['train', '--minuts', '3']],
    [['train', '--minutes', 'many']],
    [['track']],
    [['train', '--split', 'random:2']],
    [['train', '--temporal', '1']],
    [['train', '--unlabeled', 'film.mp4', '--temporal', '-1']],
  ])('%j exits with 2 or a clear error', (argv) => {
    const { code, err } = marey(...argv);
    expect(code).not.toBe(0);
    expect(err).toMatch(/^Error: /m);
    expect(err).not.toContain('fault in Marey');
  });

  it('with --json a failure is one JSON object too', () => {
    const { code, json } = marey('import', 'nowhere', '--json');
    expect(code).toBe(1);
    // The facts as fields: a program need not take the message apart.
    expect(json.error).toEqual({
      name: 'InputError',
      message: expect.stringMatching(/nowhere: there is no such file or folder\. Check the path\.$/),
      what: 'there is no such file or folder',
      where: expect.stringMatching(/nowhere$/),
      fix: 'Check the path.',
    });
  });
});

describe('from a DeepLabCut project to a track', () => {
  const pictures = 24;
  const field = simulateOpenField({ seed: 4, seconds: 2, width: 200, height: 150 });
  const project = join(folder, 'mouse');
  const shown = ['snout', 'leftear', 'rightear', 'tailbase'];

  beforeAll(async () => {
    const data = join(folder, 'dlc', 'labeled-data', 'field');
    mkdirSync(data, { recursive: true });
    const header = (name: string, each: (k: string) => string[]): string =>
      [name, ...shown.flatMap(each)].join(',');
    const rows = [
      header('scorer', () => ['me', 'me']),
      header('bodyparts', (k) => [k, k]),
      header('coords', () => ['x', 'y']),
    ];
    for (let i = 0; i < pictures; i++) {
      const frame = i * 5;
      const name = `img${String(i).padStart(3, '0')}.png`;
      writeFileSync(join(data, name), await encodePng(field.frame(frame)));
      const { points } = field.label(frame).instances[0];
      const cells = shown.flatMap((k) => {
        const point = points[field.truth.pose.skeleton.keypoints.indexOf(k)];
        return point === null ? ['', ''] : [`${point.x}`, `${point.y}`];
      });
      rows.push([`labeled-data/field/${name}`, ...cells].join(','));
    }
    writeFileSync(join(data, 'CollectedData_me.csv'), `${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'dlc', 'config.yaml'),
      `Task: field\nscorer: me\nmultianimalproject:\nproject_path: /another/machine/dlc\nvideo_sets: {}\nbodyparts: [${shown.join(', ')}]\n`,
    );
  });

  it('says what to do with a project that has no labels', () => {
    expect(marey('new', 'empty', '--keypoints', 'nose,tail', '--edges', 'nose-tail').code).toBe(0);
    const { code, err } = marey('train', '--project', 'empty');
    expect(code).toBe(1);
    expect(err).toMatch(/no frame is labeled.*marey import/s);
  });

  it('imports, trains, evaluates and tracks', () => {
    const imported = marey('import', 'dlc', '--to', 'mouse', '--json');
    expect(imported.json).toMatchObject({ frames: pictures, keypoints: shown });

    const trained = marey('train', '--project', 'mouse', '--minutes', '0.15', '--network', 'fast', '--json');
    expect(trained.code, trained.err).toBe(0);
    expect(trained.json.reused).toBe(false);

    const evaluated = marey('evaluate', '--project', 'mouse', '--json');
    expect(evaluated.code, evaluated.err).toBe(0);
    expect(Object.keys(evaluated.json)).toEqual(expect.arrayContaining(['testErrorPx', 'trainErrorPx', 'n']));
    expect(evaluated.json.n).toBe(5 * shown.length);
    expect(evaluated.json.testErrorPx).toBeGreaterThan(0);
    expect(evaluated.json.report).toBe(join(project, 'report.html'));
    expect(evaluated.json.sizeCurve).toBeNull();
    const page = readFileSync(join(project, 'report.html'), 'utf8');
    for (const figure of ['keypoint-errors', 'pck-curve', 'worst-frames', 'reliability', 'confidence-cut'])
      expect(page).toContain(`<figure id="${figure}"`);
    expect(page).not.toMatch(/https?:|<script/i);
    const elsewhere = join(folder, 'elsewhere.html');
    marey('evaluate', '--project', 'mouse', '--report', 'elsewhere.html');
    expect(readFileSync(elsewhere, 'utf8')).toBe(page);

    const out = join(folder, 'track.csv');
    const video = join(folder, 'dlc', 'labeled-data', 'field');
    const tracked = marey('track', video, '--project', 'mouse', '--out', out, '--json');
    expect(tracked.code, tracked.err).toBe(0);
    expect(tracked.json).toMatchObject({ frames: pictures, out });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines.slice(0, 3).map((l) => l.split(',')[0])).toEqual(['scorer', 'bodyparts', 'coords']);
    expect(lines).toHaveLength(3 + pictures);

    const labeled = join(folder, 'labeled.mp4');
    const drawn = marey('track', video, '--project', 'mouse', '--out', out, '--video', labeled, '--json');
    expect(drawn.code, drawn.err).toBe(0);
    expect(drawn.json).toMatchObject({ frames: pictures, labeledVideo: labeled });
    expect(readFileSync(labeled).indexOf('ftyp')).toBe(4);
    for (const [wrong, why] of [
      [labeled, 'would overwrite the recording'],
      [join(folder, 'labeled.avi'), 'ends in .mp4'],
    ]) {
      const refused = marey('track', labeled, '--project', 'mouse', '--video', wrong);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain(why);
    }

    const again = marey('train', '--project', 'mouse', '--minutes', '0.15', '--network', 'fast', '--json');
    expect(again.json).toMatchObject({ reused: true, model: trained.json.model });
    const info = marey('info', '--project', 'mouse').err;
    expect(info).toContain('24 frames');
    expect(info).toMatch(/train +up to date/);
    expect(info).toMatch(/track +blocked +marey.yaml lists no video/);
    expect(marey('doctor', '--project', 'mouse', '--json').json.healthy).toBe(true);
  });

  it('refuses a video that is none', () => {
    writeFileSync(join(folder, 'not-a-video.mp4'), 'text');
    const bad = marey('track', 'not-a-video.mp4', '--project', project);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('not-a-video.mp4');
  });
});
