import type { Tx } from '#database';
import { type BusinessCalendar, compareBytes } from '#kernel';
import { accounts, type LedgerService, writtenEntries } from '#ledger';
import { mergeShares, type Statement, type StatementsService, totalsOf } from '#statements';
import type { Lapse } from '#grants';
import type { ReplayReport } from './domain/report.ts';
import type { Scenario } from './domain/scenario.ts';

interface Sources {
  readonly calendar: BusinessCalendar;
  readonly statements: StatementsService;
  readonly ledger: LedgerService;
  readonly lapses: readonly Lapse[];
}

const byCode = <T extends { readonly code: string }>(items: readonly T[]): T[] => [...items].sort((a, b) => compareBytes(a.code, b.code));

/** The report of a run, from its statements and the ledger, in the form of replay.md. */
export async function reportOf(tx: Tx, scenario: Scenario, sources: Sources): Promise<ReplayReport> {
  const statements = await statementsOf(tx, scenario, sources);
  return {
    jobs: byCode(scenario.jobs).map(({ code }) => jobReport(code, statements)),
    balances: await balancesOf(tx, scenario, sources.ledger),
    statements: statements.filter(({ totals }) => totals.gpuSeconds > 0n).map(monthReport),
    lapsed: lapsedPerGrant(scenario, sources.lapses),
    ledger: await writtenEntries(tx),
  };
}

async function statementsOf(tx: Tx, scenario: Scenario, { calendar, statements }: Sources): Promise<Statement[]> {
  const months = new Set<string>();
  for (const { start, end } of scenario.jobs.flatMap((job) => job.pods)) {
    if (start < scenario.until)
      for (const at of [start, ...calendar.boundaries(start, Math.min(end, scenario.until))]) months.add(calendar.monthOf(at));
  }
  const found: Statement[] = [];
  for (const { code } of byCode(scenario.tenants)) {
    for (const month of [...months].sort()) found.push(await statements.ofTenant(tx, code, month));
  }
  return found;
}

function jobReport(code: string, statements: readonly Statement[]): ReplayReport['jobs'][number] {
  const shares = mergeShares(
    statements.flatMap((statement) => statement.jobs.filter((job) => job.jobId === code).flatMap((job) => job.shares)),
  );
  const absorbed = shares.find((share) => share.source === 'absorbed');
  const { gpuSeconds, listFen } = totalsOf(shares);
  return {
    code,
    gpuSeconds,
    listFen,
    paid: shares
      .filter((share) => share.source !== 'absorbed')
      .map((share) => ({
        source: share.source,
        unit: share.unit,
        gpuSeconds: share.gpuSeconds,
        amount: share.amount,
        costFen: share.listFen,
      })),
    absorbedGpuSeconds: absorbed?.gpuSeconds ?? 0n,
    absorbedFen: absorbed?.listFen ?? 0n,
  };
}

function monthReport({ tenantId, month, jobs, totals }: Statement): ReplayReport['statements'][number] {
  const shares = mergeShares(jobs.flatMap((job) => job.shares)).filter((share) => share.source !== 'absorbed' && share.amount > 0n);
  const bySource = Object.fromEntries(shares.map((share) => [share.source, share.amount]));
  return { tenant: tenantId, month, ...totals, bySource };
}

async function balancesOf(tx: Tx, scenario: Scenario, ledger: LedgerService): Promise<Record<string, bigint>> {
  const named = [
    ...byCode(scenario.grants).map(({ code }) => [`grant:${code}`, accounts.grantAvailable(code)] as const),
    ...byCode(scenario.programmes).map(({ code }) => [`programme:${code}`, accounts.programmeBudget(code)] as const),
    ...byCode(scenario.tenants).map(({ code }) => [`wallet:${code}`, accounts.walletAvailable(code)] as const),
  ];
  const balances = await ledger.balances(
    tx,
    named.map(([, account]) => account),
  );
  return Object.fromEntries(named.map(([name, account]) => [name, balances.get(account) ?? 0n]));
}

/** Every grant that expired within the run, with its unspent amount, which may be zero. */
function lapsedPerGrant({ grants, until }: Scenario, lapses: readonly Lapse[]): ReplayReport['lapsed'] {
  const expired = byCode(grants).filter((grant) => grant.validUntil <= until);
  return expired.map(({ code }) => ({
    grant: code,
    amount: lapses.filter((lapse) => lapse.grantId === code).reduce((sum, { amount }) => sum + amount, 0n),
  }));
}
