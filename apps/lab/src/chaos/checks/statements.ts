import { Transactions } from '#database';
import { BusinessCalendar, canonicalJson, DomainError, type Month, parseAccountCode } from '#kernel';
import {
  MonthClosingService,
  type Reconciliation,
  ReconciliationService,
  type Statement,
  StatementDocumentsService,
  StatementsService,
} from '#statements';
import { systemActor } from '#audit';
import { GrantsService } from '#grants';
import { accounts as accountCodes, LedgerPeriodsService, LedgerService } from '#ledger';
import type { Evidence } from '../evidence.ts';
import type { Park } from '../park.ts';
import { type Check, check } from './check.ts';

/** Rules T1–T4: the statements of all months of the run say what the ledger says, and stay so when the first is closed. */
export async function statementChecks(park: Park, evidence: Evidence, months: readonly Month[]): Promise<Check[]> {
  const { modules } = park;
  const transactions = modules.get(Transactions);
  const tx = transactions.reader;
  const byMonth: Statement[][] = [];
  // Statements are read by a cursor, which lives as long as its transaction.
  for (const month of months) byMonth.push(await transactions.run(async (own) => await modules.get(StatementsService).ofAll(own, month)));
  const all = byMonth.flat();
  const balances = await modules.get(LedgerService).balances(
    tx,
    evidence.accounts.map(({ code }) => code).filter((code) => /^(grant|wallet):/.test(code)),
  );
  return [
    check('opening and movements make the closing (T2)', sheetsOf(all), ({ sheet, tenantId }) => {
      const moved = sheet.movements.reduce((sum, { amount }) => sum + amount, sheet.opening);
      return moved !== sheet.closing && `${tenantId} ${sheet.account}: ${moved}, closing ${sheet.closing}`;
    }),
    check('the lines of jobs make the total (T2)', all, ({ jobs, totals, month, tenantId }) => {
      const sum = jobs.reduce((total, job) => total + job.totals.gpuSeconds, 0n);
      const fen = jobs.reduce((total, job) => total + job.totals.listFen, 0n);
      const whole = totals.subsidyFen + totals.selfPaidFen + totals.absorbedFen === totals.listFen;
      return (sum !== totals.gpuSeconds || fen !== totals.listFen || !whole) && `${tenantId} ${month}`;
    }),
    check('the closing of a month opens the next (T2)', sheetsOf(byMonth.slice(1).flat()), ({ sheet, tenantId, month }) => {
      const before = byMonth[months.indexOf(month) - 1]?.find((one) => one.tenantId === tenantId);
      const closing = before?.accounts.find(({ account, unit }) => account === sheet.account && unit === sheet.unit)?.closing ?? 0n;
      return closing !== sheet.opening && `${tenantId} ${sheet.account}: ${closing} then ${sheet.opening}`;
    }),
    check('the last closing is the balance (L5, T2)', sheetsOf(byMonth.at(-1) ?? []), ({ sheet, tenantId }) => {
      const [available, held] = sidesOf(sheet.account, tenantId);
      const balance = (balances.get(available) ?? 0n) + (balances.get(held) ?? 0n);
      return balance !== sheet.closing && `${tenantId} ${sheet.account}: ${sheet.closing}, balance ${balance}`;
    }),
    check('statements bill every charged second (T1)', [all], (statements) => {
      const billed = statements.reduce((sum, { totals }) => sum + totals.gpuSeconds, 0n);
      const posted = evidence.charged.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
      return billed !== posted && `billed ${billed}, posted ${posted}`;
    }),
    await settlementCheck(park, all, months),
    await reconciliationCheck(park, months),
    await closingCheck(park, months[0] ?? '', byMonth[0] ?? []),
  ];
}

function sheetsOf(statements: readonly Statement[]) {
  return statements.flatMap(({ accounts, tenantId, month }) => accounts.map((sheet) => ({ sheet, tenantId, month })));
}

function sidesOf(account: string, tenantId: string): [string, string] {
  const { kind, owner } = parseAccountCode(account);
  if (kind === 'grant') return [accountCodes.grantAvailable(owner), accountCodes.grantHeld(owner)];
  return [accountCodes.walletAvailable(tenantId), accountCodes.walletHeld(tenantId)];
}

