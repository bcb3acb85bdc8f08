import type { JobExit } from './attempt-end.ts';
import { isTerminal, type JobState } from './job-state-machine.ts';

/** What must have become of a job before another one may start: it succeeded, or it came to any end. */
export const DEPENDENCY_CONDITIONS = ['success', 'end'] as const;
export type DependencyCondition = (typeof DEPENDENCY_CONDITIONS)[number];

/** A dependency as the job file says it. */
export interface WrittenDependency {
  /** The id of a job of the company, or a name: the newest job of that name. */
  readonly job: string;
  readonly on: DependencyCondition;
}

/** How many jobs one job may wait for. */
export const MOST_DEPENDENCIES = 32;

/** A job that another one waits for, as it is now. */
export interface NeededJob {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly condition: DependencyCondition;
}

/** Exit reason of a job that can never start because a job that it needs has not succeeded. */
export const DEPENDENCY_FAILED = 'dependency-failed';

/** Whether the wait for a job is over. */
export function isMet({ state, condition }: Pick<NeededJob, 'state' | 'condition'>): boolean {
  return condition === 'end' ? isTerminal(state) : state === 'Succeeded';
}

/** Whether the wait for a job can never end well. */
export function isFailed({ state, condition }: Pick<NeededJob, 'state' | 'condition'>): boolean {
  return condition === 'success' && isTerminal(state) && state !== 'Succeeded';
}

/** Why a job waits for others, for its tenant. */
export function dependencyDetail(needed: readonly NeededJob[]): string {
  const parts = needed.map(
    ({ id, name, state, condition }) => `the ${condition === 'end' ? 'end' : 'success'} of ${name} (${id}, ${state})`,
  );
  return `It waits for ${parts.join(' and ')}.`;
}

/** How a job ends that needed the success of a job that ended otherwise. */
export function dependencyFailed({ id, name, state }: NeededJob): JobExit {
  return { reason: DEPENDENCY_FAILED, detail: `It needed the success of ${name} (${id}), which ended as ${state}.`, exitCode: null };
}
