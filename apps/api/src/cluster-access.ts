import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Optional } from '@nestjs/common';
import type { GpuClass } from '#catalog';
import { ClusterService } from '#cluster';
import { DomainError } from '#kernel';
import type { ReplicaShape } from '#jobs';
import type { ReportedRuns } from '#statements';

/** Nodes come and go by the day; a cluster that is away is not asked again with every submission. */
const FRESH_MILLISECONDS = 60_000;
/** A submission has its transaction open while it asks, and does not wait for a cluster that hangs. */
const WAIT_MILLISECONDS = 2_000;

/** The last known nodes of a class. */
interface KnownNodes {
  readonly askedAt: number;
  /** None until there was an answer, and where there was none. */
  shapes: readonly ReplicaShape[];
  readonly answered: Promise<void>;
}

/** What the API needs of the cluster: logs, the sizes of nodes, and what ran. It works without one. */
@Injectable()
export class ClusterAccess {
  readonly #log = new Logger(ClusterAccess.name);
  readonly #nodes = new Map<string, KnownNodes>();
  readonly #cluster: ClusterService | undefined;

  constructor(@Optional() cluster?: ClusterService) {
    this.#cluster = cluster;
  }

  /** @throws DomainError `cluster.not-configured` */
  get cluster(): ClusterService {
    if (this.#cluster !== undefined) return this.#cluster;
    throw new DomainError('cluster.not-configured', {
      detail: 'The API was started without a cluster.',
      remedy: 'Ask the operator to set KUBECONFIG for the API.',
      kind: 'unavailable',
    });
  }

  /** The pods of ours that ran, as the cluster reports them; undefined without a cluster. */
  async podRuns(): Promise<ReportedRuns | undefined> {
    try {
      return await this.#cluster?.podRuns();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#log.warn(`nothing is compared with the cluster: ${error.message}`);
      return { source: 'unreachable', runs: [] };
    }
  }

  /** What the nodes of a class have when empty; none where the cluster cannot be asked, or does not answer soon. */
  async nodesOf(gpuClass: GpuClass): Promise<readonly ReplicaShape[]> {
    const cluster = this.#cluster;
    if (cluster === undefined) return [];
    let known = this.#nodes.get(gpuClass.code);
    if (known === undefined || Date.now() - known.askedAt >= FRESH_MILLISECONDS) {
      known = ask(cluster, gpuClass, known?.shapes ?? []);
      this.#nodes.set(gpuClass.code, known);
    }
    if (known.shapes.length === 0) await Promise.race([known.answered, sleep(WAIT_MILLISECONDS, undefined, { ref: false })]);
    return known.shapes;
  }
}

/** Requests the nodes of a class. `before` remains valid until there is an answer. */
function ask(cluster: ClusterService, gpuClass: GpuClass, before: readonly ReplicaShape[]): KnownNodes {
  const known: KnownNodes = {
    askedAt: Date.now(),
    shapes: before,
    answered: cluster.emptyNodes(gpuClass).then(
      (shapes) => void (known.shapes = shapes),
      () => void (known.shapes = []),
    ),
  };
  return known;
}
