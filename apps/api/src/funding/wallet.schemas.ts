import { z } from 'zod';
import type { Quota, WalletBalance } from '#funding';
import type { SourceRunway } from '#insight';
import { jsonInteger } from '#kernel';
import type { GrantOutlook } from '#grants';
import type { ConcurrencyLimit } from '#scheduling';
import { amount } from '../http/wire.ts';
import { DAYS_LEFT, grantAnswer, quotaAnswer, runwayAnswer, showPosition, showQuota, showRunwayOf } from '../grants/grant.schemas.ts';

const position = { availableFen: amount, heldFen: amount };

const runwayInFen = z.object({
  consumptionPerDayFen: amount.describe('What it pays in the next whole day, at the rate of the last seven days'),
  daysLeft: z.int().nullable().describe(DAYS_LEFT),
});
export const balanceAnswer = z
  .object({
    wallet: z.object({ ...position, runway: runwayInFen }),
    grants: z.array(grantAnswer.extend({ spent: amount, runway: runwayAnswer })),
    ...quotaAnswer.pick({ caps: true, concurrency: true }).shape,
  })
  .meta({ id: 'Balance' });

function showWallet({ available, held }: { available: bigint; held: bigint }) {
  return { availableFen: jsonInteger(available), heldFen: jsonInteger(held) };
}

export function showBalance(
  wallet: WalletBalance,
  quota: Quota,
  limits: readonly ConcurrencyLimit[],
  grants: readonly GrantOutlook[],
  runwayOf: (source: string) => SourceRunway,
): z.infer<typeof balanceAnswer> {
  const { caps, concurrency } = showQuota(quota, limits);
  const { consumptionPerDay, daysLeft } = runwayOf('wallet');
  return {
    wallet: { ...showWallet(wallet), runway: { consumptionPerDayFen: jsonInteger(consumptionPerDay), daysLeft } },
    grants: grants.map((grant) => ({
      ...showPosition(grant),
      spent: jsonInteger(grant.spent),
      runway: showRunwayOf(runwayOf(grant.grant.id)),
    })),
    caps,
    concurrency,
  };
}
