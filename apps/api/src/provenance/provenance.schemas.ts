import { z } from 'zod';
import { type AttemptShare, attemptOfEntry, type ChargedAttempt } from '#funding';
import { jsonInteger, toDate } from '#kernel';
import { ENTRY_KINDS, type RecordedEntry } from '#ledger';
import type { AttemptRun } from '#metering';
import type { MonthOfStatement, StatementLine } from '#statements';
import { pageOf, pageQuery } from '../http/pages.ts';
import { amount, instant, month, queryFlag } from '../http/wire.ts';

const unit = z.enum(['CNY', 'GPU_SECONDS']);
const sourceName = z.string().describe('What people call it: the name of the grant, `wallet` or `absorbed`');

export const entryIdInput = z.string().regex(/^entry_\d{13}$/, 'An id of an entry is entry_ and 13 digits');

const attempt = z.object({
  attempt: z.int(),
  admissionId: z.string(),
  fenPerGpuHour: amount.describe('List price of the day on which it was admitted'),
  admittedAt: instant,
  closedAt: instant.nullable().describe('Since when it is metered whole and holds nothing'),
  meteredUntil: instant.nullable().describe('Instant of its last tick'),
  gpuSeconds: amount.describe('Charged, refunds taken off'),
  refundedGpuSeconds: amount,
  shares: z.array(
    z.object({
      source: z.string().describe('`grant:<id>`, `wallet` or `absorbed`'),
      name: sourceName,
      unit,
      gpuSeconds: amount,
      paid: amount.describe('In `unit`'),
      held: amount.describe('In `unit`'),
    }),
  ),
});
export const provenanceAnswer = pageOf(attempt)
  .extend({ jobId: z.string(), jobName: z.string(), companyId: z.string() })
  .meta({ id: 'JobProvenance' });
export const provenanceQuery = pageQuery({});

export const intervalsAnswer = pageOf(
  z.object({
    podUid: z.string(),
    node: z.string().nullable().describe('Null for pods of before nodes were kept'),
    gpus: z.int(),
    startedAt: instant,
    endedAt: instant.nullable(),
    meteredUntil: instant.describe('Until when it is charged'),
    gpuSeconds: amount.describe('GPUs × metered time'),
    endSource: z.enum(['reported', 'last-seen']).nullable().describe('`last-seen`: the pod was lost'),
  }),
).meta({ id: 'AttemptIntervals' });
export const intervalsQuery = pageQuery({
  attempt: z.coerce.number().int().min(1).max(100_000).optional().describe('Absent: the last one'),
});

const monthAnswer = z.object({
  month,
  closedAt: instant.optional().describe('Absent: the month is open'),
  digest: z.string().optional().describe("SHA-256 of the company's statement of the month"),
});

const posting = z.object({
  account: z.string(),
  name: sourceName,
  unit,
  amount: amount.describe('Into the account where positive; in `unit`'),
  gpuSeconds: amount,
  listFen: amount,
});
const entry = z.object({
  id: z.string(),
  kind: z.enum(ENTRY_KINDS),
  effectiveAt: instant,
  recordedAt: instant,
  companyId: z.string().optional(),
  jobId: z.string().optional(),
  attemptNumber: z.int().optional().describe('The attempt of the job that it is about'),
  corrects: z.string().optional().describe('The entry that it corrects'),
  belongsTo: month.optional().describe('The closed month that it belongs to, where it came late'),
  reason: z.string().optional(),
  postings: z.array(posting),
});
export const jobEntriesAnswer = pageOf(entry).meta({ id: 'JobEntries' });
export const jobEntriesQuery = pageQuery({
  month: month.optional().describe('Only those that take effect in it'),
  holds: queryFlag.optional().describe('Holds too, not only charges'),
});
export const entryAnswer = entry
  .extend({
    statement: monthAnswer.describe('The month in which it takes effect'),
    correctedBy: z.array(z.string()).describe('Entries that correct it'),
    jobName: z.string().optional(),
  })
  .meta({ id: 'LedgerEntry' });

