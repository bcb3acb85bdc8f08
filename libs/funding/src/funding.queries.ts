import type { Tx } from '#database';
import { accounts, type LedgerService, timedKey } from '#ledger';
import type { BusinessCalendar, GpuSeconds, Instant, Month } from '#kernel';
import { instantOf } from '#kernel';
import { grantTerms } from '#grants';
import type { Admission, ProgrammeUse, Share, TenantFunds } from './domain/funding-book.ts';

/** All months of a programme's use together. */
const IN_ALL = '';

/** Cumulative GPU-seconds that an admission was charged for the time before a month end. */
export interface ChargedByMonthEnd {
  readonly at: Instant;
  readonly gpuSeconds: GpuSeconds;
}

/** An admission as it is stored: `sequence` numbers its journal entries. */
export interface StoredAdmission extends Admission {
  sequence: number;
  /** What was charged before the last month end that it crossed. */
  monthEnd?: ChargedByMonthEnd;
  /** Instant up to which it was metered just now; it is written, and never goes back. */
  meteredUntil?: Instant;
  /** It is over: metered whole, its holds released. */
  readonly closed: boolean;
}

interface AdmissionRow {
  id: string;
  job_id: string;
  tenant_id: string;
  gpu_class: string;
  fen_per_gpu_hour: bigint;
  self_pay: boolean;
  gpu_seconds: bigint;
  sequence: number;
  closed: boolean;
  month_end: Date | null;
  month_end_gpu_seconds: bigint | null;
}

function byTenant<T>(rows: readonly T[], tenantOf: (row: T) => string): Map<string, T[]> {
  return Map.groupBy<string, T>(rows, tenantOf);
}

async function loadAdmissions(tx: Tx, tenantIds: readonly string[], alsoIds: readonly string[]): Promise<StoredAdmission[]> {
  const rows = await tx.query<AdmissionRow[]>(
    `SELECT id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, gpu_seconds, sequence, closed_at IS NOT NULL AS closed,
            month_end, month_end_gpu_seconds
       FROM funding_admission
      WHERE (tenant_id = ANY ($1) AND closed_at IS NULL) OR id = ANY ($2) ORDER BY id COLLATE "C"`,
    [tenantIds, alsoIds],
  );
  const shares = await tx.query<
    ({ admission_id: string; source: string; responsible_fen: bigint } & Pick<AdmissionRow, 'gpu_seconds'> & Pick<Share, 'paid' | 'held'>)[]
  >(`SELECT admission_id, source, gpu_seconds, responsible_fen, paid, held FROM funding_share WHERE admission_id = ANY ($1)`, [
    rows.map((row) => row.id),
  ]);
  const sharesOf = Map.groupBy(shares, (share) => share.admission_id);
  return rows.map((row) => ({
    id: row.id,
    jobId: row.job_id,
    tenantId: row.tenant_id,
    gpuClass: row.gpu_class,
    fenPerGpuHour: row.fen_per_gpu_hour,
    selfPay: row.self_pay,
    gpuSeconds: row.gpu_seconds,
    sequence: row.sequence,
    closed: row.closed,
    ...(row.month_end !== null && { monthEnd: { at: instantOf(row.month_end), gpuSeconds: row.month_end_gpu_seconds ?? 0n } }),
    shares: new Map(
      (sharesOf.get(row.id) ?? []).map(({ source, gpu_seconds, responsible_fen, paid, held }) => [
        source,
        { gpuSeconds: gpu_seconds, responsibleFen: responsible_fen, paid, held },
      ]),
    ),
  }));
}

type UseOfProgrammes = Map<string, ProgrammeUse>;

/** What programmes paid in all and in `months`. */
async function loadUse(
  tx: Tx,
  tenantIds: readonly string[],
  programmeIds: readonly string[],
  months: readonly Month[],
): Promise<Map<string, UseOfProgrammes>> {
  const rows = await tx.query<{ programme_id: string; tenant_id: string; month: string; paid: bigint }[]>(
    `SELECT programme_id, tenant_id, month, paid FROM funding_programme_use
      WHERE tenant_id = ANY ($1) AND programme_id = ANY ($2) AND month = ANY ($3)`,
    [tenantIds, programmeIds, [IN_ALL, ...months]],
  );
  const found = new Map<string, UseOfProgrammes>();
  for (const row of rows) {
    const ofTenant: UseOfProgrammes = found.get(row.tenant_id) ?? new Map<string, ProgrammeUse>();
    const use = ofTenant.get(row.programme_id) ?? { total: 0n, byMonth: new Map<Month, bigint>() };
    if (row.month === IN_ALL) use.total = row.paid;
    else use.byMonth.set(row.month, row.paid);
    ofTenant.set(row.programme_id, use);
    found.set(row.tenant_id, ofTenant);
  }
  return found;
}

