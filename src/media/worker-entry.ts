/** URL of a worker's compiled entry beside `moduleUrl`; tests run from `src` and find it in `dist`. */
export function workerEntry(moduleUrl: string, name: string): URL {
  const url = new URL(name, moduleUrl);
  if (moduleUrl.endsWith('.ts')) url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
  return url;
}
