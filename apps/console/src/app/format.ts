import { formatGpuHours as formatExactGpuHours, formatMoney } from '#kernel/browser';
import { currentLanguage } from './preferences.ts';

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

/** GPU-seconds of what a person typed as GPU-hours, such as `1,200` or `0.25`; undefined where it is none. */
export function parseGpuHours(typed: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.replaceAll(/[,\s]/g, ''));
  if (match === null) return undefined;
  return Number(match[1]) * 3_600 + Number((match[2] ?? '').padEnd(2, '0')) * 36;
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

const DAY_MS = 86_400_000;

/** The instant of a wall time (`2026-10-01T09:30:00`) in `timeZone`, as RFC 3339. */
export function instantAt(local: string, timeZone: string): string {
  const utc = Date.parse(`${local}Z`);
  // The zone's distance from UTC about that time, read twice because it may change in between.
  let at = utc;
  for (let pass = 0; pass < 2; pass += 1) {
    const shown = Date.parse(`${formatInstant(at, timeZone, { seconds: true }).replace(' ', 'T')}Z`);
    at += utc - shown;
  }
  return new Date(at).toISOString();
}

/** The instant at which `day` (`2026-10-01`) begins in `timeZone`, as RFC 3339. */
export function startOfDay(day: string, timeZone: string): string {
  return instantAt(`${day}T00:00:00`, timeZone);
}

/** The instant at which `day` is over in `timeZone`. */
export function endOfDay(day: string, timeZone: string): string {
  return startOfDay(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10), timeZone);
}

/** The last day of a period that is over at `until`: the day before, where it is over at midnight. */
export function lastDayBefore(until: string, timeZone: string): string {
  return formatDay(Date.parse(until) - 1_000, timeZone);
}

/** The business month (`2026-10`) of an instant, in `timeZone`. */
export function monthOf(at: string | number | Date, timeZone: string): string {
  return formatInstant(at, timeZone).slice(0, 7);
}

const DURATION_UNITS = [
  { en: 'd', zh: '天', seconds: 86_400 },
  { en: 'h', zh: '小时', seconds: 3_600 },
  { en: 'm', zh: '分钟', seconds: 60 },
  { en: 's', zh: '秒', seconds: 1 },
] as const;

/** Its two largest parts, as the page's language writes them: `3d 4h`, `12h 5m`, `45s`, or `3 天 4 小时`. */
export function formatDuration(seconds: number): string {
  const write = (count: number, { en, zh }: { readonly en: string; readonly zh: string }): string =>
    currentLanguage() === 'en' ? `${count}${en}` : `${count} ${zh}`;
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const unit of DURATION_UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(write(count, unit));
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.length === 0 ? write(0, DURATION_UNITS[3]) : parts.join(' ');
}

/** Bytes as MiB with one digit, such as `15.9 MiB`. */
export function formatMebibytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
