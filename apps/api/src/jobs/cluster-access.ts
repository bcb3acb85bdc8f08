import { Inject, Injectable } from '@nestjs/common';
import type { GpuClass } from '#catalog';
import { Cluster } from '#cluster';
import { DomainError } from '#kernel';
import type { ReplicaShape } from '#jobs';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';

/** Nodes come and go by the day; a cluster that is away is not asked again with every submission. */
const FRESH_MILLISECONDS = 60_000;

/** What the API needs of the cluster: logs, and the sizes of nodes. It works without one. */
@Injectable()
export class ClusterAccess {
  readonly #cluster: Cluster | undefined;
  readonly #nodes = new Map<string, { readonly at: number; readonly shapes: Promise<ReplicaShape[]> }>();

  constructor(@Inject(API_SETTINGS) settings: ApiSettings) {
    this.#cluster = settings.cluster === undefined ? undefined : Cluster.connect(settings.cluster);
  }

  /** @throws DomainError `cluster.not-configured` */
  get cluster(): Cluster {
    if (this.#cluster !== undefined) return this.#cluster;
    throw new DomainError('cluster.not-configured', {
      detail: 'The API was started without a cluster.',
      remedy: 'Ask the operator to set KUBECONFIG for the API.',
      kind: 'unavailable',
    });
  }

  /** What the nodes of a class have when empty; none where the cluster cannot be asked. */
  async nodesOf(gpuClass: GpuClass): Promise<ReplicaShape[]> {
    const cluster = this.#cluster;
    if (cluster === undefined) return [];
    const known = this.#nodes.get(gpuClass.code);
    if (known !== undefined && Date.now() - known.at < FRESH_MILLISECONDS) return await known.shapes;
    const shapes = cluster.emptyNodes(gpuClass).catch(() => []);
    this.#nodes.set(gpuClass.code, { at: Date.now(), shapes });
    return await shapes;
  }
}
