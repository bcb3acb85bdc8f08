import { z } from 'zod';
import type { Quota } from '#funding';
import type { SourceRunway } from '#insight';
import { jsonInteger, toDate, UNITS } from '#kernel';
import type { AccountLine, JobCharge, Page } from '#ledger';
import { GRANT_STATUSES, type GrantPosition, type GrantSheet } from '#grants';
import { listOrder, pageOf, pageQuery } from '../http/pages.ts';
import { amount, id, instant, prose } from '../http/wire.ts';
import { programmeId, whole, written } from '../programmes/programme.schemas.ts';
import type { ConcurrencyLimit } from '#scheduling';

export const grantId = id('grant');
export const reasonInput = z.strictObject({ reason: prose(1000) });
export const grantsQuery = pageQuery({ company: id('company').optional(), programme: programmeId.optional() });
export const entriesQuery = pageQuery({ side: z.enum(['available', 'held']).default('available'), order: listOrder });
export const limitInput = z.strictObject({
  maxGpus: z.int().min(0).max(1_000_000).nullable().describe('the most that the company may use at once; null lifts the limit'),
  share: z
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe('what it gets back from those who borrow; null lifts the share; absent: as it is'),
});

const grant = {
  id: z.string(),
  programmeId: z.string(),
  companyId: z.string(),
  name: z.string(),
  unit: z.enum(UNITS).describe('CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds'),
  validFrom: instant,
  validUntil: instant,
  frozen: z.boolean(),
  status: z.enum(GRANT_STATUSES).describe('Whether jobs can use it now; used-up: nothing is available or held'),
  carriedOver: z.boolean(),
  applicationId: z.string().nullable(),
  openedAt: instant,
  available: amount,
  held: amount,
};
export const grantAnswer = z.object(grant).meta({ id: 'Grant' });
export const grantsAnswer = pageOf(grantAnswer);

export const DAYS_LEFT =
  'Whole days until it is used up or its validity ends, by the forecast of the company (`/companies/{id}/runway`); null: nothing is left, or not within the horizon';

export const runwayAnswer = z.object({
  consumptionPerDay: amount.describe('What it pays in the next whole day, at the rate of the last seven days'),
  daysLeft: z.int().nullable().describe(DAYS_LEFT),
});

export const grantSheetAnswer = z
  .object({
    ...grant,
    promised: amount,
    spent: amount,
    runway: runwayAnswer,
    events: z.array(
      z.object({
        id: z.string(),
        at: instant,
        kind: z.string(),
        amount: amount.nullable(),
        validUntil: instant.nullable(),
        actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'GrantSheet' });

export const entriesAnswer = pageOf(
  z.object({
    entryId: z.string(),
    kind: z.string(),
    effectiveAt: instant,
    jobId: z.string().optional(),
    jobName: z.string().optional(),
    reason: z.string().optional(),
    amount,
    balance: amount,
    gpuSeconds: amount,
  }),
);

export const grantJobsAnswer = z
  .object({ items: z.array(z.object({ jobId: z.string(), jobName: z.string().optional(), amount, gpuSeconds: amount, listFen: amount })) })
  .meta({ id: 'GrantJobs' });

const limitAnswer = z.object({ gpuClass: z.string(), maxGpus: z.int().nullable(), share: z.int().nullable() });
export const limitsAnswer = z.object({ items: z.array(limitAnswer) }).meta({ id: 'ConcurrencyLimits' });
export const quotaAnswer = z
  .object({
    grants: z.array(grantAnswer),
    caps: z.array(
      z.object({
        programmeId: z.string(),
        programmeName: z.string(),
        unit: z.enum(UNITS),
        capPerTenant: amount.nullable(),
        paid: amount,
        monthlyCapPerTenant: amount.nullable(),
        paidThisMonth: amount,
      }),
    ),
    concurrency: z.array(limitAnswer),
  })
  .meta({ id: 'Quota' });

export function showPosition({ grant: { tenantId, ...rest }, available, held, status }: GrantPosition): z.infer<typeof grantAnswer> {
  return {
    ...rest,
    companyId: tenantId,
    validFrom: rest.validFrom.toISOString(),
    validUntil: rest.validUntil.toISOString(),
    openedAt: rest.openedAt.toISOString(),
    available: jsonInteger(available),
    held: jsonInteger(held),
    status,
  };
}

export function showRunwayOf({ consumptionPerDay, daysLeft }: SourceRunway): z.infer<typeof runwayAnswer> {
  return { consumptionPerDay: jsonInteger(consumptionPerDay), daysLeft };
}

export function showSheet(sheet: GrantSheet, runway: SourceRunway): z.infer<typeof grantSheetAnswer> {
  return {
    ...showPosition(sheet),
    promised: jsonInteger(sheet.promised),
    spent: jsonInteger(sheet.spent),
    runway: showRunwayOf(runway),
    events: sheet.events.map((event) => ({
      ...event,
      at: event.at.toISOString(),
      amount: whole(event.amount),
      validUntil: written(event.validUntil),
    })),
  };
}

/** Names of jobs by id. */
type JobNames = ReadonlyMap<string, string>;

function nameOf(jobId: string | undefined, names: JobNames): { jobName?: string } {
  const jobName = jobId === undefined ? undefined : names.get(jobId);
  return jobName === undefined ? {} : { jobName };
}

export function showEntries({ items, next }: Page<AccountLine>, names: JobNames): z.infer<typeof entriesAnswer> {
  return {
    items: items.map((line) => ({
      ...line,
      ...nameOf(line.jobId, names),
      effectiveAt: toDate(line.effectiveAt).toISOString(),
      amount: jsonInteger(line.amount),
      balance: jsonInteger(line.balance),
      gpuSeconds: jsonInteger(line.gpuSeconds),
    })),
    ...(next !== undefined && { nextCursor: Buffer.from(next).toString('base64url') }),
  };
}

export function showJobs(charges: readonly JobCharge[], names: JobNames): z.infer<typeof grantJobsAnswer> {
  const jobs = [...Map.groupBy(charges, ({ jobId }) => jobId)].map(([jobId, own]) => ({
    jobId,
    ...nameOf(jobId, names),
    amount: jsonInteger(own.reduce((sum, charge) => sum + charge.amount, 0n)),
    gpuSeconds: jsonInteger(own.reduce((sum, charge) => sum + charge.gpuSeconds, 0n)),
    listFen: jsonInteger(own.reduce((sum, charge) => sum + charge.listFen, 0n)),
  }));
  return { items: jobs };
}

export function showLimit({ gpuClass, maxGpus, share }: ConcurrencyLimit): z.infer<typeof limitAnswer> {
  return { gpuClass, maxGpus, share };
}

export function showQuota(quota: Quota, limits: readonly ConcurrencyLimit[]): z.infer<typeof quotaAnswer> {
  return {
    grants: quota.grants.map(showPosition),
    caps: quota.caps.map((cap) => ({
      ...cap,
      capPerTenant: whole(cap.capPerTenant),
      paid: jsonInteger(cap.paid),
      monthlyCapPerTenant: whole(cap.monthlyCapPerTenant),
      paidThisMonth: jsonInteger(cap.paidThisMonth),
    })),
    concurrency: limits.map(showLimit),
  };
}
