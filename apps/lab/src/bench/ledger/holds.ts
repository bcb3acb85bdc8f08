import { LedgerService, accounts, timedKey, transfer } from '#ledger';
import type { BenchDatabase } from '../bench-server.ts';
import { BENCH_START, jobOf, tenantOf } from './park.ts';

export const CLIENTS = 32;

/** Places one hold of 100 fen for job `number` on the wallet of company `tenant`. */
export type PlaceHold = (tenant: number, number: number) => Promise<void>;

/** Through the ledger's public API: the whole entry with its key, its postings and both balances, in one round trip. */
export function ledgerHold({ transactions }: BenchDatabase): PlaceHold {
  const ledger = new LedgerService();
  return async (tenant, number) => {
    const tenantId = tenantOf(tenant);
    const jobId = jobOf(number);
    await ledger.post(transactions.reader, [
      {
        key: timedKey(BENCH_START, 'hold', jobId),
        kind: 'hold.placed',
        effectiveAt: BENCH_START,
        tenantId,
        jobId,
        postings: transfer({ from: accounts.walletAvailable(tenantId), to: accounts.walletHeld(tenantId), unit: 'CNY', amount: 100n }),
      },
    ]);
  };
}

/** The floor: a bare conditional update of a balance, and one inserted row; no key, no second side, no check. */
export async function bareHold({ owner }: BenchDatabase): Promise<PlaceHold> {
  await owner.query(`CREATE TABLE bare_wallet (tenant_id text PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50)`);
  await owner.query(
    `CREATE TABLE bare_hold (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id text, job_id text, amount bigint)`,
  );
  await owner.query(`INSERT INTO bare_wallet SELECT DISTINCT tenant_id, 1000000000000 FROM ledger_account WHERE tenant_id IS NOT NULL`);
  return async (tenant, number) => {
    await owner.query(
      `WITH taken AS (UPDATE bare_wallet SET balance = balance - $3 WHERE tenant_id = $1 AND balance >= $3 RETURNING tenant_id)
       INSERT INTO bare_hold (tenant_id, job_id, amount) SELECT tenant_id, $2, $3 FROM taken`,
      [tenantOf(tenant), jobOf(number), 100n],
    );
  };
}

let holds = 0;

/** Holds per second that `CLIENTS` clients place on `tenants` companies within `seconds`. */
export async function holdsPerSecond(place: PlaceHold, tenants: number, seconds: number): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let placed = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < end) {
        holds += 1;
        await place((holds * 7919) % tenants, holds);
        placed += 1;
      }
    }),
  );
  return placed / ((performance.now() - start) / 1000);
}
