import { FUNDS_EXHAUSTED } from '#funding';
import { DEPENDENCY_FAILED } from './domain/dependencies.ts';
import type { JobEventKind } from './domain/job-state-machine.ts';
import { keepsPlace, type Requeue } from './domain/requeue.ts';
import { isStoppedForAnother } from './job-funding.ts';

/**
 * Ends of an attempt that people of the company are told of. `failed`: by its own fault, or it can never start. `timed-out`: it reached
 * its max runtime. `suspended`: its funds ended. `requeued`: the platform took it while it ran. `preempted`: it was stopped for another job
 * (rules S2, S5).
 */
export const REPORTED_ENDS = ['failed', 'timed-out', 'suspended', 'requeued', 'preempted'] as const;
export type ReportedEnd = (typeof REPORTED_ENDS)[number];

/** What ended an attempt. */
export interface EndingTransition {
  readonly kind: JobEventKind;
  readonly reason?: string;
  readonly requeue?: Requeue;
}

/**
 * How the end of an attempt is reported; undefined for an end that is not. An attempt that did not start and is tried again is not
 * reported: the job shows why it waits.
 * @param before what the job had taken along from earlier attempts
 */
export function reportedEnd({ kind, reason, requeue }: EndingTransition, before: Requeue | null): ReportedEnd | undefined {
  if (kind === 'failed' || kind === 'timed-out') return kind;
  // A job that can never start ends like a cancelled one, which nobody asked for.
  if (kind === 'cancel-requested' && reason === DEPENDENCY_FAILED) return 'failed';
  if (kind === 'stopped' && isStoppedForAnother(reason ?? null)) return 'preempted';
  if (kind === 'stopped') return reason === FUNDS_EXHAUSTED ? 'suspended' : undefined;
  return kind === 'rolled-back' && requeue !== undefined && keepsPlace(requeue, before) ? 'requeued' : undefined;
}
