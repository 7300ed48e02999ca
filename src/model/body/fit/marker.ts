import { InputError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';

/** A point of a body that a keypoint of the same name shows. */
export interface Marker {
  readonly name: string;
  /** Index of the body that carries it. */
  readonly body: number;
  /** Where, m, in that body's frame. */
  readonly offset: readonly [number, number, number];
}

/** The sites of a body that are called like these keypoints. Throws `InputError` naming each keypoint that the body lacks. */
export function siteMarkers(model: BodyModel, keypoints: readonly string[]): Marker[] {
  const { sites } = model.names;
  const lacking = keypoints.filter((name) => !sites.includes(name));
  if (lacking.length) {
    throw new InputError(`the body has no marker for ${lacking.map((n) => `"${n}"`).join(', ')}`, {
      where: model.name,
      expected: `sites called like the keypoints; it has ${sites.join(', ') || 'none'}`,
      fix: 'Rename the keypoints, leave them out with `keypoints`, or say where they are with `markers`.',
    });
  }
  const bodies = model.get('site_bodyid');
  const positions = model.get('site_pos');
  return keypoints.map((name) => {
    const i = sites.indexOf(name);
    return { name, body: bodies[i], offset: [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]] };
  });
}
