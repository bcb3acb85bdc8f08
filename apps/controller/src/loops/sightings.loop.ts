import { Injectable } from '@nestjs/common';
import { Cluster, hasEnded } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Clock, type Instant, instantOf } from '#kernel';
import { Metering } from '#metering';
import { lastSeen } from '../domain/last-seen.ts';
import { PodCache } from '../pod-cache.ts';

/** A version of the cluster's pods, asked for at an instant: who has heard of all up to it knows what was so by then. */
interface Mark {
  readonly at: Instant;
  readonly version: string;
}

/**
 * Writes down until when the running pods are known to have run, so that the end of one that vanishes can be told (rule M3). Events
 * may be long on their way: what the cache shows is taken for true only up to a mark that it has heard of. So a pod that vanishes
 * is charged to the last but one turn at worst, and never past its end.
 */
@Injectable()
export class SightingsLoop {
  #mark: Mark | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly metering: Metering,
    private readonly pods: PodCache,
    private readonly clock: Clock,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    const heartbeats = await this.cluster.heartbeats();
    const mark = this.#mark;
    if (mark !== undefined && !this.pods.hasHeard(mark.version)) return;
    if (mark !== undefined) await this.#write(lead, mark.at, heartbeats);
    const at = instantOf(this.clock.now());
    this.#mark = { at, version: await this.cluster.podsVersion() };
  }

  async #write(lead: Lead, provenUntil: Instant, heartbeats: ReadonlyMap<string, Instant>): Promise<void> {
    const running = this.pods.all().filter((pod) => pod.startedAt !== undefined && !hasEnded(pod));
    const seen = lastSeen(running, provenUntil, heartbeats);
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.metering.seenRunning(tx, seen);
    });
  }
}
