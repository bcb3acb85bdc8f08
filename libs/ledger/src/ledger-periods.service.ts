import { Injectable } from '@nestjs/common';
import type { AccountCode, Fen, GpuSeconds, Instant, Unit } from '#kernel';
import type { Tx } from '#database';
import type { EntryKind } from './domain/journal-entry.ts';
import type { Period } from './domain/journal-page.ts';
import { chargeBatches, type JobCharge, selectCharges, selectChargesOfJob } from './job-charges.queries.ts';
import { type AccountSelection, type MovementRow, selectFirstEffectiveAt, selectMovements } from './ledger-periods.queries.ts';

/** What entries of one kind moved on an account. */
export interface KindTotal {
  readonly kind: EntryKind;
  readonly postings: bigint;
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** What wallets paid beside the account for the same GPU-seconds (rule F2). */
  readonly besideListFen: Fen;
}

/** An account over a period: opening + the sum of its movements = closing (rule T2). */
export interface AccountMovements {
  readonly account: AccountCode;
  readonly unit: Unit;
  readonly tenantId?: string;
  readonly opening: bigint;
  readonly closing: bigint;
  readonly movements: readonly KindTotal[];
}

function toMovements(rows: readonly MovementRow[]): AccountMovements {
  const [{ account, unit, tenantId, balance }] = rows as [MovementRow];
  const closing = rows.reduce((rest, row) => rest - row.later, balance);
  const opening = rows.reduce((rest, row) => rest - row.amount, closing);
  const movements = rows.flatMap(({ kind, postings, amount, gpuSeconds, listFen, besideListFen }) =>
    kind === null || postings === 0n ? [] : [{ kind, postings, amount, gpuSeconds, listFen, besideListFen }],
  );
  return { account, unit, ...(tenantId !== null && { tenantId }), opening, closing, movements };
}

/**
 * Sums of the ledger over a period, for statements and reports; set-based, one statement each. Movements come from the daily sums, which
 * make the cost grow with accounts and days; charges by job read the entries of the period.
 */
@Injectable()
export class LedgerPeriodsService {
  /** Opening, movements by kind and closing of each selected account, by code and unit; accounts that did not move included. */
  async movements(tx: Tx, selection: AccountSelection, period: Period): Promise<AccountMovements[]> {
    const rows = await selectMovements(tx, selection, period);
    return [...Map.groupBy(rows, ({ account, unit }) => `${unit} ${account}`).values()].map(toMovements);
  }

  /**
   * When the first entry takes effect; undefined where there is none. Looks at the first posting of each account, so its cost does not
   * grow with the age of the ledger.
   */
  async firstEffectiveAt(tx: Tx): Promise<Instant | undefined> {
    return (await selectFirstEffectiveAt(tx)) ?? undefined;
  }

  /**
   * What each account paid for each job in the period, by company and job; of one company, or of all, and of the
   * accounts with `codes` alone where they are given.
   */
  async chargesByJob(tx: Tx, selection: AccountSelection, period: Period): Promise<JobCharge[]> {
    return await selectCharges(tx, selection, period);
  }

  /** As `chargesByJob`, of all companies, in batches: a bounded number of charges is in memory at a time. Needs a transaction that may write. */
  chargesOfAll(tx: Tx, period: Period): AsyncGenerator<JobCharge[]> {
    return chargeBatches(tx, period);
  }

  /** As `chargesByJob`, of one job alone. The cost grows with its entries. */
  async chargesOfJob(tx: Tx, jobId: string, period: Period): Promise<JobCharge[]> {
    return await selectChargesOfJob(tx, jobId, period);
  }
}
