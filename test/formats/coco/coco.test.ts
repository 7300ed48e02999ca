import { describe, expect, it } from 'vitest';
import { parseCoco } from '../../../src/formats/coco/read.ts';

const base = {
  images: [
    { id: 7, file_name: 'v/a.png' },
    { id: 'x', file_name: 'v\\b.png' },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 1, keypoints: [1, 2, 2, 3, 4, 1, 0, 0, 0] },
    { id: 2, image_id: 'x', category_id: 1, keypoints: [5, 6, 2, 0, 0, 0, 0, 0, 0] },
  ],
  categories: [
    { id: 1, name: 'mouse', keypoints: ['nose', 'mid', 'tail'], skeleton: [[1, 2]] },
    { id: 2, name: 'arena' },
  ],
};
const read = (json: unknown) =>
  parseCoco(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json)), {
    name: 'c.json',
    provenance: { step: 'test' },
  });

describe("COCO's keypoints", () => {
  it('reads visible, occluded and missing points', () => {
    const labels = read(base);
    expect(labels.frames[0].instances[0].points).toEqual([
      { x: 1, y: 2, visibility: 'visible' },
      { x: 3, y: 4, visibility: 'occluded' },
      null,
    ]);
    expect(labels.skeleton.edges).toEqual([[0, 1]]);
    expect(labels.frames.map((f) => f.picture.image)).toEqual(['v/a.png', 'v/b.png']);
    expect(labels.notes).toEqual([]);
  });

  it('understands files that count edges from 0 and write visibility as 0 and 1, and says so', () => {
    const labels = read({
      ...base,
      annotations: [{ ...base.annotations[0], keypoints: [1, 2, 1, 3, 4, 1, 0, 0, 0] }],
      categories: [{ ...base.categories[0], skeleton: [[0, 2]] }],
    });
    expect(labels.skeleton.edges).toEqual([[0, 2]]);
    expect(labels.frames[0].instances[0].points[1]?.visibility).toBe('visible');
    expect(labels.notes).toHaveLength(2);
  });

  it('names animals by their order where nothing tracks them', () => {
    const labels = read({ ...base, annotations: base.annotations.map((a) => ({ ...a, image_id: 7 })) });
    expect(labels.individuals).toEqual(['animal1', 'animal2']);
    expect(labels.notes[0]).toMatch(/no identity/);
  });

  it.each([
    [
      { ...base, annotations: [{ ...base.annotations[0], image_id: 9 }] },
      /annotations\[0\]: an annotation belongs to no image/,
    ],
    [
      { ...base, annotations: [{ ...base.annotations[0], keypoints: [1, 2, 2] }] },
      /Expected 9 numbers.*Got 3/,
    ],
    [{ ...base, annotations: [] }, /no annotation has keypoints/],
    [{ ...base, categories: [] }, /one category/],
    [{ ...base, categories: [{ ...base.categories[0], skeleton: [[1, 4]] }] }, /not there.*1 to 3/],
    [{ ...base, images: 3 }, /c\.json, images/],
    ['{"images": [', /the JSON cannot be read/],
    [
      { ...base, annotations: [{ ...base.annotations[0], keypoints: Array(9).fill(0) }] },
      /no image has a labeled point/,
    ],
  ])('refuses what cannot be meant (%#)', (json, message) => {
    expect(() => read(json)).toThrow(message);
  });
});
