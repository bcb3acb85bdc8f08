import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, type Month } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { closedAt } from './closed-months.ts';
import { mergeShares, sourceOf, type SourceShare, totalsOf, type UsageTotals } from './domain/statement.ts';
import { StatementEntity } from './statement.entity.ts';

/** The month of a company: once it is closed, with the digest of its statement. */
export interface MonthOfStatement {
  readonly month: Month;
  readonly closedAt?: Date;
  readonly digest?: string;
}

/** The line of a job on a statement: who paid which part, corrections counted in (rule T1). */
export interface StatementLine {
  readonly shares: readonly SourceShare[];
  readonly totals: UsageTotals;
}

/** Follows a number of a statement down to the ledger, one job at a time. */
@Injectable()
export class ProvenanceService {
  constructor(
    private readonly periods: LedgerPeriodsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** The line of a job on the statement of `month`, from the ledger. */
  async line(tx: Tx, jobId: string, month: Month): Promise<StatementLine> {
    const period = { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
    const charges = await this.periods.chargesOfJob(tx, jobId, period);
    const shares = mergeShares(charges.map((charge) => ({ ...charge, source: sourceOf(charge.account) })));
    return { shares, totals: totalsOf(shares) };
  }

  /** Whether `month` is closed, and with which statement of the company. */
  async monthOf(tx: Tx, tenantId: string | undefined, month: Month): Promise<MonthOfStatement> {
    const at = await closedAt(tx, month);
    if (at === undefined) return { month };
    const statement = await tx.findOne(StatementEntity, { select: { digest: true }, where: { tenantId: tenantId ?? '', month } });
    return { month, closedAt: at, ...(statement !== null && { digest: statement.digest }) };
  }
}
