import { type DestinationStream, destination } from 'pino';

const MOST_BYTES_WAITING = 8 * 1024;
const MOST_MILLISECONDS_WAITING = 100;

/**
 * Standard output of a process that logs a line for each request: lines are handed over to the system together, a tenth of a second after
 * the first at the latest, and what is left when the process exits, however it comes to that. Only a process that is killed loses some.
 */
export function gatheredOutput(): DestinationStream {
  const out = destination({ dest: 1, sync: true, minLength: MOST_BYTES_WAITING, periodicFlush: MOST_MILLISECONDS_WAITING });
  process.once('exit', () => out.flushSync());
  return out;
}
