import type { CoreV1Api } from '@kubernetes/client-node';

/** Looks until what it sees is right. @throws Error with what it saw last */
type WaitFor = <T>(what: string, look: () => Promise<T>, isRight: (seen: T) => boolean) => Promise<T>;

/** The namespaces of a cluster that may have an installation already. */
export class Namespaces {
  readonly #core: CoreV1Api;
  readonly #waitFor: WaitFor;

  constructor(core: CoreV1Api, waitFor: WaitFor) {
    this.#core = core;
    this.#waitFor = waitFor;
  }

  /** Two installations on one cluster would take each other's jobs for orphans. */
  async refuseForeign(): Promise<void> {
    const names = await this.#ofSpeedspace();
    if (names.length === 0) return;
    throw new Error(
      `This cluster has namespaces of a Speedspace installation (${names.slice(0, 3).join(', ')}). Its jobs could be taken for orphans of this run: use a cluster without one.`,
    );
  }

  /** Deletes those of companies whose name holds `part`. */
  async deleteOf(part: string): Promise<void> {
    const ours = (await this.#ofSpeedspace()).filter((name) => name.includes(part));
    await Promise.all(ours.map((name) => this.delete(name)));
  }

  /** Deletes a namespace and waits until it is gone; nobody is left to record the ends of its pods. */
  async delete(name: string): Promise<void> {
    const exists = async (): Promise<boolean> =>
      (await this.#core.listNamespace({ fieldSelector: `metadata.name=${name}` })).items.length > 0;
    if (!(await exists())) return;
    await this.#core.deleteNamespace({ name });
    await this.#waitFor(
      `the end of the namespace ${name}`,
      async () => {
        for (const { metadata } of (await this.#core.listNamespacedPod({ namespace: name })).items) {
          if ((metadata?.finalizers ?? []).length === 0) continue;
          const body = [{ op: 'remove', path: '/metadata/finalizers' }];
          await this.#core.patchNamespacedPod({ namespace: name, name: metadata?.name ?? '', body }).catch(() => undefined);
        }
        return await exists();
      },
      (still) => !still,
    );
  }

  async #ofSpeedspace(): Promise<string[]> {
    const { items } = await this.#core.listNamespace({ labelSelector: 'app.kubernetes.io/managed-by=speedspace' });
    return items.map(({ metadata }) => metadata?.name ?? '');
  }
}
