import type { Tx } from '#database';
import { accounts, type BusinessCalendar, type Instant, type Month } from '#kernel';
import type { LedgerService } from '#ledger';
import { grantTerms } from '#grants';
import { selectAdmissions, type StoredAdmission, updateAdmissions } from './admissions.queries.ts';
import type { ProgrammeUse } from './domain/caps.ts';
import type { TenantFunds } from './domain/funding-book.ts';
import { addProgrammeUse, type NewProgrammeUse, selectProgrammeUse, type UseOfProgrammes } from './programme-use.queries.ts';

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
 * Reads what `tenantIds` can pay with, in a constant number of statements, and only what is current: the past of a tenant costs
 * nothing. The caller holds the tenants' locks where it is going to write.
 */
export async function loadFunds(
  tx: Tx,
  ledger: LedgerService,
  calendar: BusinessCalendar,
  tenantIds: readonly string[],
  { instants, alsoAdmissions = [] }: FundsWanted,
): Promise<Map<string, StoredFunds>> {
  const loaded = await selectAdmissions(tx, tenantIds, alsoAdmissions);
  const paying = new Set(loaded.flatMap(({ shares }) => [...shares.keys()]));
  const sources = await loadSources(tx, ledger, calendar, tenantIds, { instants, alsoGrants: [...paying] });
  const admissionsOf = Map.groupBy(loaded, ({ tenantId }) => tenantId);
  return new Map([...sources].map(([tenantId, own]) => [tenantId, { ...own, admissions: admissionsOf.get(tenantId) ?? [] }]));
}

/** Reads what `tenantIds` can pay with, but not the admissions that draw on it. */
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
  const use = await selectProgrammeUse(tx, tenantIds, programmeIds, months);
  const balances = await ledger.balances(tx, [
    ...grants.map((grant) => accounts.grantAvailable(grant.id)),
    ...tenantIds.map((id) => accounts.walletAvailable(id)),
  ]);
  const grantsOf = Map.groupBy(grants, ({ tenantId }) => tenantId);
  return new Map(
    tenantIds.map((tenantId) => {
      const own: UseOfProgrammes = use.get(tenantId) ?? new Map<string, ProgrammeUse>();
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
  await updateAdmissions(tx, admissions);
  await addProgrammeUse(tx, [...funds].flatMap(newUse));
}

/** What programmes paid since the funds were read, less what they got back. */
function newUse({ tenantId, use, useBefore }: StoredFunds): NewProgrammeUse[] {
  return [...use].flatMap(([programmeId, { total, byMonth }]) => {
    const before = useBefore.get(programmeId);
    const changes = [
      { month: undefined, paid: total - (before?.total ?? 0n) },
      ...[...byMonth].map(([month, paid]) => ({ month, paid: paid - (before?.byMonth.get(month) ?? 0n) })),
    ];
    return changes.filter(({ paid }) => paid !== 0n).map((change) => ({ tenantId, programmeId, ...change }));
  });
}
