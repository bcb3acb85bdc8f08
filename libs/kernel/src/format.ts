import type { Fen, GpuSeconds } from './units.ts';
import { SECONDS_PER_HOUR } from './units.ts';

function grouped(integer: bigint): string {
  return integer.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function withTwoDecimals(hundredths: bigint): string {
  const size = hundredths < 0n ? -hundredths : hundredths;
  return `${grouped(size / 100n)}.${(size % 100n).toString().padStart(2, '0')}`;
}

/** `¥1,234.56`. */
export function formatMoney(fen: Fen): string {
  return `${fen < 0n ? '-' : ''}¥${withTwoDecimals(fen)}`;
}

/** GPU-hours with two decimals, cut off below the hundredth, such as `1,234.56`. */
export function formatGpuHours(gpuSeconds: GpuSeconds): string {
  return `${gpuSeconds < 0n ? '-' : ''}${withTwoDecimals((gpuSeconds * 100n) / SECONDS_PER_HOUR)}`;
}
