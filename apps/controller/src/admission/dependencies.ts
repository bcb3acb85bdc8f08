import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import {
  canApply,
  conditionOf,
  DEPENDENCY_FAILED,
  dependencyDetail,
  dependencyFailed,
  type Job,
  JobsService,
  openDependencies,
  type OpenDependencies,
  type PlaceableJob,
  type Transition,
} from '#jobs';
import type { InadmissibleReason } from '#scheduling';

const CONTROLLER = systemActor('controller');
/** Jobs ended in one transaction. */
const BATCH = 500;

/** Jobs of the queue that wait for other jobs, and those that can never start because one of these has failed. */
@Injectable()
export class Dependencies {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
  ) {}

  /** Why jobs of `queue` must wait for others, by their ids. One statement, and none where no job has dependencies. */
  async reasons(queue: readonly PlaceableJob[]): Promise<Map<string, InadmissibleReason>> {
    const { open } = await this.#read(queue);
    return new Map(
      [...open].map(([id, needed]) => {
        const facts = { jobs: needed.map((job) => job.id).join(', ') };
        return [id, { reason: 'dependency', detail: dependencyDetail(needed), facts }];
      }),
    );
  }

  /** Ends the jobs of `queue` that needed the success of a job that has ended otherwise. @returns whether there were any */
  async endFailed(term: LeaderTerm, queue: readonly PlaceableJob[]): Promise<boolean> {
    const { failed } = await this.#read(queue);
    const { failed: unwritten } = await inIsolatedBatches([...failed.keys()], BATCH, async (batch) => {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        const end = (job: Job): Transition | undefined => {
          const needed = failed.get(job.id);
          if (job.state !== 'Queued' || needed === undefined || !canApply(conditionOf(job), 'cancel-requested')) return undefined;
          return { kind: 'cancel-requested', reason: DEPENDENCY_FAILED, exit: dependencyFailed(needed) };
        };
        await this.jobs.applyAll(tx, batch, end, CONTROLLER);
      });
    });
    for (const { item, error } of unwritten) this.#log.error(`${item} cannot be ended: ${String(error)}`);
    return failed.size > unwritten.length;
  }

  async #read(queue: readonly PlaceableJob[]): Promise<OpenDependencies> {
    const dependent = queue.filter(({ spec }) => spec.after !== undefined).map(({ id }) => id);
    return await openDependencies(this.transactions.reader, dependent);
  }
}
