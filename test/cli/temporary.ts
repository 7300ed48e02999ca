import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is removed after all tests of a file. */
export function folderForAll(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marey-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
