import { z } from 'zod';
import type { OutboxTopic } from '#database';

const warnedJob = z.object({ id: z.string(), name: z.string(), submittedBy: z.string() });

const drainWarned = z.object({
  company: z.object({ id: z.string(), name: z.string(), status: z.string(), reason: z.string().nullable() }),
  jobs: z.array(warnedJob),
  stopsAt: z.iso.datetime({ offset: true }),
});

/** Running jobs of a company that is no longer active were warned that they will be stopped. */
export const DRAIN_WARNED: OutboxTopic<z.infer<typeof drainWarned>> = { name: 'drain-warning', data: drainWarned };
export type DrainWarned = z.infer<typeof drainWarned>;

const fundsWarned = z.object({
  jobs: z.array(warnedJob.extend({ exhaustsAt: z.iso.datetime({ offset: true }), distanceSeconds: z.number().int().nonnegative() })),
});

/** Jobs were warned that their funds end (rule F6). */
export const FUNDS_WARNED: OutboxTopic<z.infer<typeof fundsWarned>> = { name: 'funds-warning', data: fundsWarned };
