import type { Judged } from './claim.ts';
import type { Recovery } from './recovery.ts';

export interface Verdict {
  /**
   * `none`: nothing is above chance. `inseparable`: these data could not have told the hypotheses apart. `undecided`: the best is not told from
   * another. `decided`: one is above chance and above every other.
   */
  readonly kind: 'none' | 'inseparable' | 'undecided' | 'decided';
  /** The hypothesis that scored best. */
  readonly best: string;
  /** The first line of any report. */
  readonly sentence: string;
}

/** A hypothesis that comes first on its own data less often than that is not told from others by data like these. */
const leastRecovered = 0.8;

export function verdictOf(
  ranking: readonly Judged[],
  recovery: Recovery | undefined,
  level: number,
): Verdict {
  const [best, ...others] = ranking;
  if (!recovery || ranking.every((j) => j.corrected > level)) {
    const sentence = 'No hypothesis predicts this activity better than chance.';
    return { kind: 'none', best: best.name, sentence };
  }
  const lost = recovery.recovered.flatMap(({ fraction }, g) => (fraction < leastRecovered ? [g] : []));
  if (lost.length > 0) {
    const told = lost.map((g) => {
      const rival = recovery.first[g].reduce(
        (a, n, h) => (h !== g && n > (a === g ? -1 : recovery.first[g][a]) ? h : a),
        g,
      );
      return `where "${recovery.names[g]}" made the data it came first in ${recovery.first[g][g]} of ${recovery.recoveries}, "${recovery.names[rival]}" in ${recovery.first[g][rival]}`;
    });
    const sentence = `These data could not have told these hypotheses apart: ${told.join('; ')}. "${best.name}" scored highest.`;
    return { kind: 'inseparable', best: best.name, sentence };
  }
  const equal = others.filter((j) => !(j.behind && j.behind.corrected <= level));
  if (best.corrected > level || equal.length > 0) {
    const names = equal.map((j) => `"${j.name}"`).join(', ');
    const sentence =
      best.corrected > level
        ? `"${best.name}" scored highest, but not above chance.`
        : `"${best.name}" scored highest, but is not told from ${names}.`;
    return { kind: 'undecided', best: best.name, sentence };
  }
  const share = recovery.recovered[recovery.names.indexOf(best.name)].fraction;
  const sentence = `"${best.name}" predicts this activity better than chance and better than every other hypothesis; data that it made itself were recognized in ${Math.round(100 * share)} %.`;
  return { kind: 'decided', best: best.name, sentence };
}
