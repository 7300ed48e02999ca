/** What the 3D view keeps in the URL, under `views.space`. */
export interface SpaceSettings {
  /** Length of the trails, s. */
  readonly trailSeconds: number;
  readonly follows: boolean;
}

/** An address can be edited: what does not fit is as at first. */
export function spaceSettings(kept: unknown): SpaceSettings {
  const given = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const { trailSeconds } = given;
  const fits = typeof trailSeconds === 'number' && trailSeconds >= 0 && trailSeconds <= mostTrailSeconds;
  return { trailSeconds: fits ? trailSeconds : 1, follows: given.follows === true };
}

export const mostTrailSeconds = 10;
