import { formatGpuHours as formatExactGpuHours, formatMoney } from '#kernel/browser';

/** `¥1,234.56` of an amount in fen. */
export function formatFen(fen: number | bigint): string {
  return formatMoney(BigInt(fen));
}

/** GPU-hours with two decimals of GPU-seconds rounded half-up. */
export function formatGpuHours(gpuSeconds: number | bigint): string {
  return formatExactGpuHours(BigInt(gpuSeconds));
}

/** An integer in groups of three digits. */
export function formatCount(count: number | bigint): string {
  return BigInt(count).toLocaleString('en-US');
}

/** `50%` or `12.5%` of basis points. */
export function formatBasisPoints(basisPoints: number): string {
  return (basisPoints / 10_000).toLocaleString('en-US', { style: 'percent', maximumFractionDigits: 2 });
}

/** Fen of what a person typed, such as `1,234.5` or `¥1234.56`; undefined where it is no amount of money. */
export function parseFen(typed: string): number | undefined {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(typed.replaceAll(/[,\s¥￥]/g, ''));
  if (match === null) return undefined;
  return Number(BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0')));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string, seconds: boolean): Intl.DateTimeFormat {
  const key = `${timeZone} ${String(seconds)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: seconds ? 'medium' : 'short' });
    formats.set(key, format);
  }
  return format;
}

/** `2026-10-01 09:30` of an instant, in `timeZone`. */
export function formatInstant(at: string | number | Date, timeZone: string, { seconds = false } = {}): string {
  return formatOf(timeZone, seconds).format(new Date(at));
}

/** `2026-10-01` of an instant, in `timeZone`. */
export function formatDay(at: string | number | Date, timeZone: string): string {
  return formatInstant(at, timeZone).slice(0, 10);
}

/** The business month (`2026-10`) of an instant, in `timeZone`. */
export function monthOf(at: string | number | Date, timeZone: string): string {
  return formatInstant(at, timeZone).slice(0, 7);
}

const DURATION_UNITS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'm', seconds: 60 },
  { unit: 's', seconds: 1 },
] as const;

/** Its two largest parts: `3d 4h`, `12h 5m`, `45s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const { unit, seconds: size } of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}
