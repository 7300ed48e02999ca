import type { Random } from '../../src/math/random.ts';

/** A damaged copy of some bytes: bytes changed, numbers set to extremes, pieces cut out, doubled, moved, the end lost. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const out = new Uint8Array(bytes);
  const at = (): number => random.integer(Math.max(1, out.length));
  switch (random.integer(8)) {
    case 0:
      return out.subarray(0, at());
    case 1: {
      const extremes = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000];
      const view = new DataView(out.buffer);
      if (out.length >= 4)
        view.setUint32(
          random.integer(out.length - 3),
          extremes[random.integer(extremes.length)],
          random.integer(2) === 0,
        );
      return out;
    }
    case 2: {
      const [start, length] = [at(), 1 + random.integer(32)];
      const rest = new Uint8Array(Math.max(0, out.length - length));
      rest.set(out.subarray(0, start).subarray(0, rest.length));
      rest.set(
        out.subarray(start + length).subarray(0, Math.max(0, rest.length - start)),
        Math.min(start, rest.length),
      );
      return rest;
    }
    case 3: {
      const [start, length] = [at(), 1 + random.integer(64)];
      const piece = out.slice(start, start + length);
      const longer = new Uint8Array(out.length + piece.length);
      longer.set(out.subarray(0, start));
      longer.set(piece, start);
      longer.set(out.subarray(start), start + piece.length);
      return longer;
    }
    case 4: {
      out.copyWithin(at(), at(), at());
      return out;
    }
    default: {
      const changes = 1 + random.integer(8);
      for (let i = 0; i < changes; i++) {
        // Half of the damage goes to the first bytes, where headers are.
        const where = random.integer(2) === 0 ? random.integer(Math.min(out.length, 512)) : at();
        out[where] = random.integer(3) === 0 ? out[where] ^ (1 << random.integer(8)) : random.integer(256);
      }
      return out;
    }
  }
}