/** Rule T4: what a programme settles in a month is what its grants' sheets say was used. */
async function settlementCheck({ modules }: Park, statements: readonly Statement[], months: readonly Month[]): Promise<Check> {
  const tx = modules.get(Transactions).reader;
  const grants = await modules.get(GrantsService).list(tx);
  const wanted = [...Map.groupBy(grants, (grant) => grant.programmeId)].flatMap(([programme, own]) =>
    months.map((month) => ({ programme, month, ids: own.map(({ id }) => id) })),
  );
  const differences: string[] = [];
  for (const { programme, month, ids } of wanted) {
    const lines = await modules.get(StatementsService).settlement(tx, ids, month);
    const settled = lines.flatMap(({ shares }) => shares).reduce((sum, { amount }) => sum + amount, 0n);
    const used = sheetsOf(statements.filter((statement) => statement.month === month))
      .filter(({ sheet }) => ids.some((id) => sheet.account === `grant:${id}`))
      .flatMap(({ sheet }) => sheet.movements)
      .reduce((sum, { kind, amount }) => (kind.startsWith('usage.') ? sum - amount : sum), 0n);
    if (settled !== used) differences.push(`${programme} ${month}: settled ${settled}, used ${used}`);
  }
  return { name: 'settlement lists are the movement of their programme (T4)', examined: wanted.length, differences };
}

/** Rule T3: of every month, what was metered is what was posted is what is billed; what was late is named. */
async function reconciliationCheck({ modules }: Park, months: readonly Month[]): Promise<Check> {
  const reconciliation = modules.get(ReconciliationService);
  const compared: Reconciliation[] = [];
  for (const month of months) compared.push(await modules.get(Transactions).snapshot((tx) => reconciliation.ofMonth(tx, month)));
  return check('meter, ledger and statements of a month agree (T3)', compared, (sides) => {
    const { month = '', meteredGpuSeconds, refundedGpuSeconds, lateGpuSeconds, ledgerGpuSeconds, statementGpuSeconds } = sides;
    const metered = `${meteredGpuSeconds} metered, ${refundedGpuSeconds} refunded, ${lateGpuSeconds} late`;
    const reasons = sides.differences.map(({ jobId = '', reason }) => `${jobId} ${reason}`).join(' ');
    return !sides.agrees && `${month}: ${metered}, ${ledgerGpuSeconds} posted, ${statementGpuSeconds} billed. ${reasons}`;
  });
}

/**
 * Rule T3: the first month is closed, or can be when everything is over; its frozen statements are what the ledger says of it. On a busy
 * machine the park opens after the end of that month, and there is nothing to close.
 */
async function closingCheck({ modules }: Park, month: Month, before: readonly Statement[]): Promise<Check> {
  const name = 'the first month closes over all its usage (T3)';
  const began = await modules.get(LedgerPeriodsService).firstEffectiveAt(modules.get(Transactions).reader);
  if (began === undefined || new BusinessCalendar().monthOf(began) > month) return { name, examined: 0, differences: [] };
  try {
    await modules.get(Transactions).run((tx) => modules.get(MonthClosingService).close(tx, systemActor('chaos'), month));
  } catch (error) {
    const early = error instanceof DomainError && error.code === 'month.closed';
    if (!early) return { name, examined: 1, differences: [error instanceof Error ? error.message : String(error)] };
  }
  const differences: string[] = [];
  for (const statement of before) {
    const { document } = await modules
      .get(StatementDocumentsService)
      .statement(modules.get(Transactions).reader, statement.tenantId, month);
    const { tenantId, accounts, jobs, totals } = document;
    const figures = { tenantId, month: document.month, accounts, jobs, totals };
    if (canonicalJson(figures) !== canonicalJson(withoutLaterAccounts(statement, accounts)))
      differences.push(`${statement.tenantId} ${month} is not what was frozen`);
  }
  return { name, examined: before.length, differences };
}

/** Accounts that were opened after a month was closed are in the statement that the ledger gives now, with nothing on them. */
function withoutLaterAccounts(statement: Statement, frozen: readonly { readonly account: string }[]): Statement {
  const known = new Set(frozen.map(({ account }) => account));
  const isLater = (sheet: Statement['accounts'][number]): boolean =>
    !known.has(sheet.account) && sheet.opening === 0n && sheet.closing === 0n && sheet.movements.length === 0;
  return { ...statement, accounts: statement.accounts.filter((sheet) => !isLater(sheet)) };
}

/** Months from the one of `from` to the one of `until`. */
export function monthsOf(calendar: BusinessCalendar, from: number, until: number): Month[] {
  const months = [calendar.monthOf(from)];
  while (months.at(-1) !== calendar.monthOf(until)) months.push(calendar.next(months.at(-1) ?? ''));
  return months;
}
