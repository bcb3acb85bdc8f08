import { readdir, readFile } from 'node:fs/promises';

/** Ticks of Linux in a second, as `/proc` counts processor time. */
const TICKS_PER_SECOND = 100;

interface ProcessTime {
  readonly parent: number;
  readonly seconds: number;
}

async function timeOf(pid: number): Promise<ProcessTime | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  return { parent: parent ?? 0, seconds: ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND };
}

/**
 * Seconds of processor time that a process has taken so far; on a shared machine they are more reliable than the clock. None where
 * there is no `/proc`.
 */
export async function processorSeconds(pid: number): Promise<number> {
  return (await timeOf(pid))?.seconds ?? 0;
}

/** The same of a PostgreSQL, all of its processes together, found by that of one of its connections. */
export async function postgresSeconds(owner: { query: <T>(sql: string) => Promise<T> }): Promise<number> {
  const [connection] = await owner.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
  const postmaster = (await timeOf(connection?.pid ?? 0))?.parent;
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger);
  const times = await Promise.all(pids.map(timeOf));
  return times.reduce(
    (sum, time, index) => (time?.parent === postmaster || pids[index] === postmaster ? sum + (time?.seconds ?? 0) : sum),
    0,
  );
}
