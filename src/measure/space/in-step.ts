import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import { timesOf, type TimeAxis } from '../../signal/time.ts';

/**
 * A track at other times: linear between the two frames around each, with the covariance that follows. A time that lies beyond the track, or in a gap
 * longer than `longestGap` seconds, is missing; so is one of which a frame beside it is missing. Frames' times must increase.
 */
export function inStep({ skeleton, positions: p }: PoseTrack, time: TimeAxis, longestGap: number): PoseTrack {
  const own = timesOf(p.time!);
  const wanted = timesOf(time);
  const [, people, keypoints, space] = p.dimensions.map((d) => d.size);
  const width = people * keypoints;
  const entries = (space * (space + 1)) / 2;
  const blended = (
    source: ArrayLike<number> | undefined,
    per: number,
    how: Blend,
  ): Float64Array | undefined => {
    if (!source) return undefined;
    const out = new Float64Array(wanted.length * width * per).fill(NaN);
    let k = 0;
    wanted.forEach((t, i) => {
      while (k + 2 < own.length && own[k + 1] <= t) k++;
      const gap = own[k + 1] - own[k];
      if (!(t >= own[k] && t <= own[k + 1] && gap <= longestGap)) return;
      const share = (t - own[k]) / gap;
      for (let c = 0; c < width * per; c++) {
        const [a, b] = [source[k * width * per + c], source[(k + 1) * width * per + c]];
        out[i * width * per + c] = how(a, b, share);
      }
    });
    return out;
  };
  const line: Blend = (a, b, share) => (share === 0 ? a : share === 1 ? b : a + share * (b - a));
  const least: Blend = (a, b) => Math.min(a, b);
  const variance: Blend = (a, b, share) =>
    share === 0 ? a : share === 1 ? b : (1 - share) ** 2 * a + share ** 2 * b;
  return poseTrack({
    name: p.name,
    skeleton,
    individuals: p.dimensions[1].labels,
    space: space === 3 ? 3 : 2,
    positions: blended(p.contiguous(), space, line)!,
    confidence: blended(p.confidence?.contiguous(), 1, least),
    covariance: blended(p.covariance?.contiguous(), entries, variance),
    unit: p.unit,
    time,
    provenance: derived('space.inStep', [p.provenance], { longestGap }),
  });
}

type Blend = (before: number, after: number, share: number) => number;
