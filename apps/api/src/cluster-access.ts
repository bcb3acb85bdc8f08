import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Optional } from '@nestjs/common';
import type { GpuClass } from '#catalog';
import { ClusterService } from '#cluster';
import { DomainError } from '#kernel';
import type { NodeShape } from '#jobs';
import type { ReportedRuns } from '#statements';

/** Nodes change every few days, and a cluster that does not answer is not asked again for each submission. */
const FRESH_MILLISECONDS = 60_000;
/** A submission asks within its transaction, so it does not wait long for a cluster that hangs. */
const WAIT_MILLISECONDS = 2_000;

/** The last known nodes of a class. */
interface KnownNodes {
  readonly askedAt: number;
  /** Empty before the first answer, and if there was none. */
  shapes: readonly NodeShape[];
  readonly answered: Promise<void>;
}

/** What the API needs from the cluster: logs, sizes of nodes, and pods that ran. The API works without a cluster too. */
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

  /** The pods of jobs that ran, as the cluster reports them; undefined without a cluster. */
  async podRuns(): Promise<ReportedRuns | undefined> {
    try {
      return await this.#cluster?.pods.runs();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#log.warn(`nothing is compared with the cluster: ${error.message}`);
      return { source: 'unreachable', runs: [] };
    }
  }

  /** The capacities of the nodes of a class; empty if there is no cluster, or it does not answer in time. */
  async nodesOf(gpuClass: GpuClass): Promise<readonly NodeShape[]> {
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
function ask(cluster: ClusterService, gpuClass: GpuClass, before: readonly NodeShape[]): KnownNodes {
  const known: KnownNodes = {
    askedAt: Date.now(),
    shapes: before,
    answered: cluster.nodes.empty(gpuClass).then(
      (shapes) => void (known.shapes = shapes),
      () => void (known.shapes = []),
    ),
  };
  return known;
}
