import type { Tx } from '#database';
import { accounts, type Journal, type Ledger, type RecordedEntry, timedKey } from '#ledger';
import type { BusinessCalendar, GpuSeconds, Instant, Month } from '#kernel';
import { instantOf, invariant } from '#kernel';
import { grantTerms } from '#subsidy';
import { WALLET } from './domain/allocation.ts';
import type { Admission, ProgrammeUse, Segment, Share, TenantFunds } from './domain/funding-book.ts';

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

async function loadUse(tx: Tx, tenantIds: readonly string[]): Promise<Map<string, Map<string, ProgrammeUse>>> {
  const rows = await tx.query<{ programme_id: string; tenant_id: string; month: string; paid: bigint }[]>(
    `SELECT programme_id, tenant_id, month, paid FROM funding_programme_use WHERE tenant_id = ANY ($1)`,
    [tenantIds],
  );
  const found = new Map<string, Map<string, ProgrammeUse>>();
  for (const row of rows) {
    const ofTenant = found.get(row.tenant_id) ?? new Map<string, ProgrammeUse>();
    const use = ofTenant.get(row.programme_id) ?? { total: 0n, byMonth: new Map<Month, bigint>() };
    if (row.month === IN_ALL) use.total = row.paid;
    else use.byMonth.set(row.month, row.paid);
    ofTenant.set(row.programme_id, use);
    found.set(row.tenant_id, ofTenant);
  }
  return found;
}

/**
 * Reads what `tenantIds` can pay with, in a constant number of statements. The caller holds the tenants' locks where it is
 * going to write. `alsoAdmissions` are read even where they are closed.
 */
export async function loadFunds(
  tx: Tx,
  ledger: Ledger,
  tenantIds: readonly string[],
  alsoAdmissions: readonly string[] = [],
): Promise<Map<string, TenantFunds & { admissions: StoredAdmission[] }>> {
  const grants = await grantTerms(tx, tenantIds);
  const admissions = byTenant(await loadAdmissions(tx, tenantIds, alsoAdmissions), (admission) => admission.tenantId);
  const use = await loadUse(tx, tenantIds);
  const balances = await ledger.balances(tx, [
    ...grants.map((grant) => accounts.grantAvailable(grant.id)),
    ...tenantIds.map((id) => accounts.walletAvailable(id)),
  ]);
  const grantsOf = byTenant(grants, (grant) => grant.tenantId);
  return new Map(
    tenantIds.map((tenantId) => [
      tenantId,
      {
        tenantId,
        grants: (grantsOf.get(tenantId) ?? []).map((grant) => ({
          ...grant,
          available: balances.get(accounts.grantAvailable(grant.id)) ?? 0n,
        })),
        wallet: balances.get(accounts.walletAvailable(tenantId)) ?? 0n,
        use: use.get(tenantId) ?? new Map<string, ProgrammeUse>(),
        admissions: admissions.get(tenantId) ?? [],
      },
    ]),
  );
}

/** Writes the working copies of admissions, shares and programme use back, set-based. */
export async function saveFunds(tx: Tx, funds: Iterable<TenantFunds>, admissions: readonly StoredAdmission[]): Promise<void> {
  await tx.query(
    `UPDATE funding_admission a SET gpu_seconds = v.gpu_seconds, sequence = v.sequence,
            month_end = to_timestamp(v.month_end), month_end_gpu_seconds = v.month_end_gpu_seconds
       FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[])
            AS v (id, gpu_seconds, sequence, month_end, month_end_gpu_seconds) WHERE a.id = v.id`,
    [
      admissions.map((a) => a.id),
      admissions.map((a) => a.gpuSeconds),
      admissions.map((a) => a.sequence),
      admissions.map((a) => a.monthEnd?.at ?? null),
      admissions.map((a) => a.monthEnd?.gpuSeconds ?? null),
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
  const uses = [...funds].flatMap(({ tenantId, use }) =>
    [...use].flatMap(([programmeId, { total, byMonth }]) =>
      [[IN_ALL, total] as const, ...byMonth].map(([month, paid]) => ({ tenantId, programmeId, month, paid })),
    ),
  );
  await tx.query(
    `INSERT INTO funding_programme_use AS u (programme_id, tenant_id, month, paid)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
     ON CONFLICT (tenant_id, programme_id, month) DO UPDATE SET paid = excluded.paid WHERE u.paid <> excluded.paid`,
    [uses.map((u) => u.programmeId), uses.map((u) => u.tenantId), uses.map((u) => u.month), uses.map((u) => u.paid)],
  );
}

const WHOLE_PAGE = 1_000;

/** The name that an admission's usage entries bear within their idempotency keys. */
export function usageKey(at: Instant, admission: StoredAdmission): string {
  return timedKey(at, 'usage', admission.id, admission.sequence);
}

/** The number of a usage entry within its admission; undefined for an entry of another kind or another admission. */
function usageNumber(key: string, admissionId: string): number | undefined {
  const mark = `/usage/${admissionId}/`;
  const found = key.indexOf(mark);
  return found === -1 ? undefined : Number(key.slice(found + mark.length));
}

/**
 * The charged segments of an admission that are not yet credited back, latest first: what a correction undoes (rule M4). Read
 * from its journal: a correcting entry takes seconds off the end of what stands before it.
 */
export async function chargedSegments(tx: Tx, journal: Journal, calendar: BusinessCalendar, admission: Admission): Promise<Segment[]> {
  const numbered: { number: number; entry: RecordedEntry }[] = [];
  let cursor: string | undefined;
  do {
    const page = await journal.ofJob(tx, admission.jobId, { limit: WHOLE_PAGE, ...(cursor !== undefined && { cursor }) });
    for (const entry of page.items) {
      const number = usageNumber(entry.key, admission.id);
      if (number !== undefined) numbered.push({ number, entry });
    }
    cursor = page.next;
  } while (cursor !== undefined);
  numbered.sort((a, b) => a.number - b.number);

  const standing: StandingSegment[] = [];
  for (const { entry } of numbered) {
    // A late entry counts for the month it belongs to, its cap included.
    const chargedAt = entry.belongsTo === undefined ? entry.effectiveAt : calendar.startOf(entry.belongsTo);
    for (const posting of entry.postings) {
      const gpuSeconds = posting.gpuSeconds ?? 0n;
      if (gpuSeconds > 0n) standing.push({ entryId: entry.id, chargedAt, source: sourceOf(posting.account), gpuSeconds });
      if (gpuSeconds < 0n) takeOff(standing, -gpuSeconds);
    }
  }
  return standing.reverse();
}

type StandingSegment = Omit<Segment, 'gpuSeconds'> & { gpuSeconds: GpuSeconds };

function takeOff(standing: StandingSegment[], gpuSeconds: GpuSeconds): void {
  let left = gpuSeconds;
  while (left > 0n) {
    const last = standing.at(-1);
    invariant(last !== undefined, 'a correction credits no more than was charged');
    const taken = last.gpuSeconds < left ? last.gpuSeconds : left;
    last.gpuSeconds -= taken;
    left -= taken;
    if (last.gpuSeconds === 0n) standing.pop();
  }
}

/** `grant:<id>:held` → the grant's id; `wallet:<tenant>:…` → wallet; `absorbed`. */
function sourceOf(account: string): string {
  const [kind = '', id = ''] = account.split(':');
  return kind === 'grant' ? id : kind === 'wallet' ? WALLET : kind;
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
