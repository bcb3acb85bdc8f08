import type { PartTime } from '../metering/turn-probe.ts';
import { count, machineFacts, percentile, table } from '../tables.ts';
import { REFERENCE } from './generator.ts';
import type { Outcome } from './outcome.ts';

export interface Measured {
  readonly scale: number;
  readonly jobs: number;
  readonly submittedSeconds: number;
  readonly outcome: Outcome;
  /** Milliseconds of each turn, by loop. */
  readonly turns: ReadonlyMap<string, readonly number[]>;
  readonly parts: ReadonlyMap<string, PartTime>;
  /** Seconds of processor time, by process. */
  readonly processor: ReadonlyMap<string, number>;
}

export function kueueReport({ scale, jobs, submittedSeconds, outcome, turns, parts, processor }: Measured): string {
  const { wallSeconds, usagePercent, secondsToAdmission } = outcome;
  const beside = [
    ['wall, s', wallSeconds.toFixed(1), REFERENCE.wallSeconds.toFixed(0)],
    ['average usage of the quotas, %', usagePercent.toFixed(1), `at least ${REFERENCE.usagePercent}`],
    ...(['large', 'medium', 'small'] as const).map((kind) => [
      `mean seconds to admission, ${kind}`,
      (secondsToAdmission.get(kind) ?? Number.NaN).toFixed(1),
      String(REFERENCE.secondsToAdmission[kind]),
    ]),
  ];
  const facts = [
    ['jobs submitted / succeeded', `${count(jobs)} / ${count(outcome.succeeded)}`],
    ['attempts', count(outcome.attempts)],
    ['jobs a second, from the first submission to the last end', (jobs / wallSeconds).toFixed(1)],
    ['seconds until all were submitted', submittedSeconds.toFixed(1)],
    ['GPU-seconds charged', count(outcome.chargedGpuSeconds)],
  ];
  const spent = [...parts.values()].map(({ part, count: times, milliseconds }) => [
    part,
    count(times),
    (milliseconds / 1_000).toFixed(1),
    (milliseconds / times).toFixed(1),
    (milliseconds / 10 / wallSeconds).toFixed(0),
  ]);
  const loops = [...turns].map(([loop, taken]) => [
    loop,
    count(taken.length),
    (taken.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1_000).toFixed(1),
    ...[0.5, 0.99].map((rank) => count(percentile(taken, rank))),
  ]);
  return [
    machineFacts(),
    ...(scale < 1 ? [`At ${scale} of the size: the figures compare with each other, not with the reference.`] : []),
    '',
    table(['Kueue’s baseline', 'Speedspace, with pods and money', 'Kueue, published'], beside),
    '',
    table(['measured', ''], facts),
    '',
    table(['where the time goes', 'times', 's', 'ms each', '% of the wall'], spent),
    '',
    table(['loop', 'turns', 's', 'p50 ms', 'p99 ms'], loops),
    '',
    table(
      ['process', 'processor, s'],
      [...processor].map(([name, seconds]) => [name, seconds.toFixed(1)]),
    ),
  ].join('\n');
}
