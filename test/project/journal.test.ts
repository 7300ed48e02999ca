import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/project/journal.ts';
import { decodeRecord, encodeRecord, parseJournal } from '../../src/project/records.ts';
import { MachineError } from '../../src/signal/error.ts';
import type { Json } from '../../src/signal/provenance.ts';
import { temporaryFolder } from './temporary.ts';

async function newJournal(contents: readonly Json[]): Promise<string> {
  const path = join(temporaryFolder(), 'journal.jsonl');
  await Journal.create(path);
  await using journal = await Journal.open(path);
  await Promise.all(contents.map((content) => journal.append(content)));
  return path;
}

const contentsOf = (journal: Journal): Json[] =>
  journal
    .takeRecords()
    .filter((r) => r.sequence > 0)
    .map((r) => r.content);

describe('a record', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (sequence, value) => {
        const content = JSON.parse(JSON.stringify(value)) as Json;
        const line = encodeRecord({ sequence, content });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(decodeRecord(line.slice(0, -1))).toEqual({ sequence, content });
      }),
    );
  });

  it('is refused when any one character is another', () => {
    const line = encodeRecord({ sequence: 7, content: { at: 'noon', edits: [1.5, 'né'] } }).slice(0, -1);
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(line[at] !== character);
        expect(decodeRecord(line.slice(0, at) + character + line.slice(at + 1))).toBeUndefined();
      }),
    );
  });
});

