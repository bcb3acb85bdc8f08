import { Injectable, Logger } from '@nestjs/common';
import { Cluster } from '#cluster';
import { type Lead, Transactions } from '#database';
import { Clock, instantOf } from '#kernel';
import { Metering, type PodSighting } from '#metering';
import { PodCache, type SeenPod } from '../pod-cache.ts';
import { admissionOf, isLost, type PodView } from '../pod-view.ts';
import { forEachAtOnce } from './cluster-calls.ts';

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
}

/** Writes down what became of pods, before anything is decided on it (rules M1–M3). */
@Injectable()
export class PodRecords {
  readonly #log = new Logger('workloads');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly metering: Metering,
    private readonly pods: PodCache,
    private readonly clock: Clock,
  ) {}

  /** Records every pod that changed since the last time, and every pod that vanished. */
  async record(lead: Lead): Promise<RecordedPods> {
    const changed = this.pods.takeChanged();
    const view = this.pods.view();
    try {
      for (let from = 0; from < changed.length; from += BATCH) await this.#observe(lead, changed.slice(from, from + BATCH));
    } catch (error) {
      this.pods.putBack(changed);
      throw error;
    }
    const running = await this.#endVanished(lead, view);
    const { reader } = this.transactions;
    return { view, running, lost: await this.metering.lostPods(reader), silent: new Set(await this.metering.silentPods(reader)) };
  }

  async #observe(lead: Lead, changed: readonly SeenPod[]): Promise<void> {
    const sightings = changed.flatMap((seen) => sightingOf(seen) ?? []);
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.metering.observe(tx, sightings);
      const ended = sightings.filter((sighting) => sighting.endedAt !== undefined);
      await this.metering.absorbLate(tx, [...new Set(ended.map((sighting) => sighting.admissionId))], instantOf(this.clock.now()));
    });
  }

  /** @returns the admissions of the pods that still run */
  async #endVanished(lead: Lead, view: PodView): Promise<Set<string>> {
    const lost = new Set(view.lost().map((pod) => pod.uid));
    const open = await this.metering.openPods(this.transactions.reader);
    const missing = open.filter((pod) => !view.has(pod.podUid));
    const vanished = [...open.filter((pod) => lost.has(pod.podUid)), ...(await this.#trulyGone(lead, missing))];
    const over = new Set(vanished.map((pod) => pod.podUid));
    if (vanished.length > 0) await this.#end(lead, vanished);
    return new Set(open.filter((pod) => !over.has(pod.podUid)).map((pod) => pod.admissionId));
  }

  async #end(lead: Lead, vanished: readonly { readonly podUid: string; readonly admissionId: string }[]): Promise<void> {
    const podUids = vanished.map((pod) => pod.podUid);
    const ended = await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      const now = instantOf(this.clock.now());
      const uids = await this.metering.recordVanished(tx, podUids, now);
      await this.metering.absorbLate(tx, [...new Set(vanished.map((pod) => pod.admissionId))], now);
      return uids;
    });
    this.#log.warn(`${ended.length} pods vanished without a recorded end; they end when they were last seen (M3)`);
  }

  /** Those of `missing` that the cluster does not know either: a watch that lags behind is no proof. */
  async #trulyGone<T extends { readonly podUid: string; readonly admissionId: string }>(lead: Lead, missing: readonly T[]): Promise<T[]> {
    const present = new Set<string>();
    const attempts = [...Map.groupBy(missing, (pod) => pod.admissionId).keys()];
    const asked = await forEachAtOnce(lead, attempts, async (admissionId) => {
      const cut = admissionId.lastIndexOf('/');
      const attempt = { jobId: admissionId.slice(0, cut), attempt: Number(admissionId.slice(cut + 1)) };
      for (const pod of await this.cluster.listPods(attempt)) present.add(pod.uid);
    });
    const known = new Set(asked);
    return missing.filter((pod) => known.has(pod.admissionId) && !present.has(pod.podUid));
  }
}

/** What metering is to know of a pod: nothing before its main container has started (rule M1), nor once its end is lost. */
function sightingOf({ pod }: SeenPod): PodSighting | undefined {
  if (pod.startedAt === undefined || isLost(pod)) return undefined;
  const { uid, gpus, startedAt, endedAt } = pod;
  // That it runs still is for its node to say, not for the API server.
  return { podUid: uid, admissionId: admissionOf(pod), gpus, startedAt, endedAt, seenAt: endedAt ?? startedAt };
}
