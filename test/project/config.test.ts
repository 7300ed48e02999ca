import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigFile, configText, editConfig } from '../../src/project/config.ts';
import { InputError } from '../../src/signal/error.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { temporaryFolder } from './temporary.ts';

const text = `# my mouse
marey: 1
name: open field   # the big arena
skeleton:
  keypoints: [snout, leftear, rightear, tailbase]
  edges: [[snout, leftear], [snout, rightear]]
individuals: [m4]
recordings:
  - name: m4s1
    videos: [videos/m4s1.mp4]
    framesPerSecond: 30   # measured with the LED
steps:
  train: {minutes: 15, size: fast}
`;

const parse = (changed: string): ConfigFile => ConfigFile.parse('/p/marey.yaml', changed);

function complaint(changed: string): InputError {
  try {
    parse(changed);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('marey.yaml', () => {
  it('is read', () => {
    const { config } = parse(text);
    expect(config.name).toBe('open field');
    expect(config.skeleton).toEqual({
      keypoints: ['snout', 'leftear', 'rightear', 'tailbase'],
      edges: [
        [0, 1],
        [0, 2],
      ],
      symmetries: [[1, 2]],
    });
    expect(config.recordings).toEqual([{ name: 'm4s1', videos: ['videos/m4s1.mp4'], framesPerSecond: 30 }]);
    expect(config.steps).toEqual({ train: { minutes: 15, size: 'fast' } });
  });

  it('may say nothing but its version', () => {
    expect(parse('marey: 1').config).toEqual({
      marey: 1,
      name: '',
      skeleton: { keypoints: [], edges: [], symmetries: [] },
      individuals: ['individual'],
      recordings: [],
      steps: {},
    });
  });

  it.each([
    [
      'a mistyped key',
      ['individuals:', 'indviduals:'],
      '7:1',
      'unknown key "indviduals". Did you mean "individuals"?',
    ],
    [
      'a mistyped key deep inside',
      ['framesPerSecond', 'framePerSecond'],
      '11:5',
      'Did you mean "framesPerSecond"?',
    ],
    ['a key that is like none', ['  edges', '  colour'], '6:3', 'Known here: keypoints, edges, symmetries.'],
    ['a wrong type', ['Second: 30', 'Second: fast'], '11:5', 'recordings[0].framesPerSecond: Invalid input'],
    ['an edge to nowhere', ['[snout, rightear]', '[snout, rihgtear]'], '6:37', 'Did you mean "rightear"?'],
    [
      'a keypoint named twice',
      ['rightear, tailbase', 'rightear, snout'],
      '5:41',
      'It stands already at /p/marey.yaml:5:15',
    ],
    ['a folder in the name', ['name: m4s1', 'name: ../m4s1'], '9:5', 'a name that a folder can have'],
    ['no YAML', ['[m4]', '[m4'], '8:1', 'YAML 1.2'],
    ['a key twice', ['name: open field', 'marey: 1'], '3:1', 'Map keys must be unique'],
    ['a tag that asks for code', ['[m4]', '!!js/function "x"'], '7:14', 'Unresolved tag'],
    ['no animal', ['[m4]', '[]'], '7:1', 'individuals'],
  ])('%s is refused with its place', (_, [from, to], place, message) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    const { facts, message: said } = complaint(changed);
    expect(said).toContain(message);
    expect(facts.where).toBe(`/p/marey.yaml:${place}`);
  });

  it('names every complaint at once', () => {
    const { message } = complaint(text.replace('individuals', 'indviduals').replace('30 ', 'x '));
    expect(message).toContain('marey.yaml:11:5');
    expect(message).toContain('marey.yaml:7:1');
  });

  it('of a newer Marey is refused as such, whatever else it says', () => {
    const { message, facts } = complaint(text.replace('marey: 1', 'marey: 2\nclouds: {x: 1}'));
    expect(message).toMatch(/newer Marey.*format 2.*Nothing was changed/);
    expect(facts.where).toBe('/p/marey.yaml:2:1');
  });

  it('that is no map, or expands without end, is refused', () => {
    expect(complaint('just text').message).toContain('the file');
    expect(complaint('').message).toContain('the file');
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let i = 0; i < 9; i++) {
      const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
      bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(',')}]`);
    }
    expect(complaint(bomb.join('\n')).message).toContain('Excessive alias count');
  });

  it('checks the options of a step by the step’s schema and names the line', () => {
    const file = parse(text);
    const options = z.strictObject({ minutes: z.number().default(10), size: z.enum(['fast', 'accurate']) });
    expect(file.stepOptions('train', options)).toEqual({ minutes: 15, size: 'fast' });
    const other = z.strictObject({ minutes: z.number(), sizes: z.string().optional() });
    expect(() => file.stepOptions('train', other)).toThrow(/13:24.*unknown key "size".*"sizes"/);
    expect(file.stepOptions('track', z.object({ batch: z.number().default(8) }))).toEqual({ batch: 8 });
  });
});

describe('editing marey.yaml', () => {
  it('keeps comments and what it does not touch', async () => {
    const path = join(temporaryFolder(), 'marey.yaml');
    writeFileSync(path, text);
    const edited = await editConfig(path, (now) => [
      [['recordings', now.recordings.length], { name: 'm5', videos: ['/data/m5.avi'] }],
      [['individuals'], ['m4', 'm5']],
      [['steps', 'train', 'minutes'], 30],
      [['steps', 'train', 'size'], undefined],
    ]);
    expect(edited.config.recordings.map((r) => r.name)).toEqual(['m4s1', 'm5']);
    const expected = text
      .replace('[m4]', '[m4, m5]')
      .replace('{minutes: 15, size: fast}', '{minutes: 30}')
      .replace('the LED\n', 'the LED\n  - name: m5\n    videos:\n      - /data/m5.avi\n');
    // YAML's writer puts one space before a comment.
    const oneSpace = (t: string): string => t.replaceAll(/ +#/g, ' #');
    expect(oneSpace(readFileSync(path, 'utf8'))).toBe(oneSpace(expected));
  });

  it('that would break it changes nothing', async () => {
    const path = join(temporaryFolder(), 'marey.yaml');
    writeFileSync(path, text);
    await expect(editConfig(path, () => [[['individuals'], []]])).rejects.toThrow(InputError);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('a new marey.yaml', () => {
  it('says what it was given, with names that YAML could take for something else', () => {
    const given = {
      name: 'yes: # "no"',
      skeleton: skeleton(['null', 'left: ear', 'right: ear', '1'], [['null', '1']]),
      individuals: ['a, b', '~'],
      recordings: [{ name: 'on', videos: ['C:\\films\\a b.avi', 'x/y.mp4'] }],
      steps: { train: { minutes: 3, crop: [1, 2] } },
    };
    expect(ConfigFile.parse('p', configText(given)).config).toEqual({ marey: 1, ...given });
    expect(ConfigFile.parse('p', configText()).config.skeleton.keypoints).toEqual([]);
  });
});
