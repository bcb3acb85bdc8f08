import { Injectable, Logger } from '@nestjs/common';
import type { GpuClass } from '#catalog';
import { ClusterService } from '#cluster';
import type { PodOverhead } from '#jobs';
import { Clock } from '#kernel';

/** For how long what the cluster answered is used. An operator changes a RuntimeClass rarely. */
const FRESH_MILLISECONDS = 60_000;

/** What Kubernetes adds to the pods of GPU classes for their RuntimeClasses. It logs a RuntimeClass that the cluster lacks, once as long as it does. */
@Injectable()
export class PodOverheads {
  readonly #log = new Logger('cluster');
  #logged = new Set<string>();

  #known: { readonly classes: string; readonly at: number; readonly overheads: ReadonlyMap<string, PodOverhead> } | undefined;

  constructor(
    private readonly cluster: ClusterService,
    private readonly clock: Clock,
  ) {}

  /** By the code of the class, at most a minute old. @throws DomainError `cluster.unavailable` */
  async of(classes: readonly GpuClass[]): Promise<ReadonlyMap<string, PodOverhead>> {
    const now = this.clock.now().getTime();
    const key = JSON.stringify(classes.map(({ code, runtimeClassName }) => [code, runtimeClassName]));
    if (this.#known?.classes !== key || now - this.#known.at >= FRESH_MILLISECONDS)
      this.#known = { classes: key, at: now, overheads: await this.#ask(classes) };
    return this.#known.overheads;
  }

  async #ask(classes: readonly GpuClass[]): Promise<ReadonlyMap<string, PodOverhead>> {
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
