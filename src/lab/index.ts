export * from './openfield/index.ts';
