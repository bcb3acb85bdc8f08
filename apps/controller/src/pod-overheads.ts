import { Injectable, Logger } from '@nestjs/common';
import type { GpuClass } from '#catalog';
import { ClusterService } from '#cluster';
import type { PodOverhead } from '#jobs';

/** What Kubernetes adds to the pods of GPU classes for their RuntimeClasses. It logs a RuntimeClass that the cluster lacks, once as long as it does. */
@Injectable()
export class PodOverheads {
  readonly #log = new Logger('cluster');
  #logged = new Set<string>();

  constructor(private readonly cluster: ClusterService) {}

  /** By the code of the class. @throws DomainError `cluster.unavailable` */
  async of(classes: readonly GpuClass[]): Promise<ReadonlyMap<string, PodOverhead>> {
    const { overheads, lacking } = await this.cluster.nodes.classOverheads(classes);
    const sentences = lacking.map(
      ({ code, runtimeClassName }) =>
        `The GPU class ${code} uses the RuntimeClass "${runtimeClassName ?? ''}", and the cluster has none of that name: its jobs fail ` +
        'until somebody creates it or changes the class (mss class change).',
    );
    for (const sentence of sentences) if (!this.#logged.has(sentence)) this.#log.warn(sentence);
    this.#logged = new Set(sentences);
    return overheads;
  }
}
