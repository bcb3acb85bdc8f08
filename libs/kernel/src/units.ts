import { invariant } from './invariant.ts';

/** Money: an integer number of fen, 1/100 CNY (rule U1). */
export type Fen = bigint;
/** GPU time: an integer number of seconds of one GPU (rule U2). */
export type GpuSeconds = bigint;
/** A rate in 1/100 of a percent; 10,000 is 100 % (rule U3). */
export type BasisPoints = bigint;

/** The two units the ledger keeps: fen and GPU-seconds. */
export const UNITS = ['CNY', 'GPU_SECONDS'] as const;
export type Unit = (typeof UNITS)[number];

export const FULL_BASIS_POINTS: BasisPoints = 10_000n;
export const SECONDS_PER_HOUR = 3600n;

/** `numerator / denominator` rounded half-up to an integer, for amounts that are not negative (rule U5). */
export function halfUp(numerator: bigint, denominator: bigint): bigint {
  invariant(numerator >= 0n && denominator > 0n, `halfUp takes a fraction that is not negative, got ${numerator}/${denominator}`);
  return (2n * numerator + denominator) / (2n * denominator);
}

/** List cost in fen of `gpuSeconds` at `fenPerGpuHour`, rounded half-up on the cumulative amount (rule U5). */
export function listCost(gpuSeconds: GpuSeconds, fenPerGpuHour: Fen): Fen {
  return halfUp(gpuSeconds * fenPerGpuHour, SECONDS_PER_HOUR);
}

/** The part of a cumulative `amount` that a coverage `rate` pays, rounded half-up (rules U3, U5). */
export function shareOf(amount: Fen, rate: BasisPoints): Fen {
  return halfUp(amount * rate, FULL_BASIS_POINTS);
}

export function least(first: bigint, ...rest: readonly bigint[]): bigint {
  return rest.reduce((smallest, value) => (value < smallest ? value : smallest), first);
}
