import type { Evidence } from '../evidence.ts';
import { type Check, check } from './check.ts';

/** Fencing: a process whose term is over writes nothing any more for its loop, however long it was away (rule M7). */
export function leadershipCheck({ writes }: Evidence): Check {
  return check('no loop is written for by a former leader (M7)', writes, ({ loop, what, writer, stale }) => {
    return stale && `${what} was written for ${loop} by ${writer}, whose term was over`;
  });
}
