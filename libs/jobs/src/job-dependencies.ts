import type { Tx } from '#database';
import { isFailed, isMet, type NeededJob, type WrittenDependency } from './domain/dependencies.ts';
import { type JobFault, JobRefused } from './domain/job-faults.ts';
import { type FoundDependency, selectMeant, selectNeeded } from './job-dependencies.queries.ts';

/** A job that a new one waits for, and how. */
export type NeededDependency = FoundDependency & { readonly condition: WrittenDependency['on'] };

/**
 * The jobs that the dependencies of a job file mean, in its order.
 * @throws JobRefused `job.unknown-dependency`, and `job.dependency-failed` for one whose success can never come (rule J3)
 */
export async function requireDependencies(tx: Tx, tenantId: string, after: readonly WrittenDependency[]): Promise<NeededDependency[]> {
  if (after.length === 0) return [];
  const written = [...new Set(after.map(({ job }) => job))];
  const found = new Map((await selectMeant(tx, tenantId, written)).map((each) => [each.written, each]));
  const [unknown, ...othersUnknown] = after.flatMap(({ job }, index): JobFault[] => {
    if (found.has(job)) return [];
    const remedy = 'Name a job by its id or its name, as "mss ls" shows them.';
    return [{ field: `/spec/after/${index}/job`, detail: `Your company has no job "${job}".`, remedy }];
  });
  if (unknown !== undefined) throw new JobRefused('job.unknown-dependency', [unknown, ...othersUnknown]);
  const needed = after.flatMap(({ job, on }): NeededDependency[] => {
    const meant = found.get(job);
    return meant === undefined ? [] : [{ ...meant, condition: on }];
  });
  const [failed, ...othersFailed] = needed.flatMap((meant, index): JobFault[] => {
    if (!isFailed(meant)) return [];
    const detail = `${meant.name} (${meant.id}) ended as ${meant.state}, so its success can never come.`;
    return [{ field: `/spec/after/${index}/job`, detail, remedy: 'Submit that job again first, or write on: end.' }];
  });
  if (failed !== undefined) throw new JobRefused('job.dependency-failed', [failed, ...othersFailed]);
  return needed;
}

/** What jobs of the queue still wait for. */
export interface OpenDependencies {
  /** By the id of the waiting job. */
  readonly open: ReadonlyMap<string, readonly NeededJob[]>;
  /** Jobs that can never start, each with a job whose success can never come. */
  readonly failed: ReadonlyMap<string, NeededJob>;
}

/** What each of `jobIds` still waits for, in one statement however many they are. */
export async function openDependencies(tx: Tx, jobIds: readonly string[]): Promise<OpenDependencies> {
  const unmet = (await selectNeeded(tx, jobIds)).filter((needed) => !isMet(needed));
  const failed = unmet.filter((needed) => isFailed(needed));
  return { open: Map.groupBy(unmet, ({ jobId }) => jobId), failed: new Map(failed.map((needed) => [needed.jobId, needed])) };
}