export const lineAnswer = z
  .object({
    jobId: z.string(),
    jobName: z.string(),
    gpuClass: z.string(),
    statement: monthAnswer,
    shares: z.array(
      z.object({
        source: z.string(),
        name: sourceName,
        unit,
        gpuSeconds: amount,
        amount: amount.describe('Paid, in `unit`'),
        listFen: amount,
      }),
    ),
    totals: z.object({ gpuSeconds: amount, listFen: amount, subsidyFen: amount, selfPaidFen: amount, absorbedFen: amount }),
  })
  .meta({ id: 'StatementLine' });

/** Names and units of grants by id. */
export type GrantNames = ReadonlyMap<string, { readonly name: string; readonly unit: 'CNY' | 'GPU_SECONDS' }>;

function showShare({ source, gpuSeconds, paid, held }: AttemptShare, grants: GrantNames): z.infer<typeof attempt>['shares'][number] {
  const grant = grants.get(source);
  const isGrant = source !== 'wallet' && source !== 'absorbed';
  return {
    ...{ source: isGrant ? `grant:${source}` : source, name: grant?.name ?? source, unit: grant?.unit ?? 'CNY' },
    ...{ gpuSeconds: jsonInteger(gpuSeconds), paid: jsonInteger(paid), held: jsonInteger(held) },
  };
}

export function showAttempt(charged: ChargedAttempt, grants: GrantNames): z.infer<typeof attempt> {
  return {
    ...charged,
    fenPerGpuHour: jsonInteger(charged.fenPerGpuHour),
    admittedAt: charged.admittedAt.toISOString(),
    closedAt: charged.closedAt?.toISOString() ?? null,
    meteredUntil: charged.meteredUntil?.toISOString() ?? null,
    gpuSeconds: jsonInteger(charged.gpuSeconds),
    refundedGpuSeconds: jsonInteger(charged.refundedGpuSeconds),
    shares: charged.shares.map((share) => showShare(share, grants)),
  };
}

export function showRun(run: AttemptRun): z.infer<typeof intervalsAnswer>['items'][number] {
  return {
    ...run,
    startedAt: run.startedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    meteredUntil: run.meteredUntil.toISOString(),
    gpuSeconds: jsonInteger(run.gpuSeconds),
  };
}

function nameOfAccount(account: string, grants: GrantNames): string {
  const [kind = account, owner = ''] = account.split(':');
  return kind === 'grant' ? (grants.get(owner)?.name ?? owner) : kind;
}

export function showEntry(recorded: RecordedEntry, grants: GrantNames): z.infer<typeof entry> {
  const { id, kind, effectiveAt, recordedAt, tenantId, jobId, corrects, belongsTo, reason, postings } = recorded;
  const attemptNumber = attemptOfEntry(recorded);
  return {
    ...{ id, kind, effectiveAt: toDate(effectiveAt).toISOString(), recordedAt: recordedAt.toISOString() },
    ...{ companyId: tenantId, jobId, attemptNumber, corrects, belongsTo, reason },
    postings: postings.map(({ account, unit: of, amount: moved, gpuSeconds = 0n, listFen = 0n }) => ({
      ...{ account, name: nameOfAccount(account, grants), unit: of },
      ...{ amount: jsonInteger(moved), gpuSeconds: jsonInteger(gpuSeconds), listFen: jsonInteger(listFen) },
    })),
  };
}

export function showMonth({ month: of, closedAt, digest }: MonthOfStatement): z.infer<typeof monthAnswer> {
  return { month: of, ...(closedAt !== undefined && { closedAt: closedAt.toISOString() }), ...(digest !== undefined && { digest }) };
}

export function showLine({ shares, totals }: StatementLine, grants: GrantNames): Pick<z.infer<typeof lineAnswer>, 'shares' | 'totals'> {
  return {
    shares: shares.map(({ source, unit: of, gpuSeconds, amount: paid, listFen }) => ({
      ...{ source, name: nameOfAccount(source, grants), unit: of },
      ...{ gpuSeconds: jsonInteger(gpuSeconds), amount: jsonInteger(paid), listFen: jsonInteger(listFen) },
    })),
    totals: {
      gpuSeconds: jsonInteger(totals.gpuSeconds),
      listFen: jsonInteger(totals.listFen),
      subsidyFen: jsonInteger(totals.subsidyFen),
      selfPaidFen: jsonInteger(totals.selfPaidFen),
      absorbedFen: jsonInteger(totals.absorbedFen),
    },
  };
}
