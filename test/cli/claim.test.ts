import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { marey } from './marey.ts';
import { temporaryFolder } from '../project/temporary.ts';

describe('marey claim', () => {
  it('says the verdict first, on the screen and on the page, and what was changed since a result was seen', () => {
    const folder = temporaryFolder();
    const random = new Random('shown');
    const rows = ['x,<y>,u1,u2'];
    for (let t = 0, x = 0, y = 0; t < 400; t++) {
      [x, y] = [0.8 * x + random.normal(), 0.8 * y + random.normal()];
      rows.push(
        [x, y, random.poisson(Math.exp(1 + 0.4 * x)), random.poisson(Math.exp(1 - 0.4 * x))].join(','),
      );
    }
    writeFileSync(join(folder, 'a.csv'), rows.join('\n'));
    const file = join(folder, 'a.yaml');
    const text = `claim: x or <y>?
data: {files: [a.csv], bin: 0.1}
activity: {of: [u1, u2]}
hypotheses: {x: [{of: x}], <y>: [{of: <y>}]}
chance: {shifts: 59}
resamples: 100
recoveries: 5
folds: 3
`;
    writeFileSync(file, text);
    const first = marey(folder, ['claim', file]);
    expect(first.code).toBe(0);
    expect(first.err).toMatch(/^"x" predicts this activity better than chance/m);
    expect(first.err).not.toMatch(/Changed after/);
    const report = join(folder, 'a.results', 'report.html');
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('<h1>x or &lt;y&gt;?</h1>');
    expect(page).not.toContain('<y>');
    expect(page).toMatch(
      /class="summary"><p>&quot;x&quot; predicts this activity|class="summary"><p>"x" predicts/,
    );

    writeFileSync(file, text.replace('folds: 3', 'folds: 4'));
    const second = marey(folder, ['claim', file, '--json']);
    const result = JSON.parse(second.out.trim().split('\n').at(-1)!) as {
      changes: { what: string[] }[];
      ranking: { name: string; score: number; chance: number }[];
    };
    expect(result.changes.map((c) => c.what)).toEqual([['folds']]);
    expect(result.ranking[0].name).toBe('x');
    expect(result.ranking[0].score).toBeGreaterThan(result.ranking[0].chance);
    expect(readFileSync(report, 'utf8')).toContain(
      'This claim was changed after a result of it had been seen',
    );
  });

  it('says which line of the file is wrong', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'b.yaml'), 'claim: what?\ndata: {bin: -1}\n');
    const { code, err } = marey(folder, ['claim', join(folder, 'b.yaml')]);
    expect(code).toBe(1);
    expect(err).toMatch(/b\.yaml:2:8/);
  });
});
