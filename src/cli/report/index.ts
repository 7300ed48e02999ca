export type * from './data.ts';
export { renderReport } from './report.ts';
