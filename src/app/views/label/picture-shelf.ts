/** Pictures to label by name: the shown one, and those that come next. */
export class PictureShelf<P extends { close(): void }> {
  readonly #load: (key: string) => Promise<P>;
  readonly #capacity: number;
  /** In the order of their last use. */
  readonly #pictures = new Map<string, Promise<P>>();

  constructor(load: (key: string) => Promise<P>, capacity = 12) {
    this.#load = load;
    this.#capacity = capacity;
  }

  /** What failed is not kept. */
  get(key: string): Promise<P> {
    const picture = this.#pictures.get(key) ?? this.#load(key);
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    picture.catch(() => this.#pictures.delete(key));
    for (const [old, going] of this.#pictures) {
      if (this.#pictures.size <= this.#capacity) break;
      this.#pictures.delete(old);
      close(going);
    }
    return picture;
  }

  dispose(): void {
    for (const picture of this.#pictures.values()) close(picture);
    this.#pictures.clear();
  }
}

function close(picture: Promise<{ close(): void }>): void {
  picture.then(
    (loaded) => loaded.close(),
    // Whoever asked for it has been told.
    () => undefined,
  );
}
