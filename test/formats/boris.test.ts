import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBorisProject } from '../../src/formats/boris/project.ts';
import { readBoris as read, writeBoris } from '../../src/formats/boris/tabular.ts';
import { InputError } from '../../src/signal/error.ts';
import { Events, type Event } from '../../src/signal/events.ts';

const head = {
  observation: 'day 1, "open"',
  video: 'walk.mp4',
  durationSeconds: 12.5,
  framesPerSecond: 30,
  subject: 'mouse',
};
const provenance = { step: 'test' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const readBoris = (text: string, name: string): Events => read(bytes(text), { name, provenance });

describe('tables of behavior', () => {
  it('of bouts that do not overlap in one behavior and of points read back as they were written', () => {
    const label = fc.constantFrom('groom', 'rear, "high"', 'freeze');
    const gaps = fc.array(fc.tuple(label, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(gaps, (list) => {
        let at = 0;
        const events = list.map(([name, gap, length]): Event => {
          const startSeconds = (at += gap / 7);
          const end = (at += length / 7);
          return {
            startSeconds,
            ...(end > startSeconds ? { endSeconds: end } : {}),
            label: name,
            source: 'BORIS',
          };
        });
        const written = writeBoris(new Events(events, { name: 'b', provenance }), head);
        const sorted = (all: Iterable<Event>): string[] =>
          [...all].map((e) => JSON.stringify(e, Object.keys(e).sort())).sort();
        expect(sorted(readBoris(written, 'file'))).toEqual(sorted(events));
      }),
      { seed: 1 },
    );
  });

  it('are read by the names of their columns, whatever the version, and aggregated ones too', () => {
    const flat =
      'Observation id\tDescription\tBehavior\tBehavior type\tTime\n' +
      'o\t\tgroom\tSTART\t1.5\no\t\tpeep\tPOINT\t2\no\t\tgroom\tSTOP\t3\n';
    expect([...readBoris(flat, 'f')]).toEqual([
      { startSeconds: 1.5, endSeconds: 3, label: 'groom', source: 'BORIS' },
      { startSeconds: 2, label: 'peep', source: 'BORIS' },
    ]);
    const aggregated = '\uFEFFSubject,Behavior,Start (s),Stop (s)\r\nm,groom,1,2.5\r\nm,peep,3,3\r\n';
    expect([...readBoris(aggregated, 'f')]).toEqual([
      { startSeconds: 1, endSeconds: 2.5, label: 'groom', source: 'BORIS' },
      { startSeconds: 3, label: 'peep', source: 'BORIS' },
    ]);
  });

  it.each([
    ['no table of behavior', 'a,b\n1,2\n'],
    ['a time is no number', 'Time,Behavior,Status\nsoon,groom,START\n'],
    ['starts and does not stop', 'Time,Behavior,Status\n1,groom,START\n'],
    ['stops without a start', 'Time,Behavior,Status\n1,groom,STOP\n'],
    ['neither START, STOP nor POINT', 'Time,Behavior,Status\n1,groom,MAYBE\n'],
  ])('say where they are wrong: %s', (what, text) => {
    expect(() => readBoris(text, 'f')).toThrow(InputError);
    expect(() => readBoris(text, 'f')).toThrow(new RegExp(what));
  });
});

describe('projects of BORIS', () => {
  const project = (events: unknown[], more: Record<string, unknown> = {}): Uint8Array =>
    bytes(
      JSON.stringify({
        behaviors_conf: {
          0: { type: 'State event', code: 'groom' },
          1: { type: 'Point event', code: 'peep' },
        },
        observations: { a: { file: { 1: ['C:\\data\\walk.mp4'] }, events }, ...more },
      }),
    );
  const source = { name: 'p.boris', provenance };

  it('are read for the observation of a video; every second event of a state ends it, for each subject', () => {
    const events = [
      [3, 'm', 'groom', '', ''],
      [1, 'm', 'groom', '', ''],
      [2, 'f', 'groom', '', ''],
      [2.5, 'm', 'peep', '', ''],
      [4, 'f', 'groom', '', ''],
    ];
    const read = readBorisProject(project(events, { b: { file: {}, events: [] } }), source, {
      video: 'videos/walk.mp4',
    });
    expect([...read]).toEqual([
      { startSeconds: 1, endSeconds: 3, label: 'groom', source: 'BORIS' },
      { startSeconds: 2, endSeconds: 4, label: 'groom', source: 'BORIS' },
      { startSeconds: 2.5, label: 'peep', source: 'BORIS' },
    ]);
  });

  it.each<[string, Uint8Array]>([
    ['several observations', project([], { b: { file: {}, events: [] } })],
    ['not in the ethogram', project([[1, 'm', 'fly']])],
    ['starts and does not stop', project([[1, 'm', 'groom']])],
    ['no project of BORIS', bytes('{')],
    ['no project of BORIS', project([['soon', 'm', 'groom']])],
  ])('say what is wrong: %s', (what, given) => {
    const reading = (): Events => readBorisProject(given, source, {});
    expect(reading).toThrow(InputError);
    expect(reading).toThrow(new RegExp(what));
  });
});
