/** Profiles whose sequence parameter set holds chroma format, bit depths and scaling lists (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Notices H.264 pictures that are predicted from a picture which the file lacks (a camera or network that lost a
 * packet). Decoders then predict from a neighbor and flag nothing. Reference pictures are numbered one up by `frame_num`
 * (ITU-T H.264, 7.4.3), so a jump is a loss. A lost picture that nothing is predicted from leaves no trace here.
 */
export class H264References {
  /** Bytes of the length before each unit; 0 where start codes divide them (Annex B). */
  readonly #lengthBytes: number = 0;
  #frameNumBits = 0;
  #separatePlanes = false;
  #gapsAllowed = true;
  #last: number | undefined;

  /** @param extradata the stream's parameter sets, as avcC box (ISO/IEC 14496-15) or with start codes. */
  constructor(extradata: Uint8Array | null) {
    if (!extradata || extradata.length < 8) return;
    if (extradata[0] !== 1) {
      this.lacksOne(extradata);
      return;
    }
    this.#lengthBytes = (extradata[4] & 3) + 1;
    if ((extradata[5] & 31) > 0) {
      const length = (extradata[6] << 8) | extradata[7];
      this.#readParameters(extradata.subarray(8, 8 + length));
    }
  }

  /** Takes the next packet in decode order; true where it is predicted from a picture that never came. */
  lacksOne(packet: Uint8Array): boolean {
    for (const unit of this.#units(packet)) {
      const type = unit[0] & 31;
      if (type === 7) this.#readParameters(unit);
      if (type === 1 || type === 5) return this.#readSlice(unit, type === 5);
    }
    return false;
  }

  #readSlice(unit: Uint8Array, instantRefresh: boolean): boolean {
    if (this.#frameNumBits === 0 || this.#gapsAllowed) return false;
    const bits = new Bits(unit.subarray(1, 40));
    for (let i = 0; i < 3; i++) bits.unsignedGolomb(); // first macroblock, slice type, picture parameters
    if (this.#separatePlanes) bits.read(2);
    const frameNum = bits.read(this.#frameNumBits);
    const last = instantRefresh ? undefined : this.#last;
    const isReference = (unit[0] & 0x60) !== 0;
    if (isReference) this.#last = frameNum;
    return last !== undefined && frameNum !== last && frameNum !== (last + 1) % 2 ** this.#frameNumBits;
  }

  #readParameters(unit: Uint8Array): void {
    const bits = new Bits(unit.subarray(1));
    const profile = bits.read(8);
    bits.read(16);
    bits.unsignedGolomb();
    this.#separatePlanes = false;
    if (HIGH_PROFILES.has(profile)) {
      const chroma = bits.unsignedGolomb();
      if (chroma === 3) this.#separatePlanes = bits.read(1) === 1;
      bits.unsignedGolomb();
      bits.unsignedGolomb();
      bits.read(1);
      if (bits.read(1))
        for (let i = 0; i < (chroma === 3 ? 12 : 8); i++) if (bits.read(1)) skipScaling(bits, i);
    }
    this.#frameNumBits = bits.unsignedGolomb() + 4;
    const orderType = bits.unsignedGolomb();
    if (orderType === 0) bits.unsignedGolomb();
    if (orderType === 1) {
      bits.read(1);
      bits.unsignedGolomb();
      bits.unsignedGolomb();
      for (let i = bits.unsignedGolomb(); i > 0; i--) bits.unsignedGolomb();
    }
    bits.unsignedGolomb();
    this.#gapsAllowed = bits.read(1) === 1;
    if (this.#frameNumBits > 16) this.#frameNumBits = 0;
  }

  *#units(packet: Uint8Array): Iterable<Uint8Array> {
    let at = 0;
    if (this.#lengthBytes > 0) {
      while (at + this.#lengthBytes < packet.length) {
        let length = 0;
        for (let i = 0; i < this.#lengthBytes; i++) length = length * 256 + packet[at++];
        yield packet.subarray(at, at + length);
        at += length;
      }
      return;
    }
    for (; at + 3 < packet.length; at++) {
      if (packet[at] || packet[at + 1] || packet[at + 2] !== 1) continue;
      yield packet.subarray(at + 3);
      at += 2;
    }
  }
}

/** Reads past one scaling list (7.3.2.1.1.1). */
function skipScaling(bits: Bits, list: number): void {
  let last = 8;
  for (let i = 0; i < (list < 6 ? 16 : 64) && last !== 0; i++) {
    const code = bits.unsignedGolomb();
    const delta = code % 2 ? (code + 1) / 2 : -code / 2;
    last = (last + delta + 256) % 256;
  }
}

/** Bits of a unit, most significant first, without its emulation prevention bytes. Zeros past the end. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(unit: Uint8Array) {
    this.#bytes = unit.filter((b, i) => !(b === 3 && i >= 2 && unit[i - 1] === 0 && unit[i - 2] === 0));
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** Exp-Golomb code (9.1). */
  unsignedGolomb(): number {
    let zeros = 0;
    while (zeros < 32 && this.read(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
