import { z } from 'zod';
import { canonicalJson, formatInstant, jsonInteger } from '#kernel';
import { DIFFERENCE_CODES, DIFFERENCE_REASONS, type NightlyReconciliation, type Reconciliation, REPORTED_BY } from '#statements';
import { amount, day, instant, month, queryFlag } from '../http/wire.ts';
import { companyId } from '../tenancy/company.schemas.ts';

export const reconciliationQuery = z.strictObject({
  month: month.optional().describe('A business month; the present one where no period is given'),
  from: day.optional().describe('First day, instead of a month'),
  to: day.optional().describe('Last day, with `from`'),
  company: companyId.optional().describe('This company only'),
  jobs: queryFlag.optional().describe('Show the sides of each job, at most 1,000'),
});

const lostPod = z.object({
  podUid: z.string(),
  jobId: z.string(),
  tenantId: z.string(),
  gpus: z.int(),
  lastSeenAt: instant.describe('Its end, as far as money goes'),
  noticedGoneAt: instant,
});

const reusedPod = z.object({
  podUid: z.string(),
  admissionId: z.string(),
  jobId: z.string(),
  tenantId: z.string(),
  knownAdmissionId: z.string().describe('What it was metered for'),
  gpus: z.int(),
  startedAt: instant,
});

const clusterComparison = z.object({
  source: z
    .enum(REPORTED_BY)
    .describe('`record`: the cluster keeps one; `pods`: those that still exist; `none`: it tells nothing of the period'),
  pods: z.int().describe('Pods compared'),
  clusterGpuSeconds: amount,
  meteredGpuSeconds: amount.describe('Of the same pods'),
  differences: z.array(
    z.object({
      podUid: z.string(),
      jobId: z.string(),
      reason: z
        .enum(DIFFERENCE_REASONS)
        .describe('`lost-pod` and `clock` have a known cause; with any other reason the sides do not agree'),
      clusterGpuSeconds: amount,
      meteredGpuSeconds: amount,
    }),
  ),
  agrees: z.boolean(),
});

export const differenceAnswer = z
  .object({
    code: z.enum(DIFFERENCE_CODES),
    known: z.boolean().describe('It has a known cause that is no fault'),
    reason: z.string().describe('A sentence for people'),
    tenantId: z.string().optional(),
    jobId: z.string().optional(),
    podUid: z.string().optional(),
    account: z.string().optional().describe('The grant or wallet'),
    month: month.optional(),
    expected: amount.describe('By the side that is compared with, in `unit`'),
    found: amount,
    unit: z.enum(['GPU_SECONDS', 'CNY']),
  })
  .meta({ id: 'ReconciliationDifference' });

const jobSides = z.object({
  tenantId: z.string(),
  jobId: z.string(),
  clusterGpuSeconds: amount,
  meteredGpuSeconds: amount,
  refundedGpuSeconds: amount,
  lateGpuSeconds: amount,
  ledgerGpuSeconds: amount,
  statementGpuSeconds: amount,
  ledgerListFen: amount,
  statementListFen: amount,
  ledgerPaidFen: amount.describe('Earned in fen by the receiving side of the charges'),
  statementPaidFen: amount,
});

export const reconciliationAnswer = z
  .object({
    from: instant,
    until: instant.describe('The end of the period, which is no part of it'),
    month: month.optional().describe('Where the period is one business month'),
    tenantId: z.string().optional(),
    clusterGpuSeconds: amount.describe('By the record of what the cluster reported'),
    meteredGpuSeconds: amount,
    refundedGpuSeconds: amount.describe('Credited back for failures of the platform'),
    lateGpuSeconds: amount.describe('Posted for closed months before, less what was posted later for this one'),
    ledgerGpuSeconds: amount,
    statementGpuSeconds: amount,
    comparedJobs: z.int(),
    frozenMonths: z.array(month).describe('Closed months whose frozen statements were read'),
    differences: z.array(differenceAnswer).describe('At most 1,000, those without a known cause first'),
    differenceCount: z.int().describe('How many there are without a known cause'),
    agrees: z.boolean(),
    lost: z.array(lostPod).describe('Pods that were gone before anybody could tell when they ended'),
    reused: z
      .array(reusedPod)
      .describe('Pods that are not metered, because the cluster gave them UIDs of earlier ones; while there are any, nothing agrees'),
    cluster: clusterComparison.describe('What is metered beside what the cluster itself reports now of the same pods'),
    jobs: z.array(jobSides).optional(),
  })
  .meta({ id: 'Reconciliation' });

export function showReconciliation(found: Reconciliation): z.infer<typeof reconciliationAnswer> {
  const { from, until, lost, reused, cluster, differences, jobs, frozenMonths, ...rest } = found;
  return {
    ...(JSON.parse(canonicalJson(rest)) as Omit<z.infer<typeof reconciliationAnswer>, 'from' | 'until' | 'lost' | 'reused' | 'cluster'>),
    ...{ from: formatInstant(from), until: formatInstant(until), frozenMonths: [...frozenMonths] },
    differences: differences.map(({ expected, found: amountFound, ...difference }) => ({
      ...{ ...difference, expected: jsonInteger(expected), found: jsonInteger(amountFound) },
    })),
    lost: lost.map((pod) => ({ ...pod, lastSeenAt: formatInstant(pod.lastSeenAt), noticedGoneAt: formatInstant(pod.noticedGoneAt) })),
    reused: reused.map((pod) => ({ ...pod, startedAt: formatInstant(pod.startedAt) })),
    cluster: JSON.parse(canonicalJson(cluster)) as z.infer<typeof clusterComparison>,
    ...(jobs !== undefined && { jobs: JSON.parse(canonicalJson(jobs)) as z.infer<typeof jobSides>[] }),
  };
}

const nightlyDifference = differenceAnswer
  .omit({ known: true })
  .extend({ month, firstSeenAt: instant, lastSeenAt: instant.describe('When a night last found it') })
  .meta({ id: 'NightlyDifference' });

export const nightlyAnswer = z
  .object({
    runs: z
      .array(
        z.object({
          ...{
            month,
            at: instant,
            clusterGpuSeconds: amount,
            meteredGpuSeconds: amount,
            refundedGpuSeconds: amount,
            lateGpuSeconds: amount,
          },
          ...{ ledgerGpuSeconds: amount, statementGpuSeconds: amount, comparedJobs: z.int(), differenceCount: z.int() },
        }),
      )
      .describe('The latest of each month, the latest month first'),
    openDifferences: z.int(),
    differences: z.array(nightlyDifference).describe('Those that are open, at most 1,000'),
  })
  .meta({ id: 'NightlyReconciliation' });

export function showNightly({ runs, differences, openDifferences }: NightlyReconciliation): z.infer<typeof nightlyAnswer> {
  return {
    runs: runs.map(({ at, ...sides }) => ({
      ...(JSON.parse(canonicalJson(sides)) as Omit<z.infer<typeof nightlyAnswer>['runs'][number], 'at'>),
      at: at.toISOString(),
    })),
    openDifferences: jsonInteger(openDifferences),
    differences: differences.map(({ tenantId, jobId, podUid, account, expected, found, firstSeenAt, lastSeenAt, ...difference }) => ({
      ...{ month: difference.month, code: difference.code, reason: difference.reason, unit: difference.unit },
      ...{ ...(tenantId !== null && { tenantId }), ...(jobId !== null && { jobId }), ...(podUid !== null && { podUid }) },
      ...{ ...(account !== null && { account }), expected: jsonInteger(expected), found: jsonInteger(found) },
      ...{ firstSeenAt: firstSeenAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() },
    })),
  };
}
