import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { PodEvent } from './domain/pod-event.ts';
import { type ShownPodEvent, shownEvents } from './shown-events.ts';
import { deleteExcessPodEvents, selectPodEvents, upsertPodEvents } from './pod-events.queries.ts';

/** What the cluster reported of the pods of jobs; it is kept with the job when the pods are gone and the cluster has forgotten it. */
@Injectable()
export class PodEventsService {
  /** Keeps events; those that are known already change nothing, or get a higher count. */
  async keep(tx: Tx, events: readonly PodEvent[]): Promise<void> {
    if (events.length === 0) return;
    await upsertPodEvents(tx, events);
    await deleteExcessPodEvents(tx, [...new Set(events.map(({ jobId }) => jobId))]);
  }

  /** The events of a job's pods, each with its code and sentence, in the order in which they first occurred. */
  async list(tx: Tx, jobId: string): Promise<ShownPodEvent[]> {
    return shownEvents(await selectPodEvents(tx, jobId));
  }
}
