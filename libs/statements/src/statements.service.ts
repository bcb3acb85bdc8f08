import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { FundingService } from '#funding';
import { BusinessCalendar, compareBytes, type Month } from '#kernel';
import { type AccountMovements, accounts, isUsage, type JobCharge, LedgerPeriodsService, type Period } from '#ledger';
import { type GrantUsage, type SettlementLine, settlementLines } from './domain/settlement.ts';
import { type AccountSheet, accountSheets, grantSource, type Statement, sourceOf, statementOf } from './domain/statement.ts';

/** Monthly statements, made of ledger entries and nothing else (rules T1, T2, T4). */
@Injectable()
export class StatementsService {
  constructor(
    private readonly periods: LedgerPeriodsService,
    private readonly funding: FundingService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** A tenant's statement for `month`, as the ledger has it now. */
  async ofTenant(tx: Tx, tenantId: string, month: Month): Promise<Statement> {
    const period = this.#period(month);
    const moved = await this.#moved(tx, period, tenantId);
    const accounts = moved.get(tenantId);
    if (accounts === undefined) return statementOf(tenantId, month, [], []);
    return await this.#made(tx, month, { tenantId, accounts }, await this.periods.chargesByJob(tx, { tenantId }, period));
  }

  /** Statements of all who have an account, by tenant. */
  async ofAll(tx: Tx, month: Month): Promise<Statement[]> {
    const statements: Statement[] = [];
    for await (const statement of this.eachOf(tx, month)) statements.push(statement);
    return statements;
  }

  /**
   * As `ofAll`, one after the other: the jobs of one company are in memory at a time. Reads the charges of all companies by one statement,
   * and the classes of the jobs company by company. Needs a transaction.
   */
  async *eachOf(tx: Tx, month: Month): AsyncGenerator<Statement> {
    const period = this.#period(month);
    const charged = byTenant(this.periods.chargesOfAll(tx, period));
    let next = await charged.next();
    for (const [tenantId, accounts] of await this.#moved(tx, period)) {
      while (next.done !== true && compareBytes(next.value.tenantId, tenantId) < 0) next = await charged.next();
      const charges = next.done !== true && next.value.tenantId === tenantId ? next.value.charges : [];
      yield await this.#made(tx, month, { tenantId, accounts }, charges);
    }
  }

  /**
   * The grants and wallets of each company in `period`, of one company where given: what statements say of them, without their jobs. The
   * cost grows with accounts, and not with jobs.
   */
  async sheetsOf(tx: Tx, period: Period, tenantId?: string): Promise<Map<string, AccountSheet[]>> {
    return new Map([...(await this.#moved(tx, period, tenantId))].map(([id, moved]) => [id, accountSheets(moved)]));
  }

  async #made(
    tx: Tx,
    month: Month,
    { tenantId, accounts }: { readonly tenantId: string; readonly accounts: readonly AccountMovements[] },
    charges: readonly JobCharge[],
  ): Promise<Statement> {
    const classes = await this.funding.classesOf(tx, [...new Set(charges.map((charge) => charge.jobId))]);
    const sources = new Map([...new Set(charges.map(({ account }) => account))].map((account) => [account, sourceOf(account)]));
    const shares = charges.map(({ jobId, account, unit, gpuSeconds, amount, listFen }) => {
      return { jobId, source: sources.get(account) ?? '', gpuClass: classes.get(jobId) ?? '', unit, gpuSeconds, amount, listFen };
    });
    return statementOf(tenantId, month, accounts, shares);
  }

  /** What moved on the accounts of each company, by company. */
  async #moved(tx: Tx, period: Period, tenantId?: string): Promise<Map<string, AccountMovements[]>> {
    const all = await this.periods.movements(tx, tenantId === undefined ? {} : { tenantId }, period);
    const ofCompanies = all.flatMap((account) => (account.tenantId === undefined ? [] : [{ ...account, tenantId: account.tenantId }]));
    return new Map([...Map.groupBy(ofCompanies, (account) => account.tenantId)].sort(([a], [b]) => compareBytes(a, b)));
  }

  /**
   * A programme's settlement list (rule T4): per tenant what the grants named by `grantIds` paid in `month`, and the list cost of the
   * seconds they took, including the part that the tenants paid themselves. Reads daily sums, and no entries.
   */
  async settlement(tx: Tx, grantIds: readonly string[], month: Month): Promise<SettlementLine[]> {
    return settlementLines(await this.#paidBy(tx, grantIds, month));
  }

  /** As `settlement`, for many programmes at once, by the id of the programme. */
  async settlements(tx: Tx, grantIds: ReadonlyMap<string, readonly string[]>, month: Month): Promise<Map<string, SettlementLine[]>> {
    const paid = Map.groupBy(await this.#paidBy(tx, [...grantIds.values()].flat(), month), ({ source }) => source);
    return new Map(
      [...grantIds].map(([programmeId, ids]) => {
        return [programmeId, settlementLines(ids.flatMap((id) => paid.get(grantSource(id)) ?? []))];
      }),
    );
  }

  async #paidBy(tx: Tx, grantIds: readonly string[], month: Month): Promise<GrantUsage[]> {
    const codes = grantIds.flatMap((id) => [accounts.grantAvailable(id), accounts.grantHeld(id)]);
    return (await this.periods.movements(tx, { codes }, this.#period(month))).flatMap(({ account, unit, tenantId = '', movements }) =>
      movements
        .filter(({ kind }) => isUsage(kind))
        .map(({ amount, gpuSeconds, listFen, besideListFen }) => {
          return { tenantId, source: sourceOf(account), unit, gpuSeconds, amount: -amount, listFen, besideListFen };
        }),
    );
  }

  #period(month: Month): Period {
    return { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
  }
}

/** The charges of each company, of batches in the order of companies. */
async function* byTenant(
  batches: AsyncIterable<readonly JobCharge[]>,
): AsyncGenerator<{ readonly tenantId: string; readonly charges: readonly JobCharge[] }, undefined> {
  let own: { readonly tenantId: string; readonly charges: JobCharge[] } | undefined;
  for await (const batch of batches) {
    for (const charge of batch) {
      if (own !== undefined && own.tenantId !== charge.tenantId) {
        yield own;
        own = undefined;
      }
      own ??= { tenantId: charge.tenantId, charges: [] };
      own.charges.push(charge);
    }
  }
  if (own !== undefined) yield own;
}
