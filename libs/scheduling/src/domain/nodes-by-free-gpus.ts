import type { NodeLayout } from './node-layout.ts';

/** The nodes of one GPU class in the order in which they are filled (rule S4): the fewest free GPUs first, then by name. */
export class NodesByFreeGpus {
  /** Free GPUs by position; negative where more runs than the node has. */
  readonly #gpus: Float64Array;
  readonly #order: Int32Array;

  private constructor(gpus: Float64Array, order: Int32Array) {
    this.#gpus = gpus;
    this.#order = order;
  }

  static of(layout: NodeLayout, gpuClass: string): NodesByFreeGpus {
    const gpus = Float64Array.from(layout.nodes, (node) => node.gpus[gpuClass] ?? 0);
    const order = Int32Array.from(layout.nodesOf(gpuClass).members);
    return new NodesByFreeGpus(
      gpus,
      order.sort((a, b) => (gpus[a] ?? 0) - (gpus[b] ?? 0) || a - b),
    );
  }

  copy(): NodesByFreeGpus {
    return new NodesByFreeGpus(this.#gpus.slice(), this.#order.slice());
  }

  gpusOn(position: number): number {
    return this.#gpus[position] ?? 0;
  }

  /** The nodes with at least `gpus` free, the fullest first. They must not change while they are read. */
  atLeast(gpus: number): Int32Array {
    return this.#order.subarray(this.#firstFrom(gpus, 0));
  }

  /** Changes the free GPUs of a node of the class, and moves it to its new place in the order. */
  add(position: number, gpus: number): void {
    if (gpus === 0) return;
    const from = this.#firstFrom(this.gpusOn(position), position);
    const free = this.gpusOn(position) + gpus;
    const to = this.#firstFrom(free, position);
    this.#gpus[position] = free;
    if (to > from) {
      this.#order.copyWithin(from, from + 1, to);
      this.#order[to - 1] = position;
    } else {
      this.#order.copyWithin(to + 1, to, from);
      this.#order[to] = position;
    }
  }

  /** The first index in the order that is not before a node at `position` with `gpus` free. */
  #firstFrom(gpus: number, position: number): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#order[middle] ?? 0;
      const free = this.#gpus[at] ?? 0;
      if (free < gpus || (free === gpus && at < position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
