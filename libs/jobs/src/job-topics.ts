import { z } from 'zod';
import type { OutboxTopic } from '#database';
import { REPORTED_ENDS } from './reported-end.ts';

const namedJob = z.object({ id: z.string(), name: z.string(), submittedBy: z.string() });

const drainWarned = z.object({
  company: z.object({ id: z.string(), name: z.string(), status: z.string(), reason: z.string().nullable() }),
  jobs: z.array(namedJob),
  stopsAt: z.iso.datetime({ offset: true }),
});

/** Running jobs of a company that is no longer active were warned that they will be stopped. */
export const DRAIN_WARNED: OutboxTopic<z.infer<typeof drainWarned>> = { name: 'drain-warning', data: drainWarned };
export type DrainWarned = z.infer<typeof drainWarned>;

const fundsWarned = z.object({
  jobs: z.array(namedJob.extend({ exhaustsAt: z.iso.datetime({ offset: true }), distanceSeconds: z.number().int().nonnegative() })),
});

/** Jobs were warned that their funds end (rule F6). */
export const FUNDS_WARNED: OutboxTopic<z.infer<typeof fundsWarned>> = { name: 'funds-warning', data: fundsWarned };

const jobsEnded = z.object({
  end: z.enum(REPORTED_ENDS),
  jobs: z.array(namedJob.extend({ tenantId: z.string(), attempt: z.number().int(), detail: z.string() })),
});

/** Attempts of jobs ended in a way that the people of their companies are told of. */
export const JOBS_ENDED: OutboxTopic<z.infer<typeof jobsEnded>> = { name: 'job-ended', data: jobsEnded };
export type JobsEnded = z.infer<typeof jobsEnded>;

const jobsRefunded = z.object({
  kind: z.enum(['refunded', 'refund-reversed']),
  companyId: z.string(),
  incidentId: z.string(),
  reason: z.string(),
  /** GPU-seconds in decimal digits. */
  jobs: z.array(namedJob.extend({ gpuSeconds: z.string() })),
});

/** GPU-seconds of a company's jobs were credited back for an incident, or are charged again after all (rule M8). */
export const JOBS_REFUNDED: OutboxTopic<z.infer<typeof jobsRefunded>> = { name: 'refund', data: jobsRefunded };
export type JobsRefunded = z.infer<typeof jobsRefunded>;
