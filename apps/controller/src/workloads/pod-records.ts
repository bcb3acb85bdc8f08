import { Injectable, Logger } from '@nestjs/common';
import { ClusterService } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { attemptOfAdmission, Clock, instantOf } from '#kernel';
import { MeteringService, type OpenPod, type PodReading } from '#metering';
import { PodCache, type SeenPod } from '../pod-cache.ts';
import { admissionOf, isLost, type PodView } from '../pod-view.ts';
import { ClusterCalls } from './cluster-calls.ts';

/** Sightings written by one statement. */
const BATCH = 2_000;

export interface RecordedPods {
  /** The pods, all of whose starts and ends are written. */
  readonly view: PodView;
  /** UIDs of the pods that each open admission has lost without an end, by `<job id>/<attempt>`. */
  readonly lost: ReadonlyMap<string, readonly string[]>;
  /** Open admissions with a pod that is metered as running. */
  readonly running: ReadonlySet<string>;
  /** UIDs of the pods among those whose nodes are silent. */
  readonly silent: ReadonlySet<string>;
  /** Admissions with a pod that could not be recorded: nothing is decided about them, and their pods stay, until it is. */
  readonly unrecorded: ReadonlySet<string>;
}

/** Writes down what became of pods, before anything is decided on it (rules M1–M3). */
@Injectable()
export class PodRecords {
  readonly #log = new Logger('workloads');
  /** Pods, by UID, whose record failed and was told of. */
  readonly #unrecorded = new Set<string>();

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly metering: MeteringService,
    private readonly pods: PodCache,
    private readonly clock: Clock,
  ) {}

  /** Records every pod that changed since the last time, and every pod that vanished. */
  async record(term: LeaderTerm): Promise<RecordedPods> {
    const changed = this.pods.takeChanged();
    const view = this.pods.view();
    const unrecorded = await this.#observeAll(term, changed);
    const running = await this.#endLost(term, view);
    const { reader } = this.transactions;
    const silent = new Set(await this.metering.silentPods(reader));
    return { view, running, unrecorded, silent, lost: await this.metering.lostPods(reader) };
  }

  /** One pod that cannot be recorded is in nobody's way. @returns the admissions of those that could not; they are tried again */
  async #observeAll(term: LeaderTerm, changed: readonly SeenPod[]): Promise<Set<string>> {
    try {
      const { failed } = await inIsolatedBatches(changed, BATCH, (batch) => this.#observe(term, batch));
      const uids = new Set(failed.map(({ item }) => item.pod.uid));
      for (const { pod } of changed) if (!uids.has(pod.uid)) this.#unrecorded.delete(pod.uid);
      for (const { item, error } of failed) this.#tellUnrecorded(item, error);
      this.pods.putBack(failed.map(({ item }) => item));
      return new Set(failed.map(({ item }) => admissionOf(item.pod)));
    } catch (error) {
      this.pods.putBack(changed);
      throw error;
    }
  }

  /** Once for each pod, though it is tried again in every turn. */
  #tellUnrecorded({ pod }: SeenPod, error: unknown): void {
    if (this.#unrecorded.has(pod.uid)) return;
    this.#unrecorded.add(pod.uid);
    this.#log.error(`pod ${pod.name} (${pod.uid}) of ${admissionOf(pod)} cannot be recorded; its attempt waits: ${String(error)}`);
  }

  async #observe(term: LeaderTerm, changed: readonly SeenPod[]): Promise<void> {
    const readings = changed.flatMap((seen) => readingOf(seen) ?? []);
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
        `pod ${podUid} of ${admissionId} is not metered: its UID was metered for ${knownAdmissionId}; see the reconciliation`,
      );
  }

  /** @returns the admissions of the pods that still run */
  async #endLost(term: LeaderTerm, view: PodView): Promise<Set<string>> {
    const lostUids = new Set(view.lost().map((pod) => pod.uid));
    const open = await this.metering.openPods(this.transactions.reader);
    const missing = open.filter((pod) => !view.has(pod.podUid));
    const lost = [...open.filter((pod) => lostUids.has(pod.podUid)), ...(await this.#trulyGone(term, missing))];
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
      const uids = await this.metering.recordLost(tx, podUids, now);
      await this.metering.absorbLate(tx, [...new Set(lost.map((pod) => pod.admissionId))], now);
      return uids;
    });
    this.#log.warn(`${ended.length} pods vanished without a recorded end; they end when they were last seen (M3)`);
  }

  /** Those of `missing` that the cluster does not know either: a watch that lags behind is no proof. */
  async #trulyGone(term: LeaderTerm, missing: readonly OpenPod[]): Promise<OpenPod[]> {
    const present = new Set<string>();
    const attempts = [...Map.groupBy(missing, (pod) => pod.admissionId).keys()];
    const tenantOf = new Map(missing.map((pod) => [pod.admissionId, pod.tenantId]));
    const subjectOf = (admissionId: string) => ({ tenant: tenantOf.get(admissionId) ?? '', object: admissionId });
    const { done } = await this.calls.forEach(term, 'list', attempts, subjectOf, async (admissionId) => {
      for (const pod of await this.cluster.listPods(attemptOfAdmission(admissionId))) present.add(pod.uid);
    });
    const known = new Set(done);
    return missing.filter((pod) => known.has(pod.admissionId) && !present.has(pod.podUid));
  }
}

/** What metering is to know of a pod: nothing before its main container has started (rule M1), nor once its end is lost. */
function readingOf({ pod }: SeenPod): PodReading | undefined {
  if (pod.startedAt === undefined || isLost(pod)) return undefined;
  const { uid, gpus, startedAt, endedAt } = pod;
  // That it runs still is for its node to say, not for the API server.
  return { podUid: uid, admissionId: admissionOf(pod), gpus, startedAt, endedAt, seenAt: endedAt ?? startedAt };
}
