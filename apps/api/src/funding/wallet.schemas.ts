import { z } from 'zod';
import type { Quota, WalletOutlook } from '#funding';
import { jsonInteger } from '#kernel';
import type { GrantOutlook } from '#grants';
import type { ConcurrencyLimit } from '#scheduling';
import { amount } from '../http/wire.ts';
import { grantAnswer, quotaAnswer, runwayAnswer, showPosition, showQuota } from '../grants/grant.schemas.ts';

const position = { availableFen: amount, heldFen: amount };

const runwayInFen = z.object({
  consumptionPerDayFen: amount.describe('Of the last seven days'),
  daysLeft: z.int().nullable().describe('At that rate; null where nothing is consumed'),
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
  wallet: WalletOutlook,
  quota: Quota,
  limits: readonly ConcurrencyLimit[],
  grants: readonly GrantOutlook[],
): z.infer<typeof balanceAnswer> {
  const { caps, concurrency } = showQuota(quota, limits);
  const { consumptionPerDay, daysLeft } = wallet.runway;
  return {
    wallet: { ...showWallet(wallet), runway: { consumptionPerDayFen: jsonInteger(consumptionPerDay), daysLeft } },
    grants: grants.map((grant) => ({
      ...showPosition(grant),
      spent: jsonInteger(grant.spent),
      runway: { ...grant.runway, consumptionPerDay: jsonInteger(grant.runway.consumptionPerDay) },
    })),
    caps,
    concurrency,
  };
}
