import { InputError, UsageError } from '../../../signal/error.ts';
import {
  bootstrapBy,
  circularBlocks,
  withoutBlocks,
  type BootstrapInterval,
  type BootstrapOptions,
  type Resampling,
} from '../../bootstrap.ts';
import type { Channels } from '../nulls/null.ts';
import { automaticBlockLength } from './block-length.ts';

export interface BlockBootstrapOptions extends Omit<BootstrapOptions, 'method'> {
  /**
   * `stationary` (default): blocks of random length with mean `blockLength`, wrapped (Politis & Romano 1994, JASA 89: 1303-1313).
   * `moving`: overlapping blocks of one length, not wrapped (Künsch 1989, Annals of Statistics 17: 1217-1241). `circular`: wrapped.
   */
  readonly scheme?: 'stationary' | 'moving' | 'circular';
  /** Samples; default: the longest of the channels' `automaticBlockLength`. */
  readonly blockLength?: number;
  /** Default `percentile`. */
  readonly method?: BootstrapOptions['method'];
}

export interface BlockBootstrapInterval extends BootstrapInterval {
  readonly blockLength: number;
  readonly caveats: readonly string[];
}

/**
 * A confidence interval of a statistic of one or more series sampled together, whose autocorrelation is kept by drawing blocks of time.
 * Widened for the number of blocks (`expanded`, default true). NaN samples are drawn like others: the statistic must bear them.
 * Intervals stay somewhat too narrow where the autocorrelation is long against the recording; under 10 blocks `caveats` says so.
 */
export function blockBootstrap(
  channels: Channels,
  statistic: (channels: readonly Float64Array[]) => number,
  options: BlockBootstrapOptions,
): BlockBootstrapInterval {
  const n = channels[0]?.length ?? 0;
  if (n < 2 || channels.some((c) => c.length !== n)) {
    throw new UsageError('the bootstrap needs channels of one length', {
      expected: 'one or more channels of two or more samples',
      got: channels.map((c) => c.length).join(', ') || 'none',
    });
  }
  const { scheme = 'stationary', method = 'percentile', expanded = true } = options;
  const chosen =
    options.blockLength ??
    Math.max(
      ...channels.map((c) => automaticBlockLength(c)[scheme === 'stationary' ? 'stationary' : 'circular']),
    );
  const blockLength = scheme === 'stationary' ? chosen : Math.ceil(chosen);
  if (!(blockLength >= 1 && 2 * blockLength <= n)) {
    throw new InputError('the block length does not fit the series', {
      expected: `1 to ${n / 2} samples`,
      got: `${blockLength}`,
      fix: 'Record longer, or take the trial or the animal as the unit.',
    });
  }
  const blocks = n / blockLength;
  const interval = bootstrapBy(
    blocksOf(scheme, n, blockLength),
    (positions) => statistic(channels.map((c) => Float64Array.from(positions, (i) => c[i]))),
    { ...options, method, expanded },
  );
  const caveats =
    blocks < 10
      ? [`The series is only ${blocks.toFixed(1)} blocks long: the interval is likely too narrow.`]
      : [];
  return { ...interval, blockLength, caveats };
}

function blocksOf(scheme: 'stationary' | 'moving' | 'circular', n: number, length: number): Resampling {
  if (scheme === 'circular') return circularBlocks(n, length);
  return {
    count: n,
    units: n / length,
    withoutOne: () => withoutBlocks(n, Math.ceil(length)),
    draw: (random) => {
      const positions = new Int32Array(n);
      if (scheme === 'moving') {
        for (let i = 0; i < n;) {
          const start = random.integer(n - length + 1);
          for (let k = 0; k < length && i < n; k++) positions[i++] = start + k;
        }
        return positions;
      }
      // Lengths are geometric with mean `length`.
      const stay = Math.log1p(-1 / length);
      for (let i = 0; i < n;) {
        const start = random.integer(n);
        const run = 1 + Math.floor(Math.log1p(-random.uniform()) / stay);
        for (let k = 0; k < run && i < n; k++) positions[i++] = (start + k) % n;
      }
      return positions;
    },
  };
}
