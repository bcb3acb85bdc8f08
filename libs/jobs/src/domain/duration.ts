const SECONDS_PER_UNIT = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type DurationUnit = keyof typeof SECONDS_PER_UNIT;
const UNITS_LARGEST_FIRST: readonly DurationUnit[] = ['d', 'h', 'm', 's'];
const DURATION = /^(0|[1-9]\d{0,8})([smhd])$/;

/** Seconds of a duration such as `90s`, `5m`, `12h` or `2d`; undefined when `text` is not one. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * SECONDS_PER_UNIT[match[2] as DurationUnit];
}

/** The shortest writing of whole `seconds`, such as `12h` for 43,200. */
export function formatDuration(seconds: number): string {
  const unit = UNITS_LARGEST_FIRST.find((candidate) => seconds > 0 && seconds % SECONDS_PER_UNIT[candidate] === 0) ?? 's';
  return `${seconds / SECONDS_PER_UNIT[unit]}${unit}`;
}
