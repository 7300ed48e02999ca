import { createHash } from 'node:crypto';
import { crc32 as zlibCrc } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, Sha256, sha256 } from '../../src/signal/index.ts';

describe('SHA-256', () => {
  it("gives NIST's example digests (FIPS 180-4, CSRC example values)", () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
    expect(sha256('a'.repeat(1_000_000))).toBe(
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    );
  });
  it("equals Node's own, whatever the pieces, and goes on after a digest", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
        const [ours, node] = [new Sha256(), createHash('sha256')];
        for (const piece of pieces) {
          ours.update(piece);
          node.update(piece);
          expect(ours.hex()).toBe(node.copy().digest('hex'));
        }
      }),
    );
  });
});

describe('CRC-32', () => {
  it('gives the check value, and goes on from a part', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(crc32(digits)).toBe(0xcbf43926);
    expect(crc32(digits.subarray(4), crc32(digits.subarray(0, 4)))).toBe(0xcbf43926);
  });
  it("equals zlib's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (b) => {
        expect(crc32(b)).toBe(zlibCrc(b));
      }),
    );
  });
});
