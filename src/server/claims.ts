import { join } from 'node:path';
import type { Hono } from 'hono';
import { featureWords, type ClaimPlan } from '../inquire/index.ts';
import { projectClaims, resultsFolder, type ProjectClaim } from '../project/claims/index.ts';
import { MareyError } from '../signal/error.ts';
import type { ClaimJudgment, ClaimOverview, ClaimPlanWords } from './api.ts';
import { failureAnswer } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';

/** `GET /api/claims` */
export function claimRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/claims', async (c) => {
    const claims = await projectClaims(opened().root);
    return c.json(claims.map(overviewOf));
  });
}

function overviewOf(claim: ProjectClaim): ClaimOverview {
  const { id, file, seen } = claim;
  const told = ({ at, sentence }: (typeof seen)[number]) => ({ at, sentence });
  if (file instanceof MareyError) return { id, problem: failureAnswer(file).error, before: seen.map(told) };
  return {
    id,
    claim: wordsOf(file.plan, file.hash),
    before: seen.filter(({ hash }) => hash !== file.hash).map(told),
    judged: judgmentOf(claim, file.hash),
  };
}

function wordsOf(plan: ClaimPlan, hash: string): ClaimPlanWords {
  return {
    question: plan.claim,
    hypotheses: Object.entries(plan.hypotheses).map(([name, features]) => ({
      name,
      features: features.map(featureWords),
    })),
    how: `${plan.folds} contiguous folds; chance from ${plan.chance.shifts} circular shifts; ${plan.resamples} resamples of blocks of time; ${plan.recoveries} simulated data sets a hypothesis; level ${plan.level}`,
    hash,
    level: plan.level,
  };
}

function judgmentOf({ path, result, seen }: ProjectClaim, hash: string): ClaimJudgment | undefined {
  if (!result) return undefined;
  const { verdict, ranking, recovery, unitNames, samples, notes } = result;
  return {
    at: seen.findLast((one) => one.hash === hash)?.at ?? '',
    kind: verdict.kind,
    sentence: verdict.sentence,
    ranking: ranking.map(
      ({ name, score, interval, unitScores, null: chance, corrected, ceiling, behind }) => ({
        name,
        score,
        interval,
        unitScores,
        null: chance,
        corrected,
        ceiling,
        behind,
      }),
    ),
    recovery: recovery && {
      names: recovery.names,
      first: recovery.first,
      recoveries: recovery.recoveries,
    },
    unitNames,
    samples,
    notes,
    report: join(resultsFolder(path), 'report.html'),
  };
}
