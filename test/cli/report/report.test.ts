import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderReport, type Picture, type ReportData } from '../../../src/cli/report/index.ts';

const picture: Picture = { bytes: Uint8Array.of(1, 2, 3, 250), type: 'image/png', width: 80, height: 60 };

/** Every part present; names come from `name` so that a test can make them hostile. */
function full(name: string): ReportData {
  const paws = ['fore', 'hind'].map((side) => ({
    name: `${name} ${side}`,
    stances: [0, 1, 2, 3].map((k) => ({ contactSeconds: 0.4 * k + 0.1, liftSeconds: 0.4 * k + 0.35 })),
    trueStances: [{ contactSeconds: 0.12, liftSeconds: 0.34 }],
  }));
  const strides = paws.flatMap((p) =>
    [1, 2, 3].map((k) => ({ paw: p.name, speed: 100 * k, length: 20 + 10 * k, duty: 0.8 - 0.1 * k })),
  );
  return {
    title: `Report of ${name}`,
    subtitle: name,
    date: '2026-11-24',
    version: '0.1.0',
    summary: [`What ${name} did.`],
    cautions: [`Beware of ${name}.`],
    keyNumbers: [
      {
        name: `Error of ${name}`,
        value: 1.4159,
        unit: 'px',
        interval: { low: 1.2, high: 1.7, meaning: `95 % over ${name}` },
        from: { count: 12, what: 'held-out frame' },
        truth: 1.5,
        note: name,
        caution: name,
      },
    ],
    training: {
      x: { name: 'Training step', unit: '1' },
      panels: [
        { name: 'Loss', unit: '1', log: true, curves: [{ name, x: [0, 10, 20], y: [1, 0.1, 0.02] }] },
        { name: 'Error', unit: 'px', curves: [{ name, x: [0, 10, 20], y: [9, NaN, 2] }] },
      ],
      chosen: { x: 20, why: name },
      cautions: [name],
    },
    errors: {
      unit: 'px',
      split: { kind: 'random', trainFrames: 8, testFrames: 2 },
      keypoints: [
        { name, errors: [1, 2, NaN] },
        { name: 'tail', errors: [3, 40] },
      ],
      bodyLength: 80,
    },
    keypointErrors: {
      unit: 'px',
      meaning: `95 % over ${name}`,
      all: { name: 'all', count: 30, mean: 3, low: 2, high: 4, nullMean: 50 },
      keypoints: [
        { name, count: 27, mean: 2, low: 1, high: 3, nullMean: 40 },
        { name: 'tail', count: 3, mean: 30, low: 9, high: 70, nullMean: 60 },
        { name: 'never labeled', count: 0, mean: NaN, low: NaN, high: NaN, nullMean: NaN },
      ],
      cautions: [name],
    },
    confidenceCut: {
      unit: 'px',
      curve: [
        { cut: 0.9, kept: 0.1, mean: 1 },
        { cut: 0.6, kept: 0.5, mean: 2 },
        { cut: 0.1, kept: 1, mean: 6 },
      ],
      table: [{ cut: 0.6, kept: 0.5, mean: 2 }],
      chosen: { cut: 0.6, kept: 0.5, mean: 2 },
      everything: 6,
      cautions: [name],
    },
    sizeCurve: {
      unit: 'px',
      meaning: `95 % over ${name}`,
      points: [
        { frames: 10, mean: 9, low: 8, high: 11, seeds: [9] },
        { frames: 40, mean: 4, low: 3, high: 5, seeds: [4] },
        { frames: 80, mean: 3.9, low: 3, high: 5, seeds: [3.9] },
      ],
      nullMean: 50,
      heldOutFrames: 12,
      bound: `Each point trained for 2 min of ${name}`,
      cautions: [name],
    },
    worstFrames: {
      outOf: 2,
      frames: [
        {
          name: `frame 3 of ${name}`,
          picture,
          points: [
            { keypoint: name, predicted: { x: 10, y: 20, confidence: 0.4 }, true: { x: 13, y: 24 } },
            { keypoint: 'tail', true: { x: 40, y: 30 } },
          ],
          worst: { keypoint: name, error: 5, unit: 'px' },
        },
      ],
    },
    reliability: {
      radius: 4,
      unit: 'px',
      calibratedElsewhere: true,
      bins: [
        { low: 0, high: 0.5, confidence: 0.3, within: 1, count: 4 },
        { low: 0.5, high: 1, confidence: 0.9, within: 36, count: 40 },
      ],
    },
    video: {
      bytes: Uint8Array.of(0, 255, 7),
      type: 'video/mp4',
      width: 320,
      height: 240,
      poster: picture,
      caption: name,
    },
    trajectory: {
      keypoint: name,
      unit: 'mm',
      field: { width: 400, height: 300 },
      x: [0, 30, NaN, 60],
      y: [0, 40, NaN, 80],
      speed: { values: [10, 50, NaN, 20], unit: 'mm/s' },
      truth: { x: [0, 30, 45, 60], y: [0, 40, 60, 80] },
      seconds: 4,
    },
    gait: {
      speedUnit: 'mm/s',
      lengthUnit: 'mm',
      paws,
      strides,
      trueStrides: strides,
      leftOut: [{ reason: name, count: 2 }],
      phases: {
        reference: paws[0].name,
        paws: [{ name: paws[1].name, phases: [3, 3.2], truePhases: [Math.PI] }],
      },
      agreement: [{ name: `Events of ${name}`, value: 98, unit: '%' }],
      cautions: [name],
    },
    provenance: {
      steps: [{ name: 'track', options: `{"video":"${name}"}`, note: name }],
      files: [
        { path: name, what: name, sha256: 'ab12' },
        { path: 'x', what: 'y' },
      ],
      facts: [{ name, value: name }],
    },
  };
}

