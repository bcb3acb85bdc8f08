/** What the kubelet of a silent node could not tell, in order. */
type Untold = (() => void)[];

/** Nodes of which the API server hears nothing, and what their kubelets will tell it when they are back. */
export class SilentNodes {
  readonly #untold = new Map<string, Untold>();

  has(node: string): boolean {
    return this.#untold.has(node);
  }

  /** Falls silent, or stays so for a new reason. */
  add(node: string): void {
    this.#untold.set(node, [...(this.#untold.get(node) ?? [])]);
  }

  /** Names the present silence of a node: whoever ends it must know that it is still the same. */
  silenceOf(node: string): Untold | undefined {
    return this.#untold.get(node);
  }

  /** Tells now, or as soon as the node is back. */
  tell(node: string, tell: () => void): void {
    const untold = this.#untold.get(node);
    if (untold === undefined) tell();
    else untold.push(tell);
  }

  /** The node is back, and tells what it could not. */
  end(node: string): void {
    const untold = this.#untold.get(node) ?? [];
    this.#untold.delete(node);
    for (const tell of untold) tell();
  }
}
