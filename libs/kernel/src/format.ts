import { type Fen, type GpuSeconds, halfUp, SECONDS_PER_HOUR, type Unit } from './units.ts';

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

/** Hundredths of GPU-hours, rounded half away from zero, so that a credit is written like the charge it takes back. */
export function hundredthGpuHours(gpuSeconds: GpuSeconds): bigint {
  return gpuSeconds < 0n ? -hundredthGpuHours(-gpuSeconds) : halfUp(gpuSeconds * 100n, SECONDS_PER_HOUR);
}

/** GPU-hours with two decimals, rounded half-up, such as `1,234.56`. */
export function formatGpuHours(gpuSeconds: GpuSeconds): string {
  const hundredths = hundredthGpuHours(gpuSeconds);
  return `${hundredths < 0n ? '-' : ''}${withTwoDecimals(hundredths)}`;
}

/** An amount as people read it: `¥1,234.56` or `1,234.56 GPU-hours`, by its unit. */
export function formatAmount(unit: Unit, amount: bigint): string {
  return unit === 'CNY' ? formatMoney(amount) : `${formatGpuHours(amount)} GPU-hours`;
}
