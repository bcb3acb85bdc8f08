import type { Topology } from '#jobs';
import type { Occupant, Replica } from './snapshot.ts';

/** What is placed together: all replicas or none. */
export interface Shape {
  readonly gpuClass: string;
  readonly replicas: number;
  readonly replica: Replica;
  /** Whether its pods must, or should, be near one another. */
  readonly topology?: Topology;
  /** Open nodes that it must not use. */
  readonly avoidedNodes?: ReadonlySet<string>;
}

/** What one pod uses of a node. */
export type NodeUse = Pick<Occupant, 'node' | 'gpuClass' | 'replica'>;

/** Equal for equal topologies. */
export function keyOfTopology(topology: Topology | undefined): string {
  return topology === undefined ? '' : `${topology.mode} ${topology.key}`;
}

export function gpusOf(shape: Shape): number {
  return shape.replicas * shape.replica.gpus;
}

/** How many replicas fit into what is free on a node, at most `atMost`. */
export function placesWithin(free: Required<Replica>, replica: Replica, atMost: number): number {
  const places = Math.min(
    atMost,
    times(free.gpus, replica.gpus),
    times(free.cpuMillis, replica.cpuMillis),
    times(free.memoryBytes, replica.memoryBytes),
    times(free.ephemeralBytes, replica.ephemeralBytes ?? 0),
  );
  return Math.max(0, places);
}

function times(has: number, needs: number): number {
  return needs === 0 ? Infinity : Math.floor(has / needs);
}
