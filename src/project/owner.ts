import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, named so that it can be told from a later one with the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** One running system: it changes with a restart of the machine, and in a container. */
  readonly machine: string;
  /** When the process started, as the system tells it; empty where the system does not. */
  readonly started: string;
}

let self: Owner | undefined;

/** This process. */
export function thisProcess(): Owner {
  self ??= { pid: process.pid, host: hostname(), machine: thisMachine(), started: startOf(process.pid) };
  return self;
}

/**
 * Whether the process `owner` still runs: `unknown` where it ran on another machine, which cannot be asked. A process with
 * the same number that started at another time is another process.
 */
export function stateOf(owner: Owner): 'running' | 'gone' | 'unknown' {
  if (owner.machine !== thisMachine() || owner.host !== hostname()) return 'unknown';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  return startOf(owner.pid) === owner.started ? 'running' : 'gone';
}

/** This process as a part of a file name; see `stateOfTag`. */
export function ownerTag(): string {
  const { pid, host, machine, started } = thisProcess();
  return `${short(`${host}\n${machine}`)}-${pid}-${short(started)}`;
}

/** What `stateOf` says of the process whose tag `name` begins with; `unknown` where it begins with none. */
export function stateOfTag(name: string): ReturnType<typeof stateOf> {
  const match = /^([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-/.exec(name);
  const here = { host: hostname(), machine: thisMachine() };
  if (match === null || match[1] !== short(`${here.host}\n${here.machine}`)) return 'unknown';
  const pid = Number(match[2]);
  const started = startOf(pid);
  return short(started) === match[3] ? stateOf({ ...here, pid, started }) : 'gone';
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

let machine: string | undefined;

function thisMachine(): string {
  machine ??= readMachine();
  return machine;
}

function readMachine(): string {
  if (process.platform !== 'linux') return process.platform;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch (error) {
    // A container without /proc: processes are then told apart by number alone.
    return error instanceof Error ? process.platform : '';
  }
}

function startOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      // Field 22 of proc(5) stat; the name in field 2 may hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    }
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch (error) {
    return error instanceof Error ? '' : String(error);
  }
}
