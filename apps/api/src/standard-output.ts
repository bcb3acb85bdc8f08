import { type DestinationStream, destination } from 'pino';

const MOST_BYTES_WAITING = 8 * 1024;
const MOST_MILLISECONDS_WAITING = 100;

/**
 * Standard output of a process that logs a line for each request. Lines are written together, at the latest a tenth of a second after the
 * first of them. When the process exits, for whatever reason, the remaining lines are written. Only a process that is killed loses lines.
 */
export function gatheredOutput(): DestinationStream {
  const out = destination({ dest: 1, sync: true, minLength: MOST_BYTES_WAITING, periodicFlush: MOST_MILLISECONDS_WAITING });
  process.once('exit', () => out.flushSync());
  return out;
}
