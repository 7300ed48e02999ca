/** `marey open` as a process: it tells its address, ends cleanly, and killed loses no label that it confirmed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Project } from '../../src/project/index.ts';
import type { LabelsAnswer } from '../../src/server/api.ts';
import { bin } from '../cli/marey.ts';
import { enter, projectWithVideo, testFolder, type Asker } from './served.ts';

interface Opened extends Omit<Asker, 'close'> {
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

async function open(root: string): Promise<Opened> {
  const child = spawn(process.execPath, [bin, 'open', root, '--json', '--no-browser'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  let out = '';
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.includes('\n')) done((JSON.parse(out.slice(0, out.indexOf('\n'))) as { url: string }).url);
    });
    void ended.then((code) => fail(new Error(`marey open ended with ${code}: ${out}`)));
  });
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return { ...(await enter(url)), stop };
}

it('killed with edits on their way, it has lost none that was confirmed, and the next one takes over', async () => {
  const root = await projectWithVideo(testFolder(), 40);
  const confirmed = new Map<string, number>();
  for (let round = 0; round < 3; round++) {
    const server = await open(root);
    const before = await server.get<LabelsAnswer>('/api/labels');
    for (const [frame, x] of confirmed) {
      const [[, stored]] = before.frames.find((f) => f.frame === frame)?.instances[0].points ?? [[]];
      expect(stored, frame).toBe(x);
    }
    // Several are on their way at any time; the server is killed in their midst.
    const session = { stopped: false, count: 0 };
    const label = async (worker: number): Promise<void> => {
      for (let n = 0; !session.stopped; n++) {
        const index = (10 * worker + n) % 40;
        const frame = `walk/walk.mp4#${index}`;
        const x = 1000 * round + n + worker / 8;
        const edits = [
          {
            op: 'frame',
            frame,
            recording: 'walk',
            picture: { video: 'walk.mp4', frame: index },
            instances: [{ individual: 'individual', points: [['nose', x, round, 'visible']] }],
          },
        ];
        try {
          await server.post('/api/labels', { edits });
        } catch (error) {
          // The connection broke: this one was not confirmed, and what holds of its frame now is not known.
          if (!session.stopped) throw error;
          confirmed.delete(frame);
          return;
        }
        confirmed.set(frame, x);
        session.count++;
      }
    };
    const workers = [0, 1, 2, 3].map(label);
    while (session.count < 15) await new Promise((done) => setTimeout(done, 5 + 7 * round));
    session.stopped = true;
    await server.stop('SIGKILL');
    await Promise.all(workers);
  }
  expect(confirmed.size).toBeGreaterThan(10);
  await using project = await Project.open(root);
  expect(project.labels.problems.filter(({ kind }) => kind === 'damaged')).toEqual([]);
  for (const [frame, x] of confirmed)
    expect(project.labels.frame(frame)?.instances.get('individual')?.get('nose')?.x, frame).toBe(x);
});

it('ends cleanly on Ctrl-C with pages that listen, and lets go of the project', async () => {
  const root = await projectWithVideo(testFolder(), 3);
  const server = await open(root);
  const events = await server.ask('/api/events');
  expect(existsSync(join(root, '.lock'))).toBe(true);
  expect(await server.stop('SIGINT')).toBe(0);
  await events.body?.cancel().catch(() => undefined);
  expect(existsSync(join(root, '.lock'))).toBe(false);
});
