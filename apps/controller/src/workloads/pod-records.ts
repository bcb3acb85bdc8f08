import { Injectable, Logger } from '@nestjs/common';
import { ClusterService } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { attemptOfAdmission, Clock, instantOf } from '#kernel';
import {
  markPodsLost,
  MeteringService,
  type OpenPod,
  type PodReading,
  type PodReport,
  readingOf,
  recordPodReports,
  reportOf,
} from '#metering';
import { PodCache, type SeenPod } from '../pod-cache.ts';
import { admissionOf, type PodView } from '../pod-view.ts';
import { ClusterCalls } from './cluster-calls.ts';

/** Pod readings that one statement writes. */
const BATCH = 2_000;

export interface RecordedPods {
  /** The pods; their starts and ends are recorded. */
  readonly view: PodView;
  /** UIDs of the pods that ended when they were last seen, by the id of their open admission. */
  readonly lost: ReadonlyMap<string, readonly string[]>;
  /** Ids of the open admissions with a pod that is metered as running. */
  readonly running: ReadonlySet<string>;
  /** UIDs of those running pods whose nodes are silent. */
  readonly silent: ReadonlySet<string>;
  /** Ids of the admissions with a pod that could not be recorded. Until it is, nothing is decided about them, and their pods stay. */
  readonly unrecorded: ReadonlySet<string>;
}

/** Records what happened to pods before anything is decided on it (rules M1–M3). */
@Injectable()
export class PodRecords {
  readonly #log = new Logger('workloads');
  /** UIDs of the pods whose failed record is in the log already. */
  readonly #unrecorded = new Set<string>();

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly metering: MeteringService,
    private readonly pods: PodCache,
    private readonly clock: Clock,
  ) {}

  /** Records every pod that changed since the last turn, and ends every pod that is lost. */
  async record(term: LeaderTerm): Promise<RecordedPods> {
    const changed = this.pods.takeChanged();
    const view = this.pods.view();
    const unrecorded = await this.#observeAll(term, changed);
    const running = await this.#endLost(term, view);
    const { reader } = this.transactions;
    const silent = new Set(await this.metering.silentPods(reader));
    return { view, running, unrecorded, silent, lost: await this.metering.lostPods(reader) };
  }

  /** A pod that cannot be recorded does not hold up the others. @returns the admissions of such pods; the next turn tries again */
  async #observeAll(term: LeaderTerm, changed: readonly SeenPod[]): Promise<Set<string>> {
    try {
      const { failed } = await inIsolatedBatches(changed, BATCH, (batch) => this.#observe(term, batch));
      const uids = new Set(failed.map(({ item }) => item.pod.uid));
      for (const { pod } of changed) if (!uids.has(pod.uid)) this.#unrecorded.delete(pod.uid);
      for (const { item, error } of failed) this.#logUnrecorded(item, error);
      this.pods.putBack(failed.map(({ item }) => item));
      return new Set(failed.map(({ item }) => admissionOf(item.pod)));
    } catch (error) {
      this.pods.putBack(changed);
      throw error;
    }
  }

  /** Logs each pod once, although every turn tries it again. */
  #logUnrecorded({ pod }: SeenPod, error: unknown): void {
    if (this.#unrecorded.has(pod.uid)) return;
    this.#unrecorded.add(pod.uid);
    this.#log.error(`pod ${pod.name} (${pod.uid}) of ${admissionOf(pod)} cannot be recorded, and its attempt waits: ${String(error)}`);
  }

  async #observe(term: LeaderTerm, changed: readonly SeenPod[]): Promise<void> {
    await this.#keepReports(term, changed);
    const readings = changed.flatMap(({ pod }): PodReading[] => {
      const reading = readingOf(pod);
      return reading === undefined ? [] : [{ ...reading, admissionId: admissionOf(pod) }];
    });
    const reused = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const now = instantOf(this.clock.now());
      const reused = await this.metering.observe(tx, readings, now);
      const ended = readings.filter((reading) => reading.endedAt !== undefined);
      await this.metering.absorbLate(tx, [...new Set(ended.map((reading) => reading.admissionId))], now);
      return reused;
    });
    for (const { podUid, admissionId, knownAdmissionId } of reused)
      this.#log.error(
        `pod ${podUid} of ${admissionId} is not metered, because its UID was metered for ${knownAdmissionId}: see the reconciliation`,
      );
  }

  /** In a transaction of its own, so that the record is there for reconciliation where the meter fails. */
  async #keepReports(term: LeaderTerm, changed: readonly SeenPod[]): Promise<void> {
    const reports = changed.flatMap(({ pod }): PodReport[] => {
      const report = reportOf(pod);
      return report === undefined ? [] : [{ ...report, admissionId: admissionOf(pod) }];
    });
    if (reports.length === 0) return;
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await recordPodReports(tx, reports, instantOf(this.clock.now()));
    });
  }

  /** @returns the ids of the admissions whose pods still run */
  async #endLost(term: LeaderTerm, view: PodView): Promise<Set<string>> {
    const lostUids = new Set(view.lost().map((pod) => pod.uid));
    const open = await this.metering.openPods(this.transactions.reader);
    const missing = open.filter((pod) => !view.has(pod.podUid));
    const lost = [...open.filter((pod) => lostUids.has(pod.podUid)), ...(await this.#confirmGone(term, missing))];
    const { failed } = await inIsolatedBatches(lost, BATCH, (batch) => this.#end(term, batch));
    for (const { item, error } of failed)
      this.#log.error(`the lost pod ${item.podUid} of ${item.admissionId} cannot be ended: ${String(error)}`);
    const unended = new Set(failed.map(({ item }) => item));
    const over = new Set(lost.filter((pod) => !unended.has(pod)).map((pod) => pod.podUid));
    return new Set(open.filter((pod) => !over.has(pod.podUid)).map((pod) => pod.admissionId));
  }

  async #end(term: LeaderTerm, lost: readonly OpenPod[]): Promise<void> {
    const podUids = lost.map((pod) => pod.podUid);
    const ended = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const now = instantOf(this.clock.now());
      await markPodsLost(tx, podUids, now);
      const uids = await this.metering.recordLost(tx, podUids, now);
      await this.metering.absorbLate(tx, [...new Set(lost.map((pod) => pod.admissionId))], now);
      return uids;
    });
    this.#log.warn(`${ended.length} pods are lost without a recorded end: each ends when it was last seen (M3)`);
  }

  /** Those of `missing` that the cluster does not know either. The cache alone is no proof, because a watch may be late. */
  async #confirmGone(term: LeaderTerm, missing: readonly OpenPod[]): Promise<OpenPod[]> {
    const present = new Set<string>();
    const attempts = [...Map.groupBy(missing, (pod) => pod.admissionId).keys()];
    const tenantOf = new Map(missing.map((pod) => [pod.admissionId, pod.tenantId]));
    const subjectOf = (admissionId: string) => ({ tenant: tenantOf.get(admissionId) ?? '', object: admissionId });
    const { done } = await this.calls.forEach(term, 'list', attempts, subjectOf, async (admissionId) => {
      for (const pod of await this.cluster.pods.list(attemptOfAdmission(admissionId))) present.add(pod.uid);
    });
    const known = new Set(done);
    return missing.filter((pod) => known.has(pod.admissionId) && !present.has(pod.podUid));
  }
}
