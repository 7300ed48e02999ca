#!/usr/bin/env node
// The command `marey`. In an installed package `dist` is there; in a checkout it is compiled when it is missing or older
// than a source file, so that `npx marey` works right after `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `marey needs Node 20.19 or newer. This is Node ${process.versions.node}: install a newer one.`,
  );
  process.exit(1);
}

function newestSource(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce(
    (newest, entry) =>
      entry.isFile() ? Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs) : newest,
    0,
  );
}

const entry = join(root, 'dist', 'cli', 'main.js');
const stamp = join(root, 'dist', '.tsbuildinfo');
if (existsSync(join(root, 'src'))) {
  const built = existsSync(entry) && existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (built < newestSource(join(root, 'src'))) {
    process.stderr.write('Compiling Marey (first run in this checkout, or its sources changed)...\n');
    const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
    const result = spawnSync(process.execPath, [join(dirname(tsc), 'bin', 'tsc'), '--build', root], {
      encoding: 'utf8',
    });
    if (result.status !== 0) {
      process.stderr.write(
        `${result.stdout}${result.stderr}Marey could not be compiled. Run "npm ci", then try again.\n`,
      );
      process.exit(1);
    }
  }
}
const { main } = await import(pathToFileURL(entry).href);
process.exitCode = await main(process.argv.slice(2));
