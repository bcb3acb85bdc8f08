/** What the kubelet of a silent node could not report, in order. */
type Untold = (() => void)[];

/** Nodes of which the API server hears nothing, and what their kubelets will report when they are back. */
export class SilentNodes {
  readonly #unreported = new Map<string, Untold>();

  has(node: string): boolean {
    return this.#unreported.has(node);
  }

  /** Falls silent, or stays so for a new reason. */
  add(node: string): void {
    this.#unreported.set(node, [...(this.#unreported.get(node) ?? [])]);
  }

  /** Names the present silence of a node: whoever ends it must know that it is still the same. */
  silenceOf(node: string): Untold | undefined {
    return this.#unreported.get(node);
  }

  /** Tells now, or as soon as the node is back. */
  report(node: string, report: () => void): void {
    const unreported = this.#unreported.get(node);
    if (unreported === undefined) report();
    else unreported.push(report);
  }

  /** The node is back, and reports what it could not. */
  end(node: string): void {
    const unreported = this.#unreported.get(node) ?? [];
    this.#unreported.delete(node);
    for (const report of unreported) report();
  }
}
