import type { SimulationSettings } from '../lifecycle/simulation-settings.ts';
import type { Pod } from '../objects/workloads.ts';
import { environmentOf, expand } from './environment.ts';
import { durationOf, PREFIX, planOf } from './pod-plan.ts';

/** A line that a pod writes; its text may be made only when it is read, so that a long log takes little memory. */
export interface LogLine {
  /** Milliseconds after the start of the container. */
  readonly offset: number;
  readonly text: string;
}

/** One of many lines that differ in their number. */
class NumberedLine implements LogLine {
  constructor(
    readonly offset: number,
    private readonly pattern: string,
    private readonly nth: number,
  ) {}

  get text(): string {
    return this.pattern.replaceAll('#', String(this.nth));
  }
}

const DEFAULT_LINES = 10;
const MOST_REPEATS = 10_000_000;

/**
 * What a pod writes, by its annotation `sim.speedspace.io/log`; without it ten lines over its run time. A line that begins with `+30s ` comes
 * so long after the start, the others with the line before. One that begins with `*5000/10s ` is written so often within so long, each time
 * with its number in place of `#`. `$(NAME)` is expanded as in the container's command.
 */
export function plannedLog(pod: Pod, settings: SimulationSettings): LogLine[] {
  const annotation = pod.metadata.annotations?.[`${PREFIX}log`];
  if (annotation === undefined) return defaultLog(planOf(pod, settings).runTime);
  const [main] = pod.spec.containers;
  const text = main === undefined ? annotation : expand(annotation, environmentOf(pod, main));
  const lines: LogLine[] = [];
  let offset = 0;
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const timed = /^\+(\S+) (.*)$/s.exec(line);
    const at = durationOf(timed?.[1]);
    offset = at ?? offset;
    const written = at === undefined ? line : (timed?.[2] ?? '');
    const [, times, period, repeated = ''] = /^\*(\d{1,8})\/(\S+) (.*)$/s.exec(written) ?? [];
    if (times === undefined) lines.push({ offset, text: written });
    const repeats = Math.min(Number(times ?? 0), MOST_REPEATS);
    const step = (durationOf(period) ?? 0) / repeats;
    for (let nth = 1; nth <= repeats; nth += 1) {
      lines.push(new NumberedLine(offset + Math.floor((nth - 1) * step), repeated, nth));
    }
  }
  return lines;
}

function defaultLog(runTime: number): LogLine[] {
  const step = (Number.isFinite(runTime) ? runTime : 3_600_000) / DEFAULT_LINES;
  return Array.from({ length: DEFAULT_LINES }, (_, index) => ({
    offset: Math.floor(index * step),
    text: `step ${index + 1}/${DEFAULT_LINES}`,
  }));
}
