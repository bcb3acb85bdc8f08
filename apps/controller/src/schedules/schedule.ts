import type { LeaderTerm } from '#database';

/**
 * One turn of a schedule's work under `term`; every transaction in it begins with `term.fence(tx)`. It may return how many
 * milliseconds of the clock the next turn can wait.
 */
export type Turn = (term: LeaderTerm) => Promise<number | undefined>;

/** What begins a turn. All times are of the product's clock. */
export type Trigger =
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  | { readonly kind: 'interval'; readonly milliseconds: number }
  | {
      readonly kind: 'event';
      /** Topics of `Signals` that begin a turn early. */
      readonly topics: readonly string[];
      /** Which changes of pods begin a turn early: all, or only that a pod has freed what it used of its node. */
      readonly pods?: 'all' | 'freed';
      /** Whether a change of what the nodes offer begins a turn early. */
      readonly nodes?: boolean;
      /** Longest pause between two turns. */
      readonly milliseconds: number;
    };

/** Work that the leader of its lease repeats. */
export interface Schedule {
  /** Also the name of its lease. */
  readonly name: string;
  readonly trigger: Trigger;
  readonly turn: Turn;
  /** Real milliseconds after which a turn counts as hung, and the lease is left to another process. */
  readonly turnTimeoutMs?: number;
}

/** When a schedule runs, for operators: `0 * * * * *`, `every 600 s`, `on jobs, pods; at least every 5 s`. */
export function timingOf(trigger: Trigger): string {
  if (trigger.kind === 'cron') return trigger.expression;
  const period = `every ${trigger.milliseconds / 1_000} s`;
  if (trigger.kind === 'interval') return period;
  const events = [
    ...trigger.topics,
    ...(trigger.pods === undefined ? [] : [trigger.pods === 'all' ? 'pods' : 'freed pods']),
    ...(trigger.nodes === true ? ['nodes'] : []),
  ];
  return events.length === 0 ? period : `on ${events.join(', ')}; at least ${period}`;
}
