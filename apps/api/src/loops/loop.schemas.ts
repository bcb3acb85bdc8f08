import { z } from 'zod';
import type { ScheduleStatus } from '#database';
import { jsonInteger } from '#kernel';
import { instant } from '../http/wire.ts';

const loop = z.object({
  name: z.string(),
  kind: z.enum(['cron', 'interval', 'event']).describe('What begins a turn: a cron expression, a period, or an event'),
  timing: z.string().describe('Such as 0 * * * * *, every 600 s, or on jobs, pods; at least every 5 s'),
  leader: z.string().nullable().describe('Host and process id; null while no process leads'),
  term: z.int().describe('Grows each time a process begins to lead'),
  leadingSince: instant,
  lastTurnAt: instant.nullable(),
  lastTurnMilliseconds: z.int().nullable(),
  lastSuccessAt: instant.nullable(),
  failures: z.int().describe('Failed turns since the last one that succeeded'),
  lastFailureAt: instant.nullable(),
  lastFailure: z.string().nullable(),
  nextTurnAt: instant.nullable().describe('At the latest; long past while a turn hangs or no process leads'),
});
export const loopsAnswer = z.object({ items: z.array(loop) }).meta({ id: 'Loops' });

export function showLoop(status: ScheduleStatus): z.infer<typeof loop> {
  const { name, kind, timing, leader, term, lastTurnMilliseconds, failures, lastFailure } = status;
  return {
    ...{ name, kind, timing, leader, term: jsonInteger(term), lastTurnMilliseconds, failures, lastFailure },
    leadingSince: status.leadingSince.toISOString(),
    lastTurnAt: status.lastTurnAt?.toISOString() ?? null,
    lastSuccessAt: status.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: status.lastFailureAt?.toISOString() ?? null,
    nextTurnAt: status.nextTurnAt?.toISOString() ?? null,
  };
}
