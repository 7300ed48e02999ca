import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import {
  activeCorrections,
  applyCorrectionEdits,
  copyCorrections,
  correctionKind,
  type CorrectionEdit,
  type CorrectionState,
} from '../../src/project/corrections.ts';
import { Project } from '../../src/project/index.ts';
import { replayEdits } from '../../src/project/journaled-edits.ts';
import { parseJournal } from '../../src/project/records.ts';
import { MachineError, UsageError } from '../../src/signal/error.ts';
import { killChild } from './killed.ts';
import { temporaryFolder } from './temporary.ts';

const move = (id: string, x = 1, track = 'walk'): CorrectionEdit => ({
  op: 'correct',
  track,
  id,
  on: 'key',
  change: { kind: 'move', individual: 'individual', keypoint: 'nose', frame: 3, x, y: 2 },
});

const newProject = (): Promise<Project> =>
  Project.create(join(temporaryFolder(), 'project'), { name: 'corrected' });

describe('edits of corrections', () => {
  /** Draws edits that fit a state, some of them several at once. */
  function randomEdits(state: CorrectionState, random: Random, n: number): CorrectionEdit[] {
    const track = `t${random.integer(2)}`;
    const known = [...(state.get(track)?.keys() ?? [])];
    if (known.length === 0 || random.uniform() < 0.5)
      return [move(`c${n}`, n, track), move(`d${n}`, n, track)];
    const id = known[random.integer(known.length)];
    return [{ op: random.uniform() < 0.6 ? 'withdraw' : 'restore', track, id }];
  }

  const active = (state: CorrectionState) => ['t0', 't1'].map((t) => activeCorrections(state, t));

  it('done and undone, all the way back and forth again, are as they were at each step', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const state: CorrectionState = new Map();
        const seen = [active(state)];
        const undos: CorrectionEdit[][] = [];
        for (let n = 0; n < 12; n++) {
          undos.push(applyCorrectionEdits(state, randomEdits(state, random, n)).undo);
          seen.push(active(state));
        }
        const redos: CorrectionEdit[][] = [];
        for (let n = 11; n >= 0; n--) {
          redos.push(applyCorrectionEdits(state, undos[n]).undo);
          expect(active(state)).toEqual(seen[n]);
        }
        for (let n = 0; n < 12; n++) {
          applyCorrectionEdits(state, redos[11 - n]);
          expect(active(state)).toEqual(seen[n + 1]);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('are all done or none, and reverting leaves no trace', () => {
    const state: CorrectionState = new Map();
    applyCorrectionEdits(state, [move('a')]);
    const before = copyCorrections(state);
    expect(() =>
      applyCorrectionEdits(state, [move('b'), { op: 'withdraw', track: 'walk', id: 'c' }]),
    ).toThrow(UsageError);
    expect(state).toEqual(before);
    expect(() => applyCorrectionEdits(state, [move('a')])).toThrow(/already/);
    applyCorrectionEdits(state, [move('b'), { op: 'withdraw', track: 'walk', id: 'a' }]).revert();
    expect(state).toEqual(before);
    const empty: CorrectionEdit = {
      ...(move('e') as Extract<CorrectionEdit, { op: 'correct' }>),
      change: { kind: 'check', individual: 'individual', first: 5, last: 4 },
    };
    expect(() => applyCorrectionEdits(state, [empty])).toThrow(/holds no frame/);
  });
});

describe('the corrections of a project', () => {
  it('are on the disk when they are answered, and are there again', async () => {
    const project = await newProject();
    expect(existsSync(project.layout.corrections)).toBe(false);
    const receipts = await Promise.all(
      ['a', 'b', 'c'].map((id) => project.corrections.edit([move(id)], { by: 'Ada' })),
    );
    expect(receipts.map((r) => r.sequence)).toEqual([1, 2, 3]);
    await project.corrections.edit(receipts[1].undo);
    await project[Symbol.asyncDispose]();
    await using again = await Project.open(project.root);
    expect(again.corrections.recordCount).toBe(4);
    expect(activeCorrections(again.corrections.state, 'walk').map(({ id }) => id)).toEqual(['a', 'c']);
    expect(readFileSync(project.layout.corrections, 'utf8')).toContain('"by":"Ada"');
  });

  it('cannot be changed by who only reads, and one that is damaged takes no other with it', async () => {
    const project = await newProject();
    await project.corrections.edit([move('a')]);
    await project.corrections.edit([move('b')]);
    await project[Symbol.asyncDispose]();
    const reader = await Project.open(project.root, { readOnly: true });
    await expect(reader.corrections.edit([move('z')])).rejects.toThrow(MachineError);
    expect(activeCorrections(reader.corrections.state, 'walk')).toHaveLength(2);
    appendFileSync(project.layout.corrections, '00000000 3 {"edits":[]}\n');
    await using again = await Project.open(project.root);
    expect(again.corrections.problems.map(({ kind }) => kind)).toEqual(['damaged']);
    await again.corrections.edit([move('c')]);
    expect(activeCorrections(again.corrections.state, 'walk').map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  const kills = process.env.MAREY_FULL === '1' ? 300 : 4;
  it(`survive ${kills} kills without losing one that was confirmed`, { timeout: 600_000 }, async () => {
    const project = await newProject();
    await project[Symbol.asyncDispose]();
    const { root, layout } = project;
    const random = new Random('kills of corrections');
    const confirmed: { sequence: number; edits: CorrectionEdit[] }[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const { said, errors } = await killChild(['correct', root, String(kill)], {
        after: 'first line',
        ms: random.uniform(0, 60),
      });
      expect(errors).toBe('');
      confirmed.push(...(said as typeof confirmed));
      await using again = await Project.open(root);
      const journal = parseJournal(readFileSync(layout.corrections));
      expect(journal.problems).toEqual([]);
      const lost = confirmed.filter(({ sequence, edits }) => {
        const content = journal.records[sequence]?.content as { edits: CorrectionEdit[] } | undefined;
        return !isDeepStrictEqual(content?.edits, edits);
      });
      expect(lost).toEqual([]);
      const state = correctionKind.empty();
      expect(replayEdits(correctionKind, state, journal.records)).toEqual([]);
      expect(again.corrections.state).toEqual(state);
    }
    expect(confirmed.length).toBeGreaterThan(kills);
  });
});
