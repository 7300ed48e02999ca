import { UsageError } from '../../signal/error.ts';
import { soleIndividual, type LabeledInstance, type LabelSet } from '../../signal/labels.ts';

/**
 * Labels in COCO's keypoint format: edges from 1, visibility 0, 1, 2, boxes around the placed points. The size of the pictures is
 * not written, as labels do not know it. Throws `UsageError` where a frame has no picture file.
 */
export function formatCoco(labels: LabelSet): Uint8Array {
  const { keypoints, edges } = labels.skeleton;
  const tracked = labels.individuals.length > 1 || labels.individuals[0] !== soleIndividual;
  const images = labels.frames.map(({ picture }, i) => {
    if (picture.image === undefined) {
      throw new UsageError("COCO's labels belong to picture files", {
        where: `labeled frame ${i}`,
        fix: 'Extract the labeled frames as pictures first.',
      });
    }
    return { id: i + 1, file_name: picture.image };
  });
  const annotations = labels.frames.flatMap((frame, i) =>
    frame.instances.map((instance) => ({ image: i + 1, instance })),
  );
  return new TextEncoder().encode(
    JSON.stringify({
      images,
      annotations: annotations.map(({ image, instance }, i) => ({
        id: i + 1,
        image_id: image,
        category_id: 1,
        iscrowd: 0,
        ...(tracked && { track_id: instance.individual }),
        ...box(instance),
        num_keypoints: instance.points.filter((p) => p !== null).length,
        keypoints: instance.points.flatMap((p) =>
          p ? [p.x, p.y, p.visibility === 'visible' ? 2 : 1] : [0, 0, 0],
        ),
      })),
      categories: [
        {
          id: 1,
          name: 'animal',
          supercategory: 'animal',
          keypoints,
          skeleton: edges.map(([a, b]) => [a + 1, b + 1]),
        },
      ],
    }),
  );
}

function box({ points }: LabeledInstance): { bbox: number[]; area: number } {
  const placed = points.flatMap((p) => (p ? [p] : []));
  if (placed.length === 0) return { bbox: [0, 0, 0, 0], area: 0 };
  const [left, top] = [Math.min(...placed.map((p) => p.x)), Math.min(...placed.map((p) => p.y))];
  const width = Math.max(...placed.map((p) => p.x)) - left;
  const height = Math.max(...placed.map((p) => p.y)) - top;
  return { bbox: [left, top, width, height], area: width * height };
}
