import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, invariant, type Month, type Unit } from '#kernel';
import { namedAccounts } from '#ledger';
import { DocumentNamesService } from './document-names.service.ts';
import { byJob, type JobLine, type LineNames, wholeJobs } from './domain/job-line.ts';
import { mergeShares, sourceOf } from './domain/statement.ts';
import { type ChargedJob, chargedJobs, finalNames } from './statement-lines.queries.ts';

/** Who pays through an account, and in which unit. */
interface PayingAccount {
  readonly source: string;
  readonly unit: Unit;
}

/**
 * The lines of statements one after the other, in constant memory however many there are (rules T1, T5). Those of a closed month are
 * what its documents say: the ledger takes no entry for it any more, and names are those of the documents.
 */
@Injectable()
export class StatementLinesService {
  constructor(
    private readonly names: DocumentNamesService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * The jobs of a company in `month`, or of all companies, in batches by company and job; see `streamedBatches` of the database about
   * `tx`.
   */
  async *jobs(tx: Tx, month: Month, tenantId?: string): AsyncGenerator<JobLine[]> {
    const period = { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
    const accounts = new Map<number, PayingAccount>(
      [...(await namedAccounts(tx)).values()].map(({ id, code, unit }) => [id, { source: sourceOf(code), unit }]),
    );
    for await (const charged of wholeJobs(chargedJobs(tx, period, tenantId))) {
      yield Array.from(byJob(charged), (own) => lineOf(own, accounts)).filter(({ shares }) => shares.length > 0);
    }
  }

  /** What the ids in these lines are called, by company. */
  async namesOf(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, LineNames>> {
    const present = await this.names.ofLines(tx, month, tenantId);
    return new Map([...present, ...(await finalNames(tx, month, tenantId))]);
  }
}

function lineOf(own: readonly [ChargedJob, ...ChargedJob[]], accounts: ReadonlyMap<number, PayingAccount>): JobLine {
  const [{ tenantId, jobId, name, gpuClass }] = own;
  const charges = own.map(({ accountId, gpuSeconds, amount, listFen, belongsTo }) => {
    const account = accounts.get(accountId);
    invariant(account !== undefined, `account ${accountId} has a name`);
    const share = { source: account.source, unit: account.unit, gpuSeconds, amount, listFen };
    return belongsTo === null ? share : { ...share, belongsTo };
  });
  return { tenantId, jobId, name: name ?? jobId, gpuClass: gpuClass ?? '', shares: mergeShares(charges), charges };
}
