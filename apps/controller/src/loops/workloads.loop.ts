import { Injectable } from '@nestjs/common';
import type { LeaderTerm } from '#database';
import { PodCache } from '../pod-cache.ts';
import { Attempts } from '../workloads/attempts.ts';
import { PodReleases } from '../workloads/pod-releases.ts';
import { PodRecords } from '../workloads/pod-records.ts';

/**
 * Reconciles the cluster to the active jobs (rule J2), and records what happened to their pods before it releases them (rules M2, M3). The
 * loop is level-triggered: each turn considers everything again, so any step may fail and is then repeated.
 */
@Injectable()
export class WorkloadsLoop {
  constructor(
    private readonly pods: PodCache,
    private readonly records: PodRecords,
    private readonly attempts: Attempts,
    private readonly releases: PodReleases,
  ) {}

  async turn(term: LeaderTerm): Promise<undefined> {
    if (!this.pods.synced) return;
    const recorded = await this.records.record(term);
    const active = await this.attempts.advance(term, recorded);
    await this.releases.release(term, recorded.view, new Set([...active, ...recorded.unrecorded]));
  }
}
