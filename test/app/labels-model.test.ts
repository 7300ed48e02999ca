import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabelsModel, type LabelsServer } from '../../src/app/views/label/labels-model.ts';
import { applyEdits, frameEdit, type Edit, type LabelState } from '../../src/project/edits.ts';
import type { ServerEvents } from '../../src/server/api.ts';

/** A journal in memory that answers as the server does. */
class FakeServer implements LabelsServer {
  readonly state: LabelState = new Map();
  revision = 0;
  /** Why the next edits fail. */
  refuses: Error | undefined;
  readonly heard: ServerEvents['labels'][] = [];

  labels() {
    const frames = [...this.state].map(([key, labels]) => frameEdit(key, labels) as never);
    return Promise.resolve({ revision: this.revision, frames });
  }

  async edit(edits: readonly Edit[]) {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.refuses) throw this.refuses;
    const undo = applyEdits(this.state, edits);
    this.revision++;
    this.heard.push({ revision: this.revision, edits });
    return { revision: this.revision, undo };
  }
}

/** What a state says, whatever the order in which it came to be. */
function saying(state: ReadonlyMap<string, ReturnType<LabelState['get']> & object>): unknown {
  const sorted = <V>(map: ReadonlyMap<string, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted(state).map(([key, labels]) => [
    key,
    labels.recording,
    labels.picture,
    sorted(labels.instances).map(([name, points]) => [name, sorted(points)]),
  ]);
}

const frame = (key: string): Edit => ({
  op: 'frame',
  frame: key,
  recording: 'r',
  picture: { video: 'v.mp4', frame: 1 },
  instances: [],
});
const place = (key: string, keypoint: string, x: number, y = 0): Edit => ({
  op: 'place',
  frame: key,
  individual: 'mouse',
  keypoint,
  x,
  y,
  visibility: 'visible',
});

const key = fc.constantFrom('a', 'b');
const keypoint = fc.constantFrom('nose', 'tail', 'ear');
const someEdit: fc.Arbitrary<Edit> = fc.oneof(
  key.map(frame),
  fc.record({ key, keypoint, x: fc.integer({ min: 0, max: 99 }) }).map((p) => place(p.key, p.keypoint, p.x)),
  fc
    .record({ key, keypoint })
    .map((p): Edit => ({ op: 'erase', frame: p.key, individual: 'mouse', keypoint: p.keypoint })),
  key.map((k): Edit => ({ op: 'remove-frame', frame: k })),
  key.map((k): Edit => ({ op: 'remove-instance', frame: k, individual: 'mouse' })),
);

/** Does what can be done of it. */
function tryEdit(model: LabelsModel, edits: readonly Edit[]): boolean {
  try {
    model.edit('something', edits);
    return true;
  } catch (error) {
    if ((error as Error).name !== 'UsageError') throw error;
    return false;
  }
}

async function started(server = new FakeServer(), page?: string) {
  applyEdits(server.state, [frame('a'), place('a', 'nose', 5, 5)]);
  const model = new LabelsModel(server, { page });
  await model.load();
  return { server, model };
}

describe('LabelsModel', () => {
  test('any sequence of edits, undone, gives the start; redone, gives the end; on the page and on the server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(someEdit, { minLength: 1, maxLength: 3 }), fc.boolean()), {
          maxLength: 12,
        }),
        async (transactions) => {
          const { server, model } = await started();
          const start = saying(model.state);
          for (const [edits, wait] of transactions) {
            tryEdit(model, edits);
            if (wait) await model.settled();
          }
          const end = saying(model.state);
          while (model.undo() !== undefined);
          expect(saying(model.state)).toEqual(start);
          while (model.redo() !== undefined);
          expect(saying(model.state)).toEqual(end);
          await model.settled();
          expect(saying(server.state)).toEqual(end);
          while (model.undo() !== undefined) await model.settled();
          expect(saying(server.state)).toEqual(start);
          expect(model.save).toEqual({ kind: 'saved' });
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  test('undo and redo at random lead where the steps that remain lead', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constant('undo' as const),
            fc.constant('redo' as const),
            fc.array(someEdit, { minLength: 1 }),
          ),
          { maxLength: 25 },
        ),
        async (actions) => {
          const { server, model } = await started();
          const states = [saying(model.state)];
          let at = 0;
          for (const action of actions) {
            if (action === 'undo') at -= model.undo() === undefined ? 0 : 1;
            else if (action === 'redo') at += model.redo() === undefined ? 0 : 1;
            else if (tryEdit(model, action)) states.splice(++at, Infinity, saying(model.state));
            expect(saying(model.state)).toEqual(states[at]);
          }
          await model.settled();
          expect(saying(server.state)).toEqual(states[at]);
        },
      ),
      { numRuns: 150, seed: 4 },
    );
  });

  test('is shown at once and counts as saved when the server has answered', async () => {
    const { server, model } = await started();
    model.edit('place tail', [place('a', 'tail', 1)]);
    model.edit('place ear', [place('a', 'ear', 2)]);
    expect(model.frame('a')?.instances.get('mouse')?.get('tail')?.x).toBe(1);
    expect(model.save).toEqual({ kind: 'saving', waiting: 2 });
    expect(server.revision).toBe(0);
    await model.settled();
    expect(model.save).toEqual({ kind: 'saved' });
    expect(server.heard.map(({ edits }) => edits)).toEqual([[place('a', 'tail', 1)], [place('a', 'ear', 2)]]);
  });

  test('takes back what the server did not take, with all that was built on it, and says why', async () => {
    const { server, model } = await started();
    model.edit('place tail', [place('a', 'tail', 1)]);
    await model.settled();
    const before = saying(model.state);
    server.refuses = Object.assign(new Error('The disk is full'), { facts: { fix: 'Make room.' } });
    model.edit('move tail', [place('a', 'tail', 2)]);
    model.edit('move nose', [place('a', 'nose', 3)]);
    expect(saying(model.state)).not.toEqual(before);
    await model.settled();
    expect(saying(model.state)).toEqual(before);
    expect(model.save).toEqual({
      kind: 'failed',
      takenBack: 2,
      message: 'The disk is full',
      fix: 'Make room.',
    });
    expect(model.undoes).toBe('place tail');
    server.refuses = undefined;
    model.edit('move nose', [place('a', 'nose', 4)]);
    await model.settled();
    expect(model.save).toEqual({ kind: 'saved' });
    expect(saying(server.state)).toEqual(saying(model.state));
  });

  test('an undo that failed can be tried again', async () => {
    const { server, model } = await started();
    const start = saying(model.state);
    model.edit('place tail', [place('a', 'tail', 1)]);
    await model.settled();
    server.refuses = new Error('away');
    model.undo();
    await model.settled();
    expect(model.frame('a')?.instances.get('mouse')?.get('tail')?.x).toBe(1);
    server.refuses = undefined;
    model.undo();
    await model.settled();
    expect(saying(server.state)).toEqual(start);
  });

  test('an edit that was written though its answer was lost is shown', async () => {
    const { server, model } = await started();
    const { edit } = server;
    server.edit = async (edits) => {
      await edit.call(server, edits);
      throw new Error('no answer');
    };
    model.edit('place tail', [place('a', 'tail', 1)]);
    await model.settled();
    expect(model.save.kind).toBe('failed');
    expect(saying(model.state)).toEqual(saying(server.state));
    expect(model.frame('a')?.instances.get('mouse')?.get('tail')?.x).toBe(1);
  });

  test('pages that edit at the same time end up with what the server holds, in whatever order the news comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), someEdit, fc.boolean()), { minLength: 1, maxLength: 15 }),
        fc.boolean(),
        async (actions, reversed) => {
          const server = new FakeServer();
          applyEdits(server.state, [frame('a'), frame('b')]);
          const pages = ['one', 'two'].map((page) => {
            const asPage: LabelsServer = {
              labels: () => server.labels(),
              edit: async (edits) => {
                const receipt = await server.edit(edits);
                Object.assign(server.heard[receipt.revision - 1], { page });
                return receipt;
              },
            };
            return new LabelsModel(asPage, { page });
          });
          await Promise.all(pages.map((p) => p.load()));
          let told = 0;
          const tell = () => {
            const news = server.heard.slice(told);
            told = server.heard.length;
            if (reversed) news.reverse();
            for (const event of news) for (const page of pages) page.heard(event);
          };
          for (const [first, edit, wait] of actions) {
            tryEdit(pages[first ? 0 : 1], [edit]);
            if (wait) {
              await Promise.all(pages.map((p) => p.settled()));
              tell();
            }
          }
          await Promise.all(pages.map((p) => p.settled()));
          tell();
          await Promise.all(pages.map((p) => p.settled()));
          for (const page of pages) expect(saying(page.state)).toEqual(saying(server.state));
        },
      ),
      { numRuns: 120, seed: 5 },
    );
  });

  test('news that was missed is asked for', async () => {
    const { server, model } = await started();
    await server.edit([place('a', 'tail', 1)]);
    await server.edit([place('a', 'ear', 2)]);
    model.heard(server.heard[1]);
    await expect.poll(() => saying(model.state)).toEqual(saying(server.state));
  });
});
