import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions, type V1Node } from '@kubernetes/client-node';

/** A resource that needs no device: a GPU class of the suite asks for it. */
export const RESOURCE = 'speedspace.io/contract-unit';
export const UNITS_PER_NODE = 8;
const LABEL = 'speedspace.io/contract-run';
const MOST_NODES = 4;

/**
 * Gives nodes of the cluster an extended resource and a label, so that they carry a GPU class without GPUs, as Kubernetes' documentation
 * describes under "Advertise Extended Resources for a Node".
 */
export class TestNodes {
  readonly #core: CoreV1Api;
  #names: string[] = [];

  constructor(
    administrator: KubeConfig,
    private readonly run: string,
  ) {
    this.#core = administrator.makeApiClient(CoreV1Api);
  }

  get names(): readonly string[] {
    return this.#names;
  }

  get nodeSelector(): Record<string, string> {
    return { [LABEL]: this.run };
  }

  /** @throws Error when the cluster has no node that takes pods */
  async prepare(): Promise<void> {
    const usable = (await this.#core.listNode()).items.filter(takesPods).slice(0, MOST_NODES);
    if (usable.length === 0) throw new Error('no node of the cluster is ready and without taints');
    for (const { metadata } of usable) {
      const name = metadata?.name ?? '';
      this.#names.push(name);
      const body = { metadata: { labels: this.nodeSelector } };
      await this.#core.patchNode({ name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
      const units = { [RESOURCE]: String(UNITS_PER_NODE) };
      const status = { status: { capacity: units, allocatable: units } };
      await this.#core.patchNodeStatus({ name, body: status }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    }
  }

  async restore(): Promise<void> {
    const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    const existing = new Set((await this.#core.listNode()).items.map(({ metadata }) => metadata?.name));
    for (const name of this.#names.filter((each) => existing.has(each))) {
      const units = { [RESOURCE]: null };
      await this.#core.patchNodeStatus({ name, body: { status: { capacity: units, allocatable: units } } }, asMerge);
      await this.#core.patchNode({ name, body: { metadata: { labels: { [LABEL]: null } } } }, asMerge);
    }
    this.#names = [];
  }

  /** What is left of the suite on the nodes of the cluster. */
  async leftovers(): Promise<string[]> {
    const marked = (await this.#core.listNode()).items.filter(
      ({ metadata, status }) => metadata?.labels?.[LABEL] !== undefined || status?.capacity?.[RESOURCE] !== undefined,
    );
    return marked.map(({ metadata }) => `Node ${metadata?.name ?? ''} has the label or the resource of the suite`);
  }
}

function takesPods({ spec, status }: V1Node): boolean {
  const ready = status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
  return ready && spec?.unschedulable !== true && (spec?.taints ?? []).every(({ effect }) => effect === 'PreferNoSchedule');
}
