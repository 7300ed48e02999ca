/** Keeps the pictures used last, up to a number of bytes. Gives out copies: what a caller draws into stays his. */
export class PictureCache {
  readonly #pictures = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #capacity: number;
  #bytes = 0;

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  get(frame: number): Uint8Array<ArrayBuffer> | undefined {
    const data = this.#pictures.get(frame);
    if (!data) return undefined;
    this.#pictures.delete(frame);
    this.#pictures.set(frame, data);
    return data.slice();
  }

  set(frame: number, data: Uint8Array<ArrayBuffer>): void {
    if (data.byteLength > this.#capacity) return;
    this.#bytes += data.byteLength - (this.#pictures.get(frame)?.byteLength ?? 0);
    this.#pictures.delete(frame);
    this.#pictures.set(frame, data);
    for (const [oldest, { byteLength }] of this.#pictures) {
      if (this.#bytes <= this.#capacity) break;
      this.#pictures.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
