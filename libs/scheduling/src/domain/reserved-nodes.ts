import type { NodeLayout } from './node-layout.ts';
import { type NodeUse, placesWithin, type Shape } from './shape.ts';

interface Free {
  readonly gpus: Map<string, number>;
  cpuMillis: number;
  memoryBytes: number;
  ephemeralBytes: number;
}

/**
 * What a reserved job leaves free on its nodes at its start. Other nodes are left out: on them a later start never has less than now, so
 * what fits now fits beside the reservation.
 */
export class ReservedNodes {
  readonly #layout: NodeLayout;
  readonly #free: ReadonlyMap<number, Free>;

  constructor(layout: NodeLayout, free: ReadonlyMap<number, Free>) {
    this.#layout = layout;
    this.#free = free;
  }

  /** Whether any of the nodes has GPUs of a class. */
  concerns(gpuClass: string): boolean {
    return [...this.#free.values()].some(({ gpus }) => gpus.has(gpuClass));
  }

  placesOn(position: number, { gpuClass, replica, replicas }: Shape): number {
    const free = this.#free.get(position);
    if (free === undefined) return Infinity;
    return placesWithin({ ...free, gpus: free.gpus.get(gpuClass) ?? 0 }, replica, replicas);
  }

  occupy(use: NodeUse): void {
    this.#add(use, -1);
  }

  release(use: NodeUse): void {
    this.#add(use, 1);
  }

  #add({ node, gpuClass, replica }: NodeUse, sign: 1 | -1): void {
    const free = this.#free.get(this.#layout.positionOf(node) ?? -1);
    if (free === undefined) return;
    free.gpus.set(gpuClass, (free.gpus.get(gpuClass) ?? 0) + sign * replica.gpus);
    free.cpuMillis += sign * replica.cpuMillis;
    free.memoryBytes += sign * replica.memoryBytes;
    free.ephemeralBytes += sign * (replica.ephemeralBytes ?? 0);
  }
}
