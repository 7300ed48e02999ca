export interface Agreement {
  /** Common discharges over all discharges of either: c / (c + a + b). */
  readonly rate: number;
  readonly common: number;
  /** By which the second train lags behind the first, s: electrodes see a discharge with a delay. */
  readonly lagSeconds: number;
}

/**
 * The rate of agreement of two trains of discharges at the lag that makes it greatest (Holobar, Farina, Gazzoni, Merletti & Zazula 2009,
 * Clinical Neurophysiology 120: 551-562). A discharge has at most one partner.
 *
 * @param a @param b discharge times, s, increasing. @param toleranceSeconds within which two are one; default 0.5 ms.
 * @param mostLagSeconds default 40 ms.
 */
export function rateOfAgreement(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  toleranceSeconds = 5e-4,
  mostLagSeconds = 0.04,
): Agreement {
  // Only lags that bring two discharges together can be the best: they are counted in bins of half the tolerance.
  const width = toleranceSeconds;
  const bins = new Int32Array(2 * Math.ceil(mostLagSeconds / width) + 1);
  const middle = (bins.length - 1) / 2;
  let first = 0;
  for (let i = 0; i < a.length; i++) {
    while (first < b.length && b[first] < a[i] - mostLagSeconds) first++;
    for (let j = first; j < b.length && b[j] <= a[i] + mostLagSeconds; j++) {
      const k = middle + Math.round((b[j] - a[i]) / width);
      if (k >= 0 && k < bins.length) bins[k]++;
    }
  }
  let best = middle;
  for (let k = 0; k < bins.length; k++) if (bins[k] > bins[best]) best = k;
  let most: Agreement = { rate: 0, common: 0, lagSeconds: 0 };
  for (const shift of [-0.5, 0, 0.5]) {
    const lag = (best - middle + shift) * width;
    const common = matches(a, b, lag, toleranceSeconds);
    const rate = common / Math.max(1, a.length + b.length - common);
    if (rate > most.rate) most = { rate, common, lagSeconds: lag };
  }
  return most;
}

function matches(a: ArrayLike<number>, b: ArrayLike<number>, lag: number, tolerance: number): number {
  let [i, j, common] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const gap = b[j] - lag - a[i];
    if (Math.abs(gap) <= tolerance) {
      common++;
      i++;
      j++;
    } else if (gap < 0) j++;
    else i++;
  }
  return common;
}