/** Throws unless every element that is opened is closed in order. */
function checkNesting(html: string): void {
  const open: string[] = [];
  const voids = new Set(['meta', 'br', 'link', 'img', 'input', 'hr']);
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '');
  for (const [tag, closing, name, selfClosing] of body.matchAll(
    /<(\/?)([a-zA-Z][\w]*)(?:"[^"]*"|[^">])*?(\/?)>/g,
  )) {
    if (closing) {
      if (open.pop() !== name) throw new Error(`${tag} closes what is not open (${open.join(' > ')})`);
    } else if (!selfClosing && !voids.has(name)) {
      open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(' > ')}`);
}

const sectionTitles = [
  'How wrong it is',
  'Whether its confidence can be believed',
  'How it learned',
  'What it saw',
  'Gait',
  'Where the numbers come from',
];

describe('a whole report', () => {
  const html = renderReport(full('snout'));

  it('is one well-nested page with all its sections and numbered figures', () => {
    checkNesting(html);
    expect(html.startsWith('<!doctype html>')).toBe(true);
    for (const title of sectionTitles) expect(html).toMatch(new RegExp(`<h2[^>]*>${title}</h2>`));
    const numbers = [...html.matchAll(/<b>Figure (\d+)\./g)].map((m) => Number(m[1]));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(html).not.toContain('class="absent"');
  });

  it('gives every id once and names every drawing', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, labels] of html.matchAll(/aria-labelledby="([^"]+)"/g)) {
      for (const label of labels.split(' ')) expect(ids).toContain(label);
    }
    const drawings = html.match(/<svg /g)!.length;
    expect(html.match(/<svg [^>]*role="img"[^>]*aria-labelledby/g)!.length).toBe(drawings);
    expect(html.match(/<desc /g)!.length).toBeGreaterThanOrEqual(9);
  });

  it('refers to nothing outside itself and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|@import|\bon\w+=/i);
    expect(html).not.toMatch(/https?:|\/\/[a-z]/i);
    const addresses = [...html.matchAll(/(?:src|href|poster)="([^"]*)"/g)].map((m) => m[1]);
    expect(addresses.length).toBeGreaterThan(8);
    for (const address of addresses) expect(address).toMatch(/^(data:(image|video)\/|#)/);
    expect(html).not.toMatch(/url\(/);
    expect(html).toContain(`content="default-src 'none';`.replaceAll("'", '&#39;'));
  });

  it('holds the bytes of pictures and video exactly', () => {
    const [, video] = /src="data:video\/mp4;base64,([^"]+)"/.exec(html)!;
    expect([...Buffer.from(video, 'base64')]).toEqual([0, 255, 7]);
    const [, image] = /<image href="data:image\/png;base64,([^"]+)"/.exec(html)!;
    expect([...Buffer.from(image, 'base64')]).toEqual([...picture.bytes]);
  });

  it('prints key numbers with unit, interval, count and truth', () => {
    expect(html).toMatch(/1\.42<small>px<\/small>/);
    expect(html).toMatch(/1\.20 to 1\.70\u202fpx \(95 % over snout\)/);
    expect(html).toContain('from 12 held-out frames');
    expect(html).toMatch(/truth: 1\.50\u202fpx/);
  });

  it('says what could fool beside the figure it concerns', () => {
    const figure = (id: string): string =>
      html.slice(html.indexOf(`<figure id="${id}"`)).split('</figure>')[0];
    expect(figure('error-distribution')).toMatch(/cautions.*Frames were held out at random/s);
    expect(figure('error-distribution')).toContain('1 point without a prediction');
    expect(figure('error-distribution')).toContain('2 randomly held-out frames');
    expect(figure('keypoint-errors')).toContain('2 keypoints with fewer than 10 labeled points');
    expect(figure('keypoint-errors')).toContain('Not shown to be better than the constant guess: tail.');
    expect(figure('confidence-cut')).toContain('always state both numbers');
    expect(figure('size-curve')).toContain('The last two points cannot be told apart');
    expect(figure('size-curve')).toContain('One seed');
    expect(figure('pck-curve')).toContain('too narrow');
    expect(figure('reliability')).toContain('fewer than 10 points');
    expect(figure('stride-length')).toContain('Only 6 strides');
    expect(figure('limb-phase')).toContain('Fewer than 10 strides');
    const remembered = full('snout');
    const trained = renderReport({
      ...remembered,
      errors: {
        unit: 'px',
        split: { kind: 'none', trainFrames: 90, testFrames: 90 },
        keypoints: [{ name: 'snout', errors: [1, 2] }],
      },
    });
    expect(trained).toContain('not how well it does on new frames');
    expect(trained).not.toContain('held out at random');
  });

  it('computes what its figures say', () => {
    // 2 of the 5 points are within 2.5 px... the shares of the table are over all 5, the missing one counted as wrong.
    const table = html.slice(html.indexOf('<figure id="pck-curve"')).split('</figure>')[0];
    const head = [...table.matchAll(/within ([\d.]+)\u202fpx \(%\)/g)].map((m) => Number(m[1]));
    const [, row] = /<th scope="row">all<\/th>(.*?)<\/tr>/s.exec(table)!;
    const shares = [...row.matchAll(/<td>([\d.]+)<\/td>/g)].map((m) => Number(m[1]));
    const errors = [1, 2, 3, 40];
    expect(shares).toEqual(head.map((radius) => (100 * errors.filter((e) => e <= radius).length) / 5));
    // A straight path of 0,0 to 30,40; the gap is not bridged.
    expect(html).toMatch(/Length of the path as drawn: 50\u202fmm/);
    // |0.3 * 4 - 1| + |0.9 * 40 - 36| = 0.2 of 44 points.
    expect(html).toContain('expected calibration error): 0.0045');
    // The mean of 3 and 3.2 rad, in strides, is 0.493.
    expect(html).toMatch(
      /snout hind<\/th><td>2<\/td><td>0\.493<\/td><td>0\.995<\/td><td>0\.500<\/td><td>1<\/td>/,
    );
  });
});

