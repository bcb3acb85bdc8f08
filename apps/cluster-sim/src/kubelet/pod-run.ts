import type { ScheduledEvent } from '../time/event-queue.ts';
import type { PodPlan } from './pod-plan.ts';

/** A pod on its node, from bound to gone. */
export interface PodRun {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly plan: PodPlan;
  /** Start of the container that runs now. */
  startedAt: number | undefined;
  restarts: number;
  /** The next start or end. */
  next: ScheduledEvent | undefined;
  report: ScheduledEvent | undefined;
  deadline: ScheduledEvent | undefined;
  killAt: number | undefined;
  /** When its node went down with it; the kubelet has not reported it yet. */
  lostAt: number | undefined;
}
