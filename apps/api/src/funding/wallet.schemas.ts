import { z } from 'zod';
import type { Quota, RecordedTopUp, WalletOutlook } from '#funding';
import { jsonInteger } from '#kernel';
import type { GrantOutlook } from '#grants';
import type { ConcurrencyLimit } from '#scheduling';
import { pageOf, pageQuery } from '../http/pages.ts';
import { amount, id, instant, positiveAmountInput, text } from '../http/wire.ts';
import { grantAnswer, quotaAnswer, runwayAnswer, showPosition, showQuota } from '../grants/grant.schemas.ts';

export const topUpInput = z.strictObject({
  amountFen: positiveAmountInput,
  reference: text(200).describe('Number of the bank transfer or receipt it came with'),
});

export const topUpId = id('topup');
export const topUpsQuery = pageQuery({});
export const reversalInput = z.strictObject({ reason: text(1000).describe('Why it is taken back') });
export const topUpsAnswer = pageOf(
  z
    .object({
      id: z.string(),
      amountFen: amount,
      reference: z.string(),
      at: instant,
      by: z.string(),
      entryId: z.string(),
      reversedAt: instant.nullable(),
    })
    .meta({ id: 'TopUp' }),
);

export function showTopUp({ id: topUp, amountFen, reference, at, actor, entryId, reversedAt }: RecordedTopUp) {
  const reversed = reversedAt === null ? null : reversedAt.toISOString();
  return { id: topUp, amountFen: jsonInteger(amountFen), reference, at: at.toISOString(), by: actor.name, entryId, reversedAt: reversed };
}

const position = { availableFen: amount, heldFen: amount };
export const walletAnswer = z.object(position).meta({ id: 'Wallet' });

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

export function showWallet({ available, held }: { available: bigint; held: bigint }): z.infer<typeof walletAnswer> {
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
