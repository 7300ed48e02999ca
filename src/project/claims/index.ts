/** Claims in files: what they are about, when their results were seen, and what was changed since. */
export { readClaimFile, type ClaimFile } from './claim-file.ts';
export { judgeClaim, type JudgedClaim } from './judge.ts';
export { claimPath, projectClaims, type ProjectClaim } from './list.ts';
export { recordedOf, type RecordedData } from './project-variables.ts';
export { readData, type ReadVariables } from './read-variables.ts';
export { resultsFolder, type Change, type SeenResult } from './ledger.ts';
