import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { exists, namesIn } from '../folder.ts';
import { replay } from '../labels.ts';
import { lockHolder } from '../lock.ts';
import { verifyManifest } from '../manifest.ts';
import { parseJournal } from '../records.ts';
import { readSnapshot } from '../snapshot.ts';
import { unfinishedFiles } from '../sweep.ts';
import { count, fail, ok, warn, type Check, type ProjectSubject } from './check.ts';

export const projectChecks: readonly Check<ProjectSubject>[] = [
  {
    name: 'writer',
    run: async ({ project }) => {
      const holder = await lockHolder(project.layout.lock);
      return ok(
        holder === undefined ? 'nobody is writing' : `process ${holder.pid} on ${holder.host} is writing`,
      );
    },
  },
  {
    name: 'journal',
    run: async ({ project: { layout } }) => {
      const parsed = parseJournal(await readFile(layout.journal));
      const { state, problems } = replay(new Map(), parsed.records);
      const all = [...parsed.problems, ...problems].map(({ line, what }) => `line ${line}: ${what}`);
      if (all.length > 0) {
        return fail(
          `${count(all.length, 'place')} of labels/journal.jsonl cannot be read`,
          'All other records were read. If you have a backup, compare these lines with it; do not edit them.',
          all,
        );
      }
      const snapshot = await readSnapshot(layout.labels);
      const before = parsed.records.filter((r) => r.sequence < (snapshot?.position.sequence ?? 0));
      if (snapshot !== undefined && !isDeepStrictEqual(replay(new Map(), before).state, snapshot.state)) {
        return fail(
          'a snapshot differs from the journal',
          'Remove labels/snapshot-*.json: they are made again.',
        );
      }
      return ok(
        `${count(parsed.records.length - 1, 'record')}, all whole; ${count(state.size, 'frame')} labeled`,
      );
    },
  },
  {
    name: 'unconfirmed edits',
    run: async ({ project: { layout } }) => {
      const torn = (await namesIn(layout.labels)).filter((name) => name.startsWith('torn-'));
      if (torn.length === 0) return ok('no crash has cut an edit short');
      return warn(
        `${count(torn.length, 'edit')} were cut short by a crash before they were confirmed`,
        'Nothing that was confirmed is missing. The remains may be removed.',
        torn.map((name) => `labels/${name}`),
      );
    },
  },
  journalCheck('corrections', 'of corrected tracks'),
  journalCheck('behavior', 'of behavior'),
  {
    name: 'labels',
    run: async ({ project: { labels } }) => {
      const { frames, notes } = labels.labelSet();
      if (notes.length > 0) {
        return warn('points are left out', 'Add their keypoints to skeleton.keypoints in marey.yaml.', notes);
      }
      const points = frames
        .flatMap((f) => f.instances)
        .reduce((n, i) => n + i.points.filter((p) => p).length, 0);
      const what = `${count(points, 'point')} in ${count(frames.length, 'frame')}`;
      return points > 0
        ? ok(what)
        : warn(what, 'Label some frames ("marey open") or import labels ("marey import").');
    },
  },
  {
    name: 'pictures',
    run: async ({ project: { labels, root } }) => {
      const images = labels.keys().flatMap((key) => labels.frame(key)!.picture.image ?? []);
      const missing: string[] = [];
      for (const image of images) if (!(await exists(resolve(root, image)))) missing.push(image);
      if (missing.length === 0) return ok(`${count(images.length, 'picture')}, all there`);
      const what = `${missing.length} of ${count(images.length, 'labeled picture')} are missing`;
      return fail(what, 'Import their labels again, or copy the pictures back.', missing);
    },
  },
  {
    name: 'videos',
    run: async ({ project }) => {
      const videos = await project.videos();
      const missing = videos.filter((v) => !v.found).map((v) => `${v.recording}: ${v.named}`);
      if (missing.length > 0) {
        const fix =
          'Put them there, or correct their paths in marey.yaml. Labels and models work without them.';
        return warn(`${missing.length} of ${count(videos.length, 'video')} are missing`, fix, missing);
      }
      const notes = videos.flatMap((v) => v.note ?? []);
      const what = `${count(videos.length, 'video')}, all there`;
      return notes.length === 0 ? ok(what) : warn(what, 'Correct the paths in marey.yaml.', notes);
    },
  },
  {
    name: 'outputs',
    run: async ({ project: { outputs, models }, thorough }) => {
      const keys = await outputs.keys();
      const wrong: string[] = [];
      for (const key of keys) {
        const found = await verifyManifest(outputs.folderOf(key), key, { hashes: thorough });
        if (typeof found === 'string') wrong.push(`${key}: ${found}`);
      }
      for (const name of await models.names()) {
        if (!keys.includes(await models.get(name)))
          wrong.push(`the model "${name}" points at an output that is gone`);
      }
      const what = `${count(keys.length, 'output')}${thorough ? ', every byte compared' : ', sizes compared'}`;
      return wrong.length === 0
        ? ok(what)
        : fail(what, 'Run the steps again: what is damaged is made anew.', wrong);
    },
  },
  {
    name: 'remains',
    run: async ({ project: { layout, outputs } }) => {
      const remains = (await outputs.unfinished()).map((name) => `objects/.tmp/${name}`);
      const damaged = (await namesIn(join(layout.objects, '.damaged'))).map(
        (name) => `objects/.damaged/${name}`,
      );
      const all = [...remains, ...damaged, ...(await unfinishedFiles(layout))];
      if (all.length === 0) return ok('none of killed steps');
      return warn(
        `${count(all.length, 'thing')} left by killed steps or set aside`,
        'They may be removed.',
        all,
      );
    },
  },
];

/** Of a journal that is read whole on opening. */
function journalCheck(name: 'corrections' | 'behavior', of: string): Check<ProjectSubject> {
  return {
    name,
    run: async ({ project: { [name]: kept } }) => {
      const damaged = kept.problems.filter(({ kind }) => kind === 'damaged');
      if (damaged.length === 0) return ok(`${count(kept.recordCount, 'record')} ${of}, all whole`);
      return fail(
        `${count(damaged.length, 'place')} of ${name}/journal.jsonl cannot be read`,
        'All other records were read. If you have a backup, compare these lines with it; do not edit them.',
        damaged.map(({ line, what }) => `line ${line}: ${what}`),
      );
    },
  };
}
