/** Memory of a process and all that it started, by Linux' account of it: shared pages count once, in parts (PSS). */
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes. */
export function treeBytes(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [root];
  for (let i = 0; i < all.length; i++) all.push(...(children.get(all[i]) ?? []));
  return all.reduce((sum, pid) => sum + bytesOf(pid), 0);
}

function parentOf(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? undefined : Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

function bytesOf(pid: number): number {
  return 1024 * Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** Empty where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
}
