import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { FundingService } from '#funding';
import { BusinessCalendar, compareBytes, type Month } from '#kernel';
import { accounts, isUsage, LedgerPeriodsService, type Period } from '#ledger';
import { type GrantUsage, type SettlementLine, settlementLines } from './domain/settlement.ts';
import { grantSource, type Statement, sourceOf, statementOf } from './domain/statement.ts';

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
    const [statement] = await this.#made(tx, month, tenantId);
    return statement ?? statementOf(tenantId, month, [], []);
  }

  /** Statements of all who have an account, in a constant number of queries, by tenant. */
  async ofAll(tx: Tx, month: Month): Promise<Statement[]> {
    return await this.#made(tx, month);
  }

  /** Statements of the part of `month` in `period` alone, of one company where given: for reconciliation. */
  async ofPart(tx: Tx, month: Month, period: Period, tenantId?: string): Promise<Statement[]> {
    return await this.#made(tx, month, tenantId, period);
  }

  async #made(tx: Tx, month: Month, tenantId?: string, period = this.#period(month)): Promise<Statement[]> {
    const whose = tenantId === undefined ? {} : { tenantId };
    const moved = Map.groupBy(await this.periods.movements(tx, whose, period), (account) => account.tenantId);
    const charges = await this.periods.chargesByJob(tx, whose, period);
    const classes = await this.funding.classesOf(tx, [...new Set(charges.map((charge) => charge.jobId))]);
    const shares = Map.groupBy(
      charges.map((charge) => ({ ...charge, source: sourceOf(charge.account), gpuClass: classes.get(charge.jobId) ?? '' })),
      (charge) => charge.tenantId,
    );
    const tenants = [...moved.keys()].filter((id) => id !== undefined).sort(compareBytes);
    return tenants.map((id) => statementOf(id, month, moved.get(id) ?? [], shares.get(id) ?? []));
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
