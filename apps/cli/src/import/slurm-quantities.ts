const UNITS: Readonly<Record<string, string>> = { K: 'Ki', M: 'Mi', G: 'Gi', T: 'Ti' };
const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;

/**
 * Seconds of a time limit of sbatch(1): `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, `days-hours:minutes` or
 * `days-hours:minutes:seconds`; undefined for any other text, such as UNLIMITED.
 */
export function secondsOfSlurmTime(text: string): number | undefined {
  const match = /^(?:(?<days>\d+)-)?(?<first>\d+)(?::(?<second>\d+))?(?::(?<third>\d+))?$/.exec(text);
  if (match === null) return undefined;
  const partOf = (name: string): number | undefined => (match.groups?.[name] === undefined ? undefined : Number(match.groups[name]));
  const [days, first = 0, second, third] = ['days', 'first', 'second', 'third'].map(partOf);
  if (days !== undefined) return days * SECONDS.day + first * SECONDS.hour + (second ?? 0) * SECONDS.minute + (third ?? 0);
  if (third !== undefined) return first * SECONDS.hour + (second ?? 0) * SECONDS.minute + third;
  return first * SECONDS.minute + (second ?? 0);
}

/** Memory of sbatch(1), such as `64G`, `512M` or `4096` (megabytes), `factor` times, as a quantity of Kubernetes; undefined for `0`. */
export function memoryOfSlurm(text: string, factor = 1): string | undefined {
  const [, amount, unit = 'M'] = /^(\d+)([KMGT])?B?$/i.exec(text) ?? [];
  if (amount === undefined || Number(amount) === 0) return undefined;
  return `${Number(amount) * factor}${UNITS[unit.toUpperCase()] ?? 'Mi'}`;
}

/** Number and type of `gpu:h800:4`, `gpu:4`, `h800:4`, `4` or `gpu:h800`. */
export function gpusOf(text: string): { readonly count: number; readonly type: string | undefined } | undefined {
  if (text === '') return undefined;
  const parts = text.split(':').filter((part) => part !== 'gpu');
  const count = parts.find((part) => /^\d{1,4}$/.test(part));
  const type = parts.find((part) => !/^\d/.test(part));
  return { count: Number(count ?? 1), type };
}

/** Indices and parallelism of `--array`: `0-99%10`, `1,3,5`; a step such as `0-20:2` becomes the list of its indices. */
export function arrayOf(text: string): { indices: string; parallelism?: number } | undefined {
  const match = /^([\d,:-]+)(?:%(\d+))?$/.exec(text);
  const [, indices, parallelism] = match ?? [];
  if (indices === undefined) return undefined;
  const listed = indices.replaceAll(/(\d+)-(\d+):(\d+)/g, (_all, from: string, to: string, step: string) => {
    const length = Math.floor((Number(to) - Number(from)) / Math.max(1, Number(step))) + 1;
    return Array.from({ length: Math.max(0, Math.min(length, 10_000)) }, (_none, index) => Number(from) + index * Number(step)).join(',');
  });
  return { indices: listed, ...(parallelism !== undefined && { parallelism: Number(parallelism) }) };
}
