#!/usr/bin/env node
// The command `marey`. In an installed package `dist` is there; in a checkout it is compiled when it is missing or older
// than a source file, so that `npx marey` works right after `npm ci`. The same holds for the page that `marey open` serves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `marey needs Node 20.19 or newer. This is Node ${process.versions.node}: install a newer one.`,
  );
  process.exit(1);
}

function newestSource(folder, apart = []) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce((newest, entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || apart.some((part) => path.startsWith(join(folder, part, sep)))) return newest;
    return Math.max(newest, statSync(path).mtimeMs);
  }, 0);
}

/** The path of a development dependency's file, or undefined where it is not installed. */
function developmentFile(name, ...path) {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...path);
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

// Built beside and renamed: a server that runs keeps serving a whole page.
function buildPage(vite) {
  process.stderr.write('Building the page of the workbench (first run, or its sources changed)...\n');
  const beside = join(root, 'dist', `.app-${process.pid}`);
  const built = spawnSync(
    process.execPath,
    [vite, 'build', '--logLevel', 'warn', '--outDir', beside, '--emptyOutDir'],
    { cwd: root, encoding: 'utf8' },
  );
  if (built.status === 0) {
    rmSync(page, { recursive: true, force: true });
    renameSync(beside, page);
    return;
  }
  rmSync(beside, { recursive: true, force: true });
  process.stderr.write(`${built.stdout}${built.stderr}The page could not be built.\n`);
  if (existsSync(page)) process.stderr.write('The one that was built before is served.\n');
}

const entry = join(root, 'dist', 'cli', 'main.js');
const stamp = join(root, 'dist', '.tsbuildinfo');
const page = join(root, 'dist', 'app');
if (existsSync(join(root, 'src'))) {
  const built = existsSync(entry) && existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (built < newestSource(join(root, 'src'), ['app'])) {
    process.stderr.write('Compiling Marey (first run in this checkout, or its sources changed)...\n');
    const tsc = developmentFile('typescript', 'bin', 'tsc');
    const result = tsc && spawnSync(process.execPath, [tsc, '--build', root], { encoding: 'utf8' });
    if (result?.status !== 0) {
      process.stderr.write(
        `${result?.stdout ?? ''}${result?.stderr ?? ''}Marey could not be compiled. Run "npm ci", then try again.\n`,
      );
      process.exit(1);
    }
  }
}
if (process.argv[2] === 'open' && existsSync(join(root, 'src', 'app'))) {
  const index = join(page, 'index.html');
  const built = existsSync(index) ? statSync(index).mtimeMs : 0;
  const vite = developmentFile('vite', 'bin', 'vite.js');
  if (
    vite &&
    built < newestSource(join(root, 'src'), ['cli', 'project', 'media', 'formats', 'lab', 'server'])
  )
    buildPage(vite);
}
const { main } = await import(pathToFileURL(entry).href);
process.exitCode = await main(process.argv.slice(2));
