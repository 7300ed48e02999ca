import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { replay } from '../../src/project/labels.ts';
import { Project, sha256OfBytes, type Edit } from '../../src/project/index.ts';
import { parseJournal } from '../../src/project/records.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { killChild } from './killed.ts';
import { temporaryFolder } from './temporary.ts';

// Every kill hits the same project again, so that what one crash leaves is what the next one meets.
const full = process.env.MAREY_FULL === '1';
const random = new Random('kills');

/** Most kills come while work is under way, some while the process still opens the project. */
function moment(): { after: 'start' | 'first line'; ms: number } {
  if (random.uniform() < 0.2) return { after: 'start', ms: random.uniform(50, 400) };
  return { after: 'first line', ms: random.uniform(0, 120) };
}

async function newProject(): Promise<string> {
  const root = join(temporaryFolder(), 'project');
  const project = await Project.create(root, { name: 'killed', skeleton: skeleton(['nose', 'tail', 'paw']) });
  await project[Symbol.asyncDispose]();
  return root;
}

describe('a process that is killed', { timeout: 30 * 60_000 }, () => {
  const labelKills = full ? 300 : 30;
  it(`while labeling, ${labelKills} times, loses no confirmed edit, and the project opens every time`, async () => {
    const root = await newProject();
    const confirmed: { sequence: number; edits: Edit[] }[] = [];
    for (let kill = 0; kill < labelKills; kill++) {
      const { said, errors } = await killChild(['label', root, String(kill)], moment());
      expect(errors).toBe('');
      confirmed.push(...(said as typeof confirmed));

      const reader = await Project.open(root, { readOnly: true });
      await using project = await Project.open(root);
      const journal = parseJournal(readFileSync(project.layout.journal));
      expect(journal.problems).toEqual([]);
      expect(journal.torn).toBeUndefined();
      const lost = confirmed.filter(({ sequence, edits }) => {
        const content = journal.records[sequence]?.content as { edits: Edit[] } | undefined;
        return !isDeepStrictEqual(content?.edits, edits);
      });
      expect(lost).toEqual([]);
      // What opening makes of snapshot and tail is what the whole journal says.
      const { state, problems } = replay(new Map(), journal.records);
      expect(problems).toEqual([]);
      for (const labels of [reader.labels, project.labels]) {
        expect(labels.problems.filter((p) => p.kind === 'damaged')).toEqual([]);
        expect(labels.size).toBe(state.size);
        for (const [key, frame] of state) expect(labels.frame(key)).toEqual(frame);
      }
    }
    expect(confirmed.length).toBeGreaterThan(labelKills);
    if (full) console.log(`${labelKills} kills, ${confirmed.length} confirmed edits, 0 lost`);
  });

  const importKills = full ? 100 : 8;
  it(`while importing, ${importKills} times, has all labels of an import or none`, async () => {
    const root = await newProject();
    const set = join(root, '..', 'set');
    mkdirSync(set);
    for (let i = 0; i < 12; i++) writeFileSync(join(set, `img${i}.png`), `picture ${i}`);
    let last = -1;
    for (let kill = 0; kill < importKills; kill++) {
      const { said, errors } = await killChild(['import', root, String(kill)], moment());
      expect(errors).toBe('');
      last = (said.at(-1) as { n: number } | undefined)?.n ?? last;
      await using project = await Project.open(root);
      expect(project.labels.problems.filter((p) => p.kind === 'damaged')).toEqual([]);
      const { frames } = project.labels.labelSet();
      expect([0, 12]).toContain(frames.length);
      const values = new Set(
        frames.flatMap((f) => f.instances.flatMap((i) => i.points.map((p) => p?.x ?? NaN))),
      );
      expect(values.size).toBe(frames.length === 0 ? 0 : 1);
      if (last >= 0) expect([...values][0]).toBeGreaterThanOrEqual(last);
      for (const { picture } of frames)
        expect(readFileSync(join(root, picture.image!), 'utf8')).toMatch(/^picture \d+$/);
    }
    expect(last).toBeGreaterThanOrEqual(0);
  });

  const outputKills = full ? 300 : 12;
  it(`while writing outputs, ${outputKills} times, leaves only whole ones`, async () => {
    const root = await newProject();
    const confirmed: string[] = [];
    for (let kill = 0; kill < outputKills; kill++) {
      const { said, errors } = await killChild(['output', root, String(kill)], moment());
      expect(errors).toBe('');
      confirmed.push(...(said as { key: string }[]).map((s) => s.key));
    }
    await using project = await Project.open(root);
    const keys = await project.outputs.keys();
    expect(confirmed.filter((key) => !keys.includes(key))).toEqual([]);
    for (const key of keys) expect(await project.outputs.find(key)).toBeDefined();
    expect(keys).toContain(await project.models.get('latest'));
    expect(await project.outputs.unfinished()).toEqual([]);
    expect(readdirSync(join(root, 'objects', '.tmp'))).toEqual([]);
    if (full) console.log(`${outputKills} kills, ${confirmed.length} confirmed outputs, 0 lost, 0 damaged`);
  });

  const exportKills = full ? 300 : 12;
  it(`while exporting, ${exportKills} times, leaves the last whole file`, async () => {
    const root = await newProject();
    const path = join(root, 'tracks', 'export.csv');
    let last = -1;
    for (let kill = 0; kill < exportKills; kill++) {
      const { said, errors } = await killChild(['export', root, String(kill)], moment());
      expect(errors).toBe('');
      last = (said.at(-1) as { n: number } | undefined)?.n ?? last;
      if (last < 0) continue;
      const lines = readFileSync(path, 'utf8').split('\n');
      const n = Number(lines[0].split(',')[0]);
      expect(n).toBeGreaterThanOrEqual(last);
      expect(lines).toEqual([...Array.from({ length: 200 }, (_, row) => `${n},${row}`), `end ${n}`, '']);
    }
    expect(last).toBeGreaterThanOrEqual(0);
    // Opening a project sweeps up what the kills left beside the file.
    await using project = await Project.open(root);
    expect(readdirSync(join(project.root, 'tracks')).filter((name) => name.includes('~'))).toEqual([]);
    expect(sha256OfBytes(readFileSync(path))).toHaveLength(64);
  });
});
