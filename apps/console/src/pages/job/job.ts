import type { components } from '#api-client';

export type Job = components['schemas']['Job'];
export type JobEvent = components['schemas']['JobEvent'];

const ENDED: readonly Job['state'][] = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut'];

/** Whether nothing more becomes of the job. */
export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return ENDED.includes(state);
}

/** A time that a job spent in one state of one attempt. */
export interface StateSpan {
  readonly state: Job['state'];
  readonly attempt: number;
  readonly from: string;
  /** Undefined while it lasts. */
  readonly until: string | undefined;
  /** Why it left the state before. */
  readonly reason: string | null;
}

/** The states that the events lead through. A final state has no duration. */
export function spansOf(events: readonly JobEvent[]): StateSpan[] {
  const changes = events.filter(({ fromState, toState }) => fromState !== toState);
  return changes.map(({ toState, attempt, at, reason }, index) => ({
    state: toState,
    attempt,
    from: at,
    until: changes[index + 1]?.at,
    reason,
  }));
}

/** One attempt of a job: where its replicas were placed, when it ran, and how it ended. */
export interface Attempt {
  readonly attempt: number;
  /** Node of each replica. */
  readonly placement: readonly string[];
  readonly admittedAt: string;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** The state that it is in, or in which it ended. */
  readonly state: Job['state'];
  readonly reason: string | null;
  /** What it was charged, over all its replicas; known once it has ended. */
  readonly gpuSeconds: number | undefined;
}

/** The attempts of a job by its events, the last one first. */
export function attemptsOf(events: readonly JobEvent[]): Attempt[] {
  const attempts = new Map<number, Attempt>();
  for (const { kind, attempt, at, toState, fromState, reason, data } of events) {
    if (kind === 'admitted') {
      const placement = Array.isArray(data?.['placement']) ? data['placement'].map(String) : [];
      const begun = { startedAt: undefined, endedAt: undefined, reason: null, gpuSeconds: undefined };
      attempts.set(attempt, { attempt, placement, admittedAt: at, state: toState, ...begun });
      continue;
    }
    const known = attempts.get(attempt);
    if (known === undefined || known.endedAt !== undefined || fromState === toState) continue;
    const ended = typeof data?.['gpuSeconds'] === 'string';
    attempts.set(attempt, {
      ...known,
      ...{ state: kind === 'rolled-back' ? 'Failed' : toState, reason },
      ...(kind === 'started' && { startedAt: at }),
      ...(ended && { endedAt: at, gpuSeconds: Number(data['gpuSeconds']) }),
    });
  }
  return [...attempts.values()].toReversed();
}
