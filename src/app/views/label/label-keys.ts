/** The keys of labeling: one table, which the canvas obeys and the help shows. */
import type { PictureStage } from '../video/picture-stage.ts';
import type { LabelQueue } from './label-queue.ts';
import type { LabelSession } from './label-session.ts';

/** Key as the page's key table writes it: `Shift+ArrowLeft`, `Mod+z` (Ctrl, or Command on a Mac). */
export interface LabelKey {
  readonly key: string;
  readonly what: string;
  /** Returns false where the key means nothing here, so that it keeps its usual meaning. */
  run(): boolean | void;
}

export function labelKeys(
  session: LabelSession,
  queue: LabelQueue,
  stage: PictureStage,
  view: { toggleMagnifier(): void },
): LabelKey[] {
  const go = (by: 1 | -1): void => {
    session.settle();
    if (queue.step(by)) return;
    if (!queue.made) session.say('The frames to label are still being chosen.');
    else session.say(by > 0 ? 'This is the last frame of the list.' : 'This is the first frame.');
  };
  const shown = (done: { readonly frame: string } | undefined): void => {
    if (done && done.frame !== session.target?.key) queue.goTo(done.frame);
  };
  const undo = (): void => shown(session.undo());
  const redo = (): void => shown(session.redo());
  const arrows = (['Left', 'Right', 'Up', 'Down'] as const).flatMap((way): LabelKey[] => {
    const dx = way === 'Left' ? -1 : way === 'Right' ? 1 : 0;
    const dy = way === 'Up' ? -1 : way === 'Down' ? 1 : 0;
    const to = way.toLowerCase();
    return [
      { key: `Arrow${way}`, what: `Point or cross 1 px ${to}`, run: () => session.nudge(dx, dy) },
      {
        key: `Shift+Arrow${way}`,
        what: `Point or cross 10 px ${to}`,
        run: () => session.nudge(10 * dx, 10 * dy),
      },
    ];
  });
  const digits = session.keypoints.slice(0, 10).map((name, k): LabelKey => ({
    key: String((k + 1) % 10),
    what: `Choose ${name}`,
    run: () => session.choose(name),
  }));
  return [
    { key: 'Space', what: 'Place the keypoint at the cross', run: () => session.placeAtCross() },
    {
      key: 'Enter',
      what: 'Accept the prediction; without one, place at the cross',
      run: () => (session.hasDraft ? session.accept() : session.placeAtCross()),
    },
    { key: 'n', what: 'Next frame of the list', run: () => go(1) },
    { key: 'b', what: 'Frame before', run: () => go(-1) },
    { key: 'o', what: 'Occluded or visible', run: () => session.toggleOccluded() },
    { key: 'Delete', what: 'Delete the point', run: () => session.erase() },
    { key: 'Backspace', what: 'Delete the point', run: () => session.erase() },
    { key: 'c', what: 'Copy missing points from the frame labeled last', run: () => session.copyLast() },
    { key: 'p', what: 'Put the keypoint where it is predicted', run: () => session.copyPrediction() },
    { key: 'Tab', what: 'Next keypoint', run: () => session.chooseNext(1) },
    { key: 'Shift+Tab', what: 'Keypoint before', run: () => session.chooseNext(-1) },
    ...digits,
    ...arrows,
    { key: 'Mod+z', what: 'Undo', run: undo },
    { key: 'Mod+Z', what: 'Redo', run: redo },
    { key: 'Mod+y', what: 'Redo', run: redo },
    { key: '+', what: 'Larger', run: stage.zoomIn },
    { key: '=', what: 'Larger', run: stage.zoomIn },
    { key: '-', what: 'Smaller', run: stage.zoomOut },
    { key: 'f', what: 'The whole picture', run: () => stage.fit() },
    { key: 'm', what: 'Magnifier on or off', run: () => view.toggleMagnifier() },
  ];
}

// Tab moves on elsewhere in the page; the others do the same as one that the help names.
const ofThePicture = ['Tab', 'Shift+Tab', 'Backspace', 'Mod+y', '='];

/** The keys that hold wherever the focus is, and that the page's help shows. */
export const ofThePage = (keys: readonly LabelKey[]): readonly LabelKey[] =>
  keys.filter(({ key }) => !ofThePicture.includes(key));
