import type { Occupant, Replica } from './snapshot.ts';

/** What is placed together: all replicas or none. */
export interface Shape {
  readonly gpuClass: string;
  readonly replicas: number;
  readonly replica: Replica;
  /** Open nodes that it must not use. */
  readonly avoidedNodes?: ReadonlySet<string>;
}

/** What one pod uses of a node. */
export type NodeUse = Pick<Occupant, 'node' | 'gpuClass' | 'replica'>;

export function gpusOf(shape: Shape): number {
  return shape.replicas * shape.replica.gpus;
}

/** How many replicas fit into what is free on a node, at most `atMost`. */
export function placesWithin(gpus: number, cpuMillis: number, memoryBytes: number, replica: Replica, atMost: number): number {
  const places = Math.min(atMost, times(gpus, replica.gpus), times(cpuMillis, replica.cpuMillis), times(memoryBytes, replica.memoryBytes));
  return Math.max(0, places);
}

function times(has: number, needs: number): number {
  return needs === 0 ? Infinity : Math.floor(has / needs);
}
