import { LedgerPeriodsService } from '#ledger';
import type { BenchDatabase } from '../bench-server.ts';
import { MONTH } from './history.ts';
import { tenantOf } from './park.ts';
import { median } from './ticks.ts';

export interface AggregateTime {
  readonly what: string;
  readonly milliseconds: number;
}

/** The month of October summed up in the ways that statements need, and the barest sum over the same rows. */
export async function measureAggregates({ owner, application }: BenchDatabase, turns: number): Promise<AggregateTime[]> {
  const periods = new LedgerPeriodsService();
  const tx = application.manager;
  const bare = `SELECT account_id, sum(amount) FROM ledger_posting
                WHERE effective_at >= to_timestamp(${MONTH.from}) AND effective_at < to_timestamp(${MONTH.until}) GROUP BY account_id`;
  const measured: [string, () => Promise<unknown>][] = [
    ['floor: one bare sum per account over the month', () => owner.query(bare)],
    ['all accounts: opening, movements by kind, closing', () => periods.movements(tx, {}, MONTH)],
    ['one company: opening, movements by kind, closing', () => periods.movements(tx, { tenantId: tenantOf(7) }, MONTH)],
    ['one company: what each source paid for each job', () => periods.chargesByJob(tx, { tenantId: tenantOf(7) }, MONTH)],
    ['all companies: what each source paid for each job', () => periods.chargesByJob(tx, {}, MONTH)],
  ];
  const times: AggregateTime[] = [];
  for (const [what, run] of measured) {
    await run();
    const taken: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const start = performance.now();
      await run();
      taken.push(performance.now() - start);
    }
    times.push({ what, milliseconds: median(taken) });
  }
  return times;
}