describe('a journal', () => {
  it('gives back its records in order, and goes on counting', async () => {
    const path = await newJournal(['a', { b: 1 }]);
    await using journal = await Journal.open(path);
    expect(contentsOf(journal)).toEqual(['a', { b: 1 }]);
    expect(journal.problems).toEqual([]);
    expect(await journal.append('c')).toBe(3);
    expect(journal.position).toEqual({ bytes: statSync(path).size, lines: 4, sequence: 4 });
  });

  it('numbers records that are handed in together in the order of the calls', async () => {
    const path = await newJournal([]);
    await using journal = await Journal.open(path);
    const numbers = await Promise.all(Array.from({ length: 200 }, (_, i) => journal.append(i)));
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    await using again = await Journal.open(path, { readOnly: true });
    expect(contentsOf(again)).toEqual(numbers.map((n) => n - 1));
  });

  it('cut off at any byte keeps every record before the cut, and the rest as evidence', async () => {
    const path = await newJournal(['first', { second: 'zweiter Eintrag, größer' }, [3]]);
    const whole = readFileSync(path);
    const ends = [...whole].flatMap((byte, i) => (byte === 0x0a ? [i + 1] : []));
    for (let cut = ends[0]; cut <= whole.length; cut++) {
      const folder = temporaryFolder();
      const copy = join(folder, 'journal.jsonl');
      writeFileSync(copy, whole.subarray(0, cut));
      const kept = ends.filter((end) => end <= cut).length;
      {
        await using journal = await Journal.open(copy);
        expect(contentsOf(journal)).toHaveLength(kept - 1);
        const torn = cut > ends[kept - 1];
        expect(journal.problems.map((p) => [p.kind, p.line])).toEqual(torn ? [['unfinished', kept + 1]] : []);
        expect(await journal.append('after')).toBe(kept);
        const evidence = readdirSync(folder).filter((name) => name.startsWith('torn-'));
        expect(evidence.map((name) => readFileSync(join(folder, name)))).toEqual(
          torn ? [whole.subarray(ends[kept - 1], cut)] : [],
        );
      }
      const parsed = parseJournal(readFileSync(copy));
      expect([parsed.problems, parsed.torn]).toEqual([[], undefined]);
      expect(parsed.records.at(-1)?.content).toBe('after');
    }
  });

  it('keeps the evidence of every crash, even at the same record', async () => {
    const path = await newJournal(['a']);
    for (const remains of ['12ab', 'cd34']) {
      writeFileSync(path, remains, { flag: 'a' });
      await using journal = await Journal.open(path);
      expect(journal.problems).toHaveLength(1);
    }
    const folder = dirname(path);
    expect(readFileSync(join(folder, 'torn-2.bin'), 'utf8')).toBe('12ab');
    expect(readFileSync(join(folder, 'torn-2-1.bin'), 'utf8')).toBe('cd34');
  });

  it('opened for reading repairs nothing', async () => {
    const path = await newJournal(['a']);
    writeFileSync(path, 'half a rec', { flag: 'a' });
    const before = readFileSync(path);
    await using journal = await Journal.open(path, { readOnly: true });
    expect(contentsOf(journal)).toEqual(['a']);
    expect(journal.problems).toMatchObject([{ kind: 'unfinished', line: 3 }]);
    await expect(journal.append('b')).rejects.toThrow(/reading only/);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dirname(path))).toEqual(['journal.jsonl']);
  });

  it('names the line of a damaged record, reads the others, and goes on', async () => {
    const path = await newJournal(['a', 'b', 'c', 'd']);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"b"', '"x"'));
    {
      await using journal = await Journal.open(path);
      expect(journal.problems).toMatchObject([{ kind: 'damaged', line: 3 }]);
      expect(contentsOf(journal)).toEqual(['a', 'c', 'd']);
      expect(await journal.append('e')).toBe(5);
    }
    await using again = await Journal.open(path);
    expect(again.problems).toHaveLength(1);
    expect(contentsOf(again)).toEqual(['a', 'c', 'd', 'e']);
  });

  it('says which records are gone and which come twice', async () => {
    const lines = readFileSync(await newJournal(['a', 'b', 'c', 'd']), 'utf8')
      .trimEnd()
      .split('\n');
    const parse = (chosen: number[]): ReturnType<typeof parseJournal> =>
      parseJournal(Buffer.from(chosen.map((i) => `${lines[i]}\n`).join('')));
    expect(parse([0, 1, 4]).problems).toEqual([
      { kind: 'damaged', line: 3, what: 'records 2 to 3 are not all there before it' },
    ]);
    const twice = parse([0, 1, 2, 1, 2, 3]);
    expect(twice.problems.map((p) => p.line)).toEqual([4, 5]);
    expect(twice.records.map((r) => r.sequence)).toEqual([0, 1, 2, 3]);
  });

  it('survives any change of its bytes: what it returns is what was written, and the rest is reported', async () => {
    const contents = ['alpha', { x: 1 }, [1, 2, 3], 'delta'];
    const whole = readFileSync(await newJournal(contents));
    const expected = new Map(contents.map((content, i) => [i + 1, content]));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          fc.pre(changes.some(([at]) => bytes[at] !== whole[at]));
          const { records, problems, torn } = parseJournal(bytes);
          for (const { sequence, content } of records) {
            if (sequence > 0) expect(content).toEqual(expected.get(sequence));
          }
          expect(problems.length > 0 || torn !== undefined).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads on from a place it noted, and from the start where the place is not in it', async () => {
    const path = await newJournal(['a', 'b']);
    const journal = await Journal.open(path);
    const from = journal.position;
    await journal.append('c');
    await journal[Symbol.asyncDispose]();
    await using resumed = await Journal.open(path, { readOnly: true, from });
    expect([resumed.resumed, contentsOf(resumed)]).toEqual([true, ['c']]);
    const elsewhere = { ...from, bytes: from.bytes - 1 };
    await using whole = await Journal.open(path, { readOnly: true, from: elsewhere });
    expect([whole.resumed, contentsOf(whole)]).toEqual([false, ['a', 'b', 'c']]);
  });

  it('of a newer Marey is refused and left as it is', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const newer = encodeRecord({ sequence: 0, content: { journal: 'marey labels', version: 9 } });
    writeFileSync(path, `${newer}torn`);
    await expect(Journal.open(path)).rejects.toThrow(/newer Marey.*version 9.*Nothing was changed/);
    expect(readFileSync(path, 'utf8')).toBe(`${newer}torn`);
  });

  it('that is missing is an error, not an empty one', async () => {
    await expect(Journal.open(join(temporaryFolder(), 'journal.jsonl'))).rejects.toThrow(
      /is missing.*backup/,
    );
  });

  it('writes nothing where its guard refuses, and tells all who wait', async () => {
    const path = await newJournal(['a']);
    const before = readFileSync(path);
    let failures = 0;
    const guard = async (): Promise<void> => {
      throw new MachineError('taken over');
    };
    await using journal = await Journal.open(path, { guard, onFailure: () => failures++ });
    const results = await Promise.allSettled(['b', 'c', 'd'].map((c) => journal.append(c)));
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(failures).toBe(1);
    expect(readFileSync(path)).toEqual(before);
  });
});