/** What programmes paid for one tenant, in all and in `month`, in their units; none that never paid. */
export async function programmeUse(tx: Tx, tenantId: string, programmeIds: readonly string[], month: Month): Promise<UseOfProgrammes> {
  return (await loadUse(tx, [tenantId], programmeIds, [month])).get(tenantId) ?? new Map<string, ProgrammeUse>();
}

/** What a tenant can pay with, and what of it was read: what is written back is the difference. */
export interface StoredFunds extends TenantFunds {
  readonly admissions: StoredAdmission[];
  readonly useBefore: ReadonlyMap<string, { readonly total: bigint; readonly byMonth: ReadonlyMap<Month, bigint> }>;
}

/** For when funds are asked. */
export interface FundsWanted {
  /** Instants at which something is to be held or charged: grants that were over before all of them, and other months, are not read. */
  readonly instants: readonly Instant[];
  /** Admissions that are read even where they are closed, and the grants that paid for them. */
  readonly alsoAdmissions?: readonly string[];
}

/**
 * Reads what `tenantIds` can pay with, in a constant number of statements, and as much as is current: the past of a tenant costs
 * nothing. The caller holds the tenants' locks where it is going to write.
 */
export async function loadFunds(
  tx: Tx,
  ledger: LedgerService,
  calendar: BusinessCalendar,
  tenantIds: readonly string[],
  { instants, alsoAdmissions = [] }: FundsWanted,
): Promise<Map<string, StoredFunds>> {
  const loaded = await loadAdmissions(tx, tenantIds, alsoAdmissions);
  const paying = new Set(loaded.flatMap(({ shares }) => [...shares.keys()]));
  const sources = await loadSources(tx, ledger, calendar, tenantIds, { instants, alsoGrants: [...paying] });
  const admissionsOf = byTenant(loaded, (admission) => admission.tenantId);
  return new Map([...sources].map(([tenantId, own]) => [tenantId, { ...own, admissions: admissionsOf.get(tenantId) ?? [] }]));
}

/** Reads what `tenantIds` can pay with, but not who draws on it. */
export async function loadSources(
  tx: Tx,
  ledger: LedgerService,
  calendar: BusinessCalendar,
  tenantIds: readonly string[],
  { instants, alsoGrants = [] }: { readonly instants: readonly Instant[]; readonly alsoGrants?: readonly string[] },
): Promise<Map<string, Omit<StoredFunds, 'admissions'>>> {
  // A second is paid for by what is usable just before its end (rule F8).
  const grants = await grantTerms(tx, tenantIds, { usableFrom: earliest(instants) - 1, alsoIds: alsoGrants });
  const programmeIds = [...new Set(grants.map(({ programmeId }) => programmeId))];
  const months = [...new Set(instants.flatMap((at) => [calendar.monthOf(at - 1), calendar.monthOf(at)]))];
  const use = await loadUse(tx, tenantIds, programmeIds, months);
  const balances = await ledger.balances(tx, [
    ...grants.map((grant) => accounts.grantAvailable(grant.id)),
    ...tenantIds.map((id) => accounts.walletAvailable(id)),
  ]);
  const grantsOf = byTenant(grants, (grant) => grant.tenantId);
  return new Map(
    tenantIds.map((tenantId) => {
      const own = use.get(tenantId) ?? new Map<string, ProgrammeUse>();
      return [
        tenantId,
        {
          tenantId,
          grants: (grantsOf.get(tenantId) ?? []).map((grant) => ({
            ...grant,
            available: balances.get(accounts.grantAvailable(grant.id)) ?? 0n,
          })),
          wallet: balances.get(accounts.walletAvailable(tenantId)) ?? 0n,
          use: own,
          useBefore: new Map([...own].map(([programmeId, { total, byMonth }]) => [programmeId, { total, byMonth: new Map(byMonth) }])),
        },
      ];
    }),
  );
}

function earliest(instants: readonly Instant[]): Instant {
  return instants.reduce((first, at) => Math.min(first, at), Number.MAX_SAFE_INTEGER);
}

