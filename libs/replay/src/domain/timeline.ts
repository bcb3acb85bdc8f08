import type { BusinessCalendar, Instant } from '#kernel';
import type { Scenario, ScenarioEvent } from './scenario.ts';

/** A stretch of a run: usage is metered at `readings`, then, at the last of them, grants lapse and `events` happen. */
export interface Stretch {
  readonly readings: readonly Instant[];
  readonly at: Instant;
  readonly events: readonly { readonly index: number; readonly event: ScenarioEvent }[];
}

/**
 * The instants of a run in the order of replay.md, in stretches. A stretch ends where something other than metering happens, so all its
 * readings are metered together.
 */
export function timelineOf(scenario: Scenario, calendar: BusinessCalendar): Stretch[] {
  const { until } = scenario;
  const acts = new Set<Instant>([until]);
  for (const { at } of scenario.events) acts.add(at);
  for (const grant of scenario.grants) acts.add(grant.validFrom).add(grant.validUntil);
  const stops = [...acts].filter((instant) => instant <= until).sort((a, b) => a - b);
  const readings = [...meteringInstants(scenario, calendar)].filter((instant) => instant <= until).sort((a, b) => a - b);
  let next = 0;
  return stops.map((at) => {
    const own: Instant[] = [];
    for (; next < readings.length && (readings[next] ?? at) < at; next += 1) own.push(readings[next] ?? at);
    if (readings[next] === at) next += 1;
    const events = scenario.events.map((event, index) => ({ index, event })).filter(({ event }) => event.at === at);
    return { readings: [...own, at], at, events };
  });
}

function meteringInstants({ jobs, tickSeconds, until }: Scenario, calendar: BusinessCalendar): Set<Instant> {
  const instants = new Set<Instant>();
  for (const { start, end } of jobs.flatMap((job) => job.pods)) {
    instants.add(end);
    const last = Math.min(end, until);
    for (let tick = Math.ceil((start + 1) / tickSeconds) * tickSeconds; tick <= last; tick += tickSeconds) instants.add(tick);
    for (const boundary of calendar.boundaries(start, last)) instants.add(boundary);
  }
  return instants;
}
