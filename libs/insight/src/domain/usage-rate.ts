import type { GpuSeconds, Instant } from '#kernel';

const DAY_SECONDS = 86_400;

/** What a company used of a class in the time whose rate counts. */
export interface UsedLately {
  readonly gpuClass: string;
  readonly payer: 'grant' | 'wallet' | 'absorbed';
  readonly gpuSeconds: GpuSeconds;
}

/** The rate at which a company uses a class. */
export interface UsageRate {
  readonly gpuClass: string;
  /** On an average day, rounded down. */
  readonly gpuSecondsPerDay: GpuSeconds;
  /** Whether the wallet paid for a part. */
  readonly selfPaid: boolean;
}

/** The mean of each class a day. A time shorter than a day counts as a day: one early job is not a week's habit. */
export function usageRates(used: readonly UsedLately[], { from, until }: { from: Instant; until: Instant }): UsageRate[] {
  const seconds = BigInt(Math.max(DAY_SECONDS, until - from));
  return [...Map.groupBy(used, ({ gpuClass }) => gpuClass)]
    .map(([gpuClass, own]) => {
      const gpuSeconds = own.reduce((sum, each) => sum + each.gpuSeconds, 0n);
      return {
        ...{ gpuClass, gpuSecondsPerDay: (gpuSeconds * BigInt(DAY_SECONDS)) / seconds },
        selfPaid: own.some(({ payer }) => payer === 'wallet'),
      };
    })
    .filter(({ gpuSecondsPerDay }) => gpuSecondsPerDay > 0n);
}
