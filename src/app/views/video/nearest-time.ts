/** Position of the time nearest to `seconds` in ascending times; of two equally near the earlier. */
export function nearestTime(times: Float64Array, seconds: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < seconds) low = middle + 1;
    else high = middle;
  }
  return low > 0 && seconds - times[low - 1] <= times[low] - seconds ? low - 1 : low;
}
