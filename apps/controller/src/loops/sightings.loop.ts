import { Injectable } from '@nestjs/common';
import { Cluster, hasEnded } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Metering } from '#metering';
import { lastSeen } from '../domain/last-seen.ts';
import { PodCache } from '../pod-cache.ts';

/** Writes down until when the running pods are known to have run, so that the end of one that vanishes can be told (rule M3). */
@Injectable()
export class SightingsLoop {
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly metering: Metering,
    private readonly pods: PodCache,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    const heartbeats = await this.cluster.heartbeats();
    const until = this.pods.heardAt;
    if (until === undefined) return;
    const running = this.pods.all().filter((pod) => pod.startedAt !== undefined && !hasEnded(pod));
    const seen = lastSeen(
      running.map((pod) => ({ pod, until })),
      heartbeats,
    );
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.metering.seenRunning(tx, seen);
    });
  }
}
