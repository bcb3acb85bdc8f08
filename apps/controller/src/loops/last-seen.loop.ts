import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { ClusterService, type PodObservation } from '#cluster';
import { type LeaderTerm, Transactions, type Tx } from '#database';
import { Clock, formatInstant, type Instant, instantOf } from '#kernel';
import { hasEnded, JobNotesService } from '#jobs';
import {
  type Heartbeats,
  isSilent,
  isTrusted,
  lastSeen,
  leasesAfter,
  MeteringService,
  type NodeLeases,
  type NodeSilence,
  provingSample,
  usefulSamples,
} from '#metering';
import { PodCache } from '../pod-cache.ts';

const CONTROLLER = systemActor('controller');

/** A version of the cluster's pods, read at an instant. A cache that has received all events up to it knows the pods of that instant. */
interface Mark {
  readonly at: Instant;
  readonly version: string;
}

/** Pods of which the cluster had reported no end by an instant. */
interface Proof {
  readonly at: Instant;
  readonly running: readonly Pick<PodObservation, 'uid' | 'node'>[];
}

/**
 * Records until when the running pods are proven to have run, so that a lost pod has an end (rule M3), and which of them are on silent
 * nodes. A proof needs two facts: a heartbeat of the node, and that the cluster reports no end of the pod a while later. Events can be
 * late, so the cache proves something only up to a mark whose version it has received. Where no events arrive because nothing changes,
 * the cluster is asked for its pods.
 */
@Injectable()
export class LastSeenLoop {
  readonly #log = new Logger('last-seen');
  #mark: Mark | undefined;
  #samples: Heartbeats[] = [];
  #leases: NodeLeases = new Map();
  #leasesReadAt: Instant | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly metering: MeteringService,
    private readonly notes: JobNotesService,
    private readonly pods: PodCache,
    private readonly clock: Clock,
  ) {}

  async turn(term: LeaderTerm): Promise<undefined> {
    const at = await this.#readLeases();
    const proof = await this.#prove();
    const sample = provingSample(this.#samples, proof.at);
    const seen = sample === undefined ? new Map<string, Instant>() : lastSeen(proof.running, sample);
    await this.#write(term, seen, proof.running, at);
    const markedAt = instantOf(this.clock.now());
    this.#mark = { at: markedAt, version: await this.cluster.pods.version() };
    this.#samples = usefulSamples(this.#samples, markedAt);
  }

  async #readLeases(): Promise<Instant> {
    const heartbeats = await this.cluster.nodes.heartbeats();
    const at = instantOf(this.clock.now());
    this.#leases = leasesAfter(this.#leases, heartbeats, at, this.#leasesReadAt);
    this.#leasesReadAt = at;
    const byNode = new Map([...this.#leases].flatMap(([name, lease]) => (isTrusted(lease, at) ? [[name, lease.heartbeat] as const] : [])));
    this.#samples.push({ at, byNode });
    return at;
  }

  async #prove(): Promise<Proof> {
    const mark = this.#mark;
    if (mark !== undefined && this.pods.hasReceived(mark.version)) return { at: mark.at, running: this.pods.all().filter(isRunning) };
    const at = instantOf(this.clock.now());
    return { at, running: await this.cluster.pods.running() };
  }

  async #write(term: LeaderTerm, seen: ReadonlyMap<string, Instant>, running: Proof['running'], at: Instant): Promise<void> {
    const silentUids = running.filter(({ node }) => this.#isSilent(node, at)).map(({ uid }) => uid);
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const heard = await this.metering.seenRunning(tx, seen);
      const silent = await this.metering.nodesSilent(tx, silentUids, at);
      const nodes = new Map(running.map(({ uid, node = '' }) => [uid, node]));
      await this.#report(tx, 'node-heard', heard, nodes);
      await this.#report(tx, 'node-silent', silent, nodes);
    });
  }

  #isSilent(node: string | undefined, at: Instant): boolean {
    const lease = node === undefined ? undefined : this.#leases.get(node);
    return lease !== undefined && isSilent(lease, at);
  }

  /** Reports to the tenants by events of their jobs, and to the operator in the log. */
  async #report(
    tx: Tx,
    kind: 'node-silent' | 'node-heard',
    pods: readonly NodeSilence[],
    nodeOf: ReadonlyMap<string, string>,
  ): Promise<void> {
    const byJob = Map.groupBy(pods, ({ jobId }) => jobId);
    const notes = [...byJob].map(([jobId, own]) => {
      const nodes = [...new Set(own.map(({ podUid }) => nodeOf.get(podUid) ?? ''))].sort();
      const provenUntil = formatInstant(Math.min(...own.map(({ lastSeenAt }) => lastSeenAt)));
      const reason =
        kind === 'node-silent'
          ? `${nodes.join(', ')} is silent: its pods are charged up to ${provenUntil} until the node is heard again`
          : `${nodes.join(', ')} is heard again, and its pods have kept running`;
      return { jobId, reason, data: { nodes, provenUntil } };
    });
    await this.notes.tellOfNodes(tx, CONTROLLER, kind, notes);
    for (const { jobId, data } of notes) {
      const nodes = data.nodes.join(', ');
      if (kind === 'node-silent') this.#log.warn(`${nodes} is silent: ${jobId} is charged up to ${data.provenUntil} (README: a dead node)`);
      else this.#log.log(`${nodes} is heard again: the charges of ${jobId} go on`);
    }
  }
}

function isRunning(pod: PodObservation): boolean {
  return pod.startedAt !== undefined && !hasEnded(pod);
}
