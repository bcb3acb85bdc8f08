import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { PlaceableJob } from './job.ts';
import { selectPlaceableById, selectPlaceableVersions } from './placeable-jobs.queries.ts';

/** What waits for admission, and what has, or may have, pods; both first come first. */
export interface PlaceableJobs {
  readonly queue: readonly PlaceableJob[];
  readonly active: readonly PlaceableJob[];
}

/** A job as it was read, with the number of its last event: nothing of what is read here changes without an event. */
interface KnownJob {
  readonly version: number;
  readonly job: PlaceableJob;
}

/**
 * The jobs that a cycle of the scheduler looks at. It keeps them from one read to the next, and a read fetches only those that have changed:
 * a long queue that stands still costs an index scan.
 */
@Injectable()
export class PlaceableJobsService {
  #known = new Map<string, KnownJob>();

  /** The jobs as they are now: two statements, or one where nothing has changed. */
  async read(tx: Tx): Promise<PlaceableJobs> {
    const versions = await selectPlaceableVersions(tx);
    const changed = versions.filter(({ id, version }) => this.#known.get(id)?.version !== version).map(({ id }) => id);
    const fetched = new Map((await selectPlaceableById(tx, changed)).map((job) => [job.id, job]));
    const known = new Map<string, KnownJob>();
    for (const { id, version } of versions) {
      // A job that changed between the two statements has an older version here, and is fetched again next time.
      const job = fetched.get(id) ?? this.#known.get(id)?.job;
      if (job !== undefined) known.set(id, { version, job });
    }
    this.#known = known;
    const jobs = [...known.values()].map(({ job }) => job);
    return { queue: jobs.filter(({ state }) => state === 'Queued'), active: jobs.filter(({ state }) => state !== 'Queued') };
  }
}
