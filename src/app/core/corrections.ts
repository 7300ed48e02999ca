/** The corrections of a project's tracks: one model for all views of a page, and tracks with them. */
import { correctValues, type CorrectedValues, type TrackValues } from '../../measure/pose/correct.ts';
import {
  activeCorrections,
  applyCorrectionEdits,
  copyCorrections,
  type CorrectionEdit,
  type CorrectionState,
} from '../../project/corrections.ts';
import type { TrackOverview } from '../../server/api.ts';
import { client, listen, pageName } from './client.ts';
import { EditsModel, type Done } from './edits-model.ts';
import type { Track } from './workbench.ts';

/** What was corrected: in words, and where, so that it can be shown again. */
export interface Corrected extends Done {
  readonly track: string;
  readonly frame: number;
}

/** @param trackOf the id of a track with this name for corrections. */
export class CorrectionsModel extends EditsModel<CorrectionState, CorrectionEdit, Corrected> {
  constructor(trackOf: (corrections: string) => string | undefined) {
    super(
      {
        async load() {
          const { revision, tracks } = await client.corrections();
          const state: CorrectionState = new Map(
            Object.entries(tracks).map(([track, all]) => [
              track,
              new Map(all.map((kept) => [kept.correction.id, kept])),
            ]),
          );
          return { revision, state };
        },
        send: (edits, by) => client.correct(trackOf(edits[0].track) ?? edits[0].track, edits, by),
        empty: () => new Map(),
        copy: copyCorrections,
        apply: (state, edits) => applyCorrectionEdits(state, edits).undo,
      },
      { page: pageName },
    );
  }

  /** Reads what there is and hears of what other pages do, as long as the page lives. Resolves when it has been read, or could not be. */
  start(): Promise<void> {
    const load = (): Promise<void> => this.load().catch((error: Error) => this.failedToLoad(error));
    let wasAway = false;
    listen({ corrections: (event) => this.heard(event) }, (connected) => {
      if (connected && wasAway) void load();
      wasAway = !connected;
    });
    return load();
  }
}

/** The animals of one file with their corrections, made when they are asked for and kept until those change. */
export class CorrectedFile {
  readonly #tracks: readonly Track[];
  #version: string | undefined;
  #corrected: CorrectedValues | undefined;

  /** @param tracks the animals of the file as the network gave them. */
  constructor(tracks: readonly Track[]) {
    this.#tracks = tracks;
  }

  /** One animal, also one that a split made. The same object as long as its corrections are the same. */
  track(overview: TrackOverview, state: CorrectionState): Track {
    const active = activeCorrections(state, overview.corrections);
    const version = active.map(({ id }) => id).join(' ');
    if (version !== this.#version) {
      this.#version = version;
      this.#corrected =
        active.length === 0 ? undefined : correctValues(together(this.#tracks), active, overview.key);
      this.#made.clear();
    }
    let track = this.#made.get(overview.id);
    if (!track) this.#made.set(overview.id, (track = this.#one(overview)));
    return track;
  }

  readonly #made = new Map<string, Track>();

  #one(overview: TrackOverview): Track {
    const raw = this.#tracks.find(({ id }) => id === overview.id)!;
    const corrected = this.#corrected;
    if (!corrected) return raw;
    const { individuals, leftOut } = corrected;
    const animal = individuals.indexOf(overview.individual);
    const pick = <A extends Float32Array | Uint8Array>(from: A, per: number): A => {
      if (individuals.length === 1) return from;
      const size = overview.keypoints.length * per;
      const to = new (from.constructor as new (n: number) => A)(overview.frames * size);
      for (let f = 0; f < overview.frames; f++) {
        const at = (f * individuals.length + animal) * size;
        to.set(from.subarray(at, at + size), f * size);
      }
      return to;
    };
    const covariance = corrected.covariance as Float32Array | undefined;
    return {
      ...raw,
      values: {
        positions: pick(corrected.positions as Float32Array, 2),
        confidence: pick(corrected.confidence as Float32Array, 1),
        covariance: covariance && pick(covariance, 3),
      },
      origins: pick(corrected.origins, 1),
      raw: raw.values,
      leftOut: leftOut.length,
    };
  }
}

/** Animals of one file side by side; they have the same keypoints and frames. */
export function together(tracks: readonly Track[]): TrackValues {
  const [first] = tracks;
  const { keypoints, frames, covariance } = first;
  const join = (of: (track: Track) => Float32Array, per: number): Float32Array => {
    if (tracks.length === 1) return of(first);
    const size = keypoints.length * per;
    const to = new Float32Array(frames * tracks.length * size);
    tracks.forEach((track, i) => {
      const from = of(track);
      for (let f = 0; f < frames; f++)
        to.set(from.subarray(f * size, (f + 1) * size), (f * tracks.length + i) * size);
    });
    return to;
  };
  return {
    individuals: tracks.map(({ individual }) => individual),
    keypoints,
    frames,
    positions: join(({ values }) => values.positions, 2),
    confidence: join(({ values }) => values.confidence, 1),
    covariance: covariance ? join(({ values }) => values.covariance!, 3) : undefined,
  };
}
