import { readFileSync, readlinkSync } from 'node:fs';
import { isAlive } from '../../vault/profile/profile-lock.js';

/**
 * Says of a process, in letters that may stand in a file's name, who it is: its number, when it began and which number space it
 * lives in (Linux; zeros elsewhere), so that another process that was given the same number later is not taken for it.
 */
export type ProcessIdentity = Readonly<{ pid: number; began: string; space: string }>;

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  began: beganOf(process.pid),
  space: ownSpace(),
});

export const identityText = ({ pid, began, space }: ProcessIdentity): string => `${pid}-${began}-${space}`;

/** Null for what {@link identityText} did not write. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const [, pid, began, space] = /^(\d{1,10})-(\d{1,20})-(\d{1,20})$/.exec(text) ?? [];
  return pid === undefined || began === undefined || space === undefined ? null : { pid: Number(pid), began, space };
}

/** Whether that process has certainly ended. Of one in another container's number space nothing is known. */
export function hasEnded({ pid, began, space }: ProcessIdentity): boolean {
  if (space !== ownSpace()) return false;
  if (!isAlive(pid)) return true;
  const now = beganOf(pid);
  return began !== '0' && now !== '0' && now !== began;
}

/** Clock ticks between the computer's start and the process's: field 22 of proc(5) stat. */
function beganOf(pid: number): string {
  return statField(pid, 22) ?? '0';
}

/** A field of /proc/PID/stat by its number in proc(5), from 3 on; undefined where there is no such thing. */
export function statField(pid: number | 'self', field: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses is field 2 and may itself hold blanks and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[field - 3];
  } catch {
    return undefined; // not Linux, or the process is gone
  }
}

function ownSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0'; // not Linux
  }
}
