const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type DurationUnit = keyof typeof MILLISECONDS;
const DURATION = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const WHOLE_UNITS = ['d', 'h', 'm', 's'] as const;

/** Milliseconds of a duration as Kubernetes writes it, such as `90s`, `1h30m` or `100ms`, and days as `2d`; undefined when `text` is not one. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  return [...text.matchAll(PART)].reduce((sum, [, amount, unit]) => sum + Number(amount) * MILLISECONDS[unit as DurationUnit], 0);
}

/** Whole `seconds` in the largest unit that holds them exactly, such as `12h` for 43,200. */
export function formatDuration(seconds: number): string {
  const unit = WHOLE_UNITS.find((candidate) => seconds > 0 && (seconds * 1_000) % MILLISECONDS[candidate] === 0) ?? 's';
  return `${(seconds * 1_000) / MILLISECONDS[unit]}${unit}`;
}
