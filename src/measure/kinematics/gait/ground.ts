/** The densest half of the values, halved until two are left (half-sample mode, Robertson & Cryer 1974). NaN is left out. */
export function halfSampleMode(values: ArrayLike<number>): number {
  let sorted = Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort();
  if (sorted.length === 0) return NaN;
  while (sorted.length > 2) {
    const half = Math.ceil(sorted.length / 2);
    let start = 0;
    for (let i = 0; i + half <= sorted.length; i++) {
      if (sorted[i + half - 1] - sorted[i] < sorted[start + half - 1] - sorted[start]) start = i;
    }
    sorted = sorted.subarray(start, start + half);
  }
  return sorted.length === 2 ? (sorted[0] + sorted[1]) / 2 : sorted[0];
}

/**
 * The velocity of a treadmill's belt from the feet on it: per axis the mode of the feet's velocities, since feet in stance all
 * move with the belt while those in swing differ. Assumes one belt of constant speed and stance for a good part of the time.
 *
 * @param velocities one array (time x axis) a foot.
 */
export function beltVelocity(velocities: readonly Float64Array[], axes: number): number[] {
  return Array.from({ length: axes }, (_, a) => {
    const along = velocities.flatMap((v) => Array.from(v.filter((_, i) => i % axes === a)));
    const mode = halfSampleMode(along);
    // The mode alone is noisy: the median of what lies within the spread of the densest half.
    const distances = Float64Array.from(along, (v) => Math.abs(v - mode))
      .filter((v) => !Number.isNaN(v))
      .sort();
    const reach = distances[Math.floor(distances.length / 4)];
    const near = Float64Array.from(along.filter((v) => Math.abs(v - mode) <= reach)).sort();
    return near[near.length >> 1];
  });
}