/** Writes the working copies of admissions, shares and programme use back, set-based. */
export async function saveFunds(tx: Tx, funds: Iterable<StoredFunds>, admissions: readonly StoredAdmission[]): Promise<void> {
  await tx.query(
    `UPDATE funding_admission a SET gpu_seconds = v.gpu_seconds, sequence = v.sequence,
            month_end = to_timestamp(v.month_end), month_end_gpu_seconds = v.month_end_gpu_seconds,
            metered_until = greatest(a.metered_until, to_timestamp(v.metered_until))
       FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS v (id, gpu_seconds, sequence, month_end, month_end_gpu_seconds, metered_until) WHERE a.id = v.id`,
    [
      admissions.map((a) => a.id),
      admissions.map((a) => a.gpuSeconds),
      admissions.map((a) => a.sequence),
      admissions.map((a) => a.monthEnd?.at ?? null),
      admissions.map((a) => a.monthEnd?.gpuSeconds ?? null),
      admissions.map((a) => a.meteredUntil ?? null),
    ],
  );
  const shares = admissions.flatMap(({ id, shares: bySource }) => [...bySource].map(([source, share]) => ({ id, source, share })));
  await tx.query(
    `INSERT INTO funding_share AS s (admission_id, source, gpu_seconds, responsible_fen, paid, held)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
     ON CONFLICT (admission_id, source) DO UPDATE
        SET gpu_seconds = excluded.gpu_seconds, responsible_fen = excluded.responsible_fen, paid = excluded.paid, held = excluded.held
      WHERE (s.gpu_seconds, s.responsible_fen, s.paid, s.held)
            IS DISTINCT FROM (excluded.gpu_seconds, excluded.responsible_fen, excluded.paid, excluded.held)`,
    [
      shares.map((s) => s.id),
      shares.map((s) => s.source),
      shares.map((s) => s.share.gpuSeconds),
      shares.map((s) => s.share.responsibleFen),
      shares.map((s) => s.share.paid),
      shares.map((s) => s.share.held),
    ],
  );
  const uses = [...funds].flatMap(newUse);
  if (uses.length === 0) return;
  await tx.query(
    `INSERT INTO funding_programme_use AS u (programme_id, tenant_id, month, paid)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
     ON CONFLICT (tenant_id, programme_id, month) DO UPDATE SET paid = u.paid + excluded.paid`,
    [uses.map((u) => u.programmeId), uses.map((u) => u.tenantId), uses.map((u) => u.month), uses.map((u) => u.paid)],
  );
}

/** What programmes paid since the funds were read, less what they got back. */
function newUse({ tenantId, use, useBefore }: StoredFunds): { tenantId: string; programmeId: string; month: string; paid: bigint }[] {
  return [...use].flatMap(([programmeId, { total, byMonth }]) => {
    const before = useBefore.get(programmeId);
    const changes = [
      { month: IN_ALL, paid: total - (before?.total ?? 0n) },
      ...[...byMonth].map(([month, paid]) => ({ month, paid: paid - (before?.byMonth.get(month) ?? 0n) })),
    ];
    return changes.filter(({ paid }) => paid !== 0n).map((change) => ({ tenantId, programmeId, ...change }));
  });
}

/** The name that an admission's usage entries bear within their idempotency keys. */
export function usageKey(at: Instant, admission: StoredAdmission): string {
  return timedKey(at, 'usage', admission.id, admission.sequence);
}

export async function insertAdmissions(tx: Tx, admissions: readonly Admission[], at: Instant): Promise<void> {
  if (admissions.length === 0) return;
  await tx.query(
    `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at)
     SELECT v.*, to_timestamp($7)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[])
         AS v (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay)`,
    [
      ...[admissions.map((a) => a.id), admissions.map((a) => a.jobId), admissions.map((a) => a.tenantId)],
      ...[admissions.map((a) => a.gpuClass), admissions.map((a) => a.fenPerGpuHour), admissions.map((a) => a.selfPay), at],
    ],
  );
}

export async function closeAdmissions(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`UPDATE funding_admission SET closed_at = to_timestamp($2) WHERE id = ANY ($1) AND closed_at IS NULL`, [ids, at]);
}

export async function classesOfJobs(tx: Tx, jobIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ job_id: string; gpu_class: string }[]>(
    `SELECT DISTINCT job_id, gpu_class FROM funding_admission WHERE job_id = ANY ($1)`,
    [jobIds],
  );
  return new Map(rows.map((row) => [row.job_id, row.gpu_class]));
}

/** Counts what was refunded of admissions, so that what is metered and what is charged still compare (rule M8). */
export async function addRefunded(
  tx: Tx,
  refunds: readonly { readonly admissionId: string; readonly gpuSeconds: GpuSeconds }[],
): Promise<void> {
  await tx.query(
    `UPDATE funding_admission a SET refunded_gpu_seconds = refunded_gpu_seconds + v.gpu_seconds
       FROM unnest($1::text[], $2::bigint[]) AS v (id, gpu_seconds) WHERE a.id = v.id`,
    [refunds.map(({ admissionId }) => admissionId), refunds.map(({ gpuSeconds }) => gpuSeconds)],
  );
}
