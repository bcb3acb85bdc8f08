import type { Instant } from '#kernel';
import type { Tx } from '#database';
import { type JournalEntry, LedgerService, accounts, timedKey, transfer } from '#ledger';
import type { BenchDatabase } from '../bench-server.ts';

/** A park of 500 companies with running jobs, each of 8 GPUs, metered every minute. */
export const TENANTS = 500;
export const TICK_SECONDS = 60;
export const GPU_CLASSES = ['h800', 'h20', 'a800', '910b'] as const;
const GPUS = 8n;
const FEN_PER_TICK = 167n;
const WALLET = 1_000_000_000_000n;

export const tenantOf = (number: number): string => `company_${(number % TENANTS).toString().padStart(5, '0')}`;
export const jobOf = (number: number): string => `job_01bench0000000${number.toString().padStart(12, '0')}`;

/** The first minute after the history that `fillHistory` writes. */
export const BENCH_START: Instant = Date.UTC(2026, 10, 1) / 1000;

/** Wallets that are full on both sides, so that no tick runs short. */
export async function openPark(database: BenchDatabase): Promise<void> {
  const ledger = new LedgerService();
  const tenants = Array.from({ length: TENANTS }, (_, number) => tenantOf(number));
  await database.transactions.run(async (tx) => {
    await ledger.openAccounts(tx, [
      ...tenants.flatMap((tenantId) => [
        { code: accounts.walletAvailable(tenantId), unit: 'CNY' as const, tenantId },
        { code: accounts.walletHeld(tenantId), unit: 'CNY' as const, tenantId },
      ]),
      ...GPU_CLASSES.map((gpuClass) => ({ code: accounts.usage(gpuClass), unit: 'CNY' as const })),
    ]);
    await ledger.post(
      tx,
      tenants.flatMap((tenantId) => fillWallet(tenantId)),
    );
  });
  await database.owner.query('VACUUM (ANALYZE)');
}

function fillWallet(tenantId: string): JournalEntry[] {
  const effectiveAt = Date.UTC(2025, 0, 1) / 1000;
  const available = accounts.walletAvailable(tenantId);
  const held = accounts.walletHeld(tenantId);
  return [
    { from: accounts.external, to: available, kind: 'wallet.topped-up' as const, amount: 2n * WALLET },
    { from: available, to: held, kind: 'hold.placed' as const, amount: WALLET },
  ].map(({ kind, ...moved }) => ({
    key: timedKey(effectiveAt, kind, tenantId),
    kind,
    effectiveAt,
    tenantId,
    postings: transfer({ ...moved, unit: 'CNY' }),
  }));
}

/** What a metering tick posts for job `number`: the charge from the held side with its memo, and the hold's extension. */
export function tickOf(number: number, at: Instant): JournalEntry[] {
  const tenantId = tenantOf(number);
  const jobId = jobOf(number);
  const gpuClass = GPU_CLASSES[number % GPU_CLASSES.length] ?? 'h800';
  const held = accounts.walletHeld(tenantId);
  const about = { effectiveAt: at, tenantId, jobId };
  return [
    {
      ...about,
      key: timedKey(at, 'usage', jobId),
      kind: 'usage.metered',
      postings: transfer({
        from: held,
        to: accounts.usage(gpuClass),
        unit: 'CNY',
        amount: FEN_PER_TICK,
        gpuSeconds: GPUS * BigInt(TICK_SECONDS),
        listFen: FEN_PER_TICK,
      }),
    },
    {
      ...about,
      key: timedKey(at, 'hold', jobId),
      kind: 'hold.placed',
      postings: transfer({ from: accounts.walletAvailable(tenantId), to: held, unit: 'CNY', amount: FEN_PER_TICK }),
    },
  ];
}

/** One tick of `jobs` running jobs through the ledger's public API. */
export async function postTick(ledger: LedgerService, tx: Tx, jobs: number, at: Instant): Promise<void> {
  const entries: JournalEntry[] = [];
  for (let number = 0; number < jobs; number += 1) entries.push(...tickOf(number, at));
  await ledger.post(tx, entries);
}
