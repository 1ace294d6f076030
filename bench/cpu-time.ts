import { readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 10 ms for all programs (USER_HZ, proc_pid_stat(5)). */
const TICKS_PER_SECOND = 100;

/** Where the fields `utime` and `stime` are, counted from the one after the name of the program. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/**
 * The CPU time that a process has used in all its threads, in seconds. Works on Linux only.
 *
 * @throws Error if the process is gone or the system has no `/proc`
 */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses and may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
}
