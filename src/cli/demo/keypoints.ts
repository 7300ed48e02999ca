/** Which of the simulated animal's keypoints the demo labels: a tail's tip would make the crop around the animal twice as large. */
import { mouseSkeleton, type OpenField } from '../../lab/openfield/index.ts';
import type { LabeledFrame } from '../../signal/labels.ts';
import { skeleton } from '../../signal/skeleton.ts';

const names = mouseSkeleton.keypoints.filter((name) => name !== 'tailtip');

export const demoSkeleton = skeleton(
  names,
  mouseSkeleton.edges
    .map(([a, b]) => [mouseSkeleton.keypoints[a], mouseSkeleton.keypoints[b]] as const)
    .filter((edge) => edge.every((name) => names.includes(name))),
);

/** Positions of the demo's keypoints among those of the simulation. */
export const simulatedIndex = names.map((name) => mouseSkeleton.keypoints.indexOf(name));

/** A frame's true labels, of the demo's keypoints. */
export function labelOf(field: OpenField, index: number): LabeledFrame {
  const label = field.label(index);
  return {
    ...label,
    instances: label.instances.map((instance) => ({
      ...instance,
      points: simulatedIndex.map((k) => instance.points[k]),
    })),
  };
}
