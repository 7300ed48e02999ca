/**
 * The one clock of playback. It moves the state's frame at the chosen speed in the video's own times, so that a video with
 * irregular frames plays as it was recorded; every view follows the state. Time that the page could not draw is not caught up.
 */
import { Observable } from './observable.ts';
import type { StateStore } from './state.ts';

export interface Playback {
  readonly playing: boolean;
  /** Video seconds a second. */
  readonly speed: number;
}

export const speeds = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8] as const;

/** Longest time between two drawings that counts as playback; a page that was hidden goes on where it was. */
const longestGapSeconds = 0.25;

/** Position of the last time that is not after `seconds`; 0 before the first. Times ascend. */
export function frameAt(times: Float64Array, seconds: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

export class Player {
  readonly playback = new Observable<Playback>({ playing: false, speed: 1 });
  readonly #store: StateStore;
  readonly #timesOf: (video: string) => Promise<Float64Array>;
  readonly #unsubscribe: () => void;
  /** Times of the state's video, once they are here. */
  #times: { readonly video: string; readonly values: Float64Array } | undefined;
  #request = 0;
  /** Where playback is, in the video's seconds, and when that was. */
  #seconds = 0;
  #drawnAt = 0;
  /** The frame that playback itself set: any other was set by a person. */
  #own = -1;

  constructor(store: StateStore, timesOf: (video: string) => Promise<Float64Array>) {
    this.#store = store;
    this.#timesOf = timesOf;
    this.#unsubscribe = store.subscribe((state, before) => {
      if (state.video !== before.video) this.pause();
    });
  }

  /** Starts at the cursor, or again from the start where it stands at the end. Does nothing without a video. */
  async play(): Promise<void> {
    const times = await this.#load();
    if (!times || this.playback.value.playing) return;
    const [first, last] = this.#range(times);
    if (this.#store.state.frame >= last) this.#store.set({ frame: first });
    this.#anchor(times);
    this.#drawnAt = performance.now();
    this.playback.set({ ...this.playback.value, playing: true });
    this.#request = requestAnimationFrame(this.#advance);
  }

  pause(): void {
    cancelAnimationFrame(this.#request);
    if (this.playback.value.playing) this.playback.set({ ...this.playback.value, playing: false });
  }

  toggle(): void {
    if (this.playback.value.playing) this.pause();
    else void this.play();
  }

  setSpeed(speed: number): void {
    this.playback.set({ ...this.playback.value, speed });
  }

  /** Stops and goes so many frames on. */
  async step(by: number): Promise<void> {
    this.pause();
    await this.seek(this.#store.state.frame + by);
  }

  /** Goes to a frame, or to the nearest that the video has; `Infinity` is the last. */
  async seek(frame: number): Promise<void> {
    const times = await this.#load();
    if (!times || Number.isNaN(frame)) return;
    this.#store.set({ frame: Math.min(Math.max(0, Math.round(frame)), times.length - 1) });
  }

  dispose(): void {
    this.pause();
    this.#unsubscribe();
  }

  async #load(): Promise<Float64Array | undefined> {
    const { video } = this.#store.state;
    if (video === null) return undefined;
    if (this.#times?.video === video) return this.#times.values;
    const values = await this.#timesOf(video);
    if (this.#store.state.video !== video || values.length === 0) return undefined;
    this.#times = { video, values };
    return values;
  }

  /** The frames that are played: the chosen interval where the cursor is in it, over and over, or the whole video. */
  #range(times: Float64Array): readonly [first: number, last: number, again: boolean] {
    const { selection, frame } = this.#store.state;
    if (selection && selection[0] < selection[1] && frame >= selection[0] && frame <= selection[1]) {
      return [selection[0], Math.min(selection[1], times.length - 1), true];
    }
    return [0, times.length - 1, false];
  }

  #anchor(times: Float64Array): void {
    this.#own = Math.min(this.#store.state.frame, times.length - 1);
    this.#seconds = times[this.#own];
  }

  readonly #advance = (now: number): void => {
    const times = this.#times?.values;
    if (!times || !this.playback.value.playing) return;
    if (this.#store.state.frame !== this.#own) this.#anchor(times);
    const elapsed = Math.max(0, (now - this.#drawnAt) / 1000);
    this.#drawnAt = now;
    this.#seconds += Math.min(elapsed, longestGapSeconds) * this.playback.value.speed;
    const [first, last, again] = this.#range(times);
    let frame = frameAt(times, this.#seconds);
    if (frame >= last && again && this.#own >= last) {
      frame = first;
      this.#seconds = times[first];
    }
    this.#own = Math.min(frame, last);
    this.#store.set({ frame: this.#own });
    if (this.#own >= last && !again) this.pause();
    else this.#request = requestAnimationFrame(this.#advance);
  };
}