describe('hostile names', () => {
  const hostile = `<script>alert(1)</script>" onload='x' <img src=x onerror=y> & \u0000`;

  it('are shown and never become markup', () => {
    const html = renderReport(full(hostile));
    checkNesting(html);
    expect(html).not.toMatch(/<script/i);
    expect(html).not.toMatch(/<img/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39;');
    expect(html).not.toContain('\u0000');
    // The same elements as with a tame name: nothing was opened by a name.
    const elements = (page: string): string[] => [...page.matchAll(/<(\w+)/g)].map((m) => m[1]);
    expect(elements(html)).toEqual(elements(renderReport(full('tame'))));
  });

  it('are shown whatever they are', () => {
    const expected = elementsOf(renderReport(full('tame')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        const html = renderReport(full(name));
        checkNesting(html);
        expect(elementsOf(html)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

function elementsOf(html: string): number {
  return [...html.matchAll(/<\w+/g)].length;
}

describe('what is missing', () => {
  it('leaves a page whose every section says why', () => {
    const html = renderReport({
      title: 'Empty',
      training: { absent: 'no network was trained in this project.' },
      gait: { absent: 'the skeleton has no paws.' },
    });
    checkNesting(html);
    for (const title of sectionTitles) expect(html).toContain(title);
    expect(html).not.toContain('<figure');
    expect(html).toContain('Learning curve: no network was trained in this project.');
    expect(html).toContain('Gait: the skeleton has no paws.');
    expect(html).toContain('Reliability of the confidence: not part of this run.');
    expect(html.match(/class="absent"/g)!.length).toBe(8);
    expect(html.match(/<li class="without">/g)!.length).toBe(6);
  });

  it('keeps figures numbered without gaps', () => {
    const { reliability: _, worstFrames: __, ...rest } = full('snout');
    const html = renderReport(rest);
    const numbers = [...html.matchAll(/<b>Figure (\d+)\./g)].map((m) => Number(m[1]));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('says that no stride was found', () => {
    const data = full('snout');
    const html = renderReport({
      ...data,
      gait: { speedUnit: 'mm/s', lengthUnit: 'mm', paws: [], strides: [] },
    });
    expect(html).toContain('no whole stride was found');
    expect(html).toContain('Limb phase: not computed');
  });

  it('draws whatever numbers it is given: none, one, NaN, infinite, negative', () => {
    const number = fc.oneof(
      fc.double({ min: -1e6, max: 1e6 }),
      fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e-12, 1e300),
    );
    const list = fc.array(number, { maxLength: 6 });
    fc.assert(
      fc.property(list, list, list, (a, b, c) => {
        const n = Math.min(a.length, b.length);
        const data = full('snout');
        const html = renderReport({
          ...data,
          keyNumbers: a.map((value) => ({ name: 'n', value, unit: 'px' })),
          training: {
            x: { name: 'Step', unit: '1' },
            panels: [
              { name: 'Loss', unit: '1', log: c.length > 2, curves: [{ name: 'l', x: a, y: b.slice(0, n) }] },
            ],
          },
          errors: {
            unit: 'px',
            split: { kind: 'blocks', trainFrames: 1, testFrames: 1 },
            keypoints: [{ name: 'k', errors: a.map(Math.abs) }],
          },
          keypointErrors: {
            unit: 'px',
            meaning: '95 %',
            all: {
              name: 'all',
              count: 9,
              mean: a[0] ?? NaN,
              low: a[1] ?? NaN,
              high: b[0] ?? NaN,
              nullMean: NaN,
            },
            keypoints: c.map((mean, i) => ({
              name: 'k',
              count: i,
              mean,
              low: a[i] ?? NaN,
              high: b[i] ?? NaN,
              nullMean: c[0],
            })),
          },
          confidenceCut: {
            unit: 'px',
            curve: a.map((mean, i) => ({ cut: i, kept: 0.5, mean })),
            table: [],
            chosen: { cut: 0.6, kept: 0, mean: a[0] ?? NaN },
            everything: c[0] ?? NaN,
          },
          trajectory: {
            keypoint: 'k',
            unit: 'px',
            field: { width: 100, height: 50 },
            x: a.slice(0, n),
            y: b.slice(0, n),
            speed: { values: c, unit: 'px/s' },
            seconds: 1,
          },
          gait: {
            speedUnit: 'px/s',
            lengthUnit: 'px',
            paws: [{ name: 'p', stances: [] }],
            strides: a.map((v, i) => ({ paw: 'p', speed: v, length: b[i] ?? NaN, duty: c[i] ?? NaN })),
            phases: { reference: 'q', paws: [{ name: 'p', phases: c }] },
          },
        });
        checkNesting(html);
        expect(html).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 150 },
    );
  });
});
