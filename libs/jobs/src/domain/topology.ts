import { DomainError } from '#kernel';
import { type NodeShape, placesOn, podShape, type ReplicaShape } from './node-shape.ts';

/** That the pods of a gang are near one another: on nodes that are in the same domain of a kind, such as a rack. */
export interface Topology {
  /** The kind of domain: a key of `TOPOLOGY_LABELS`. */
  readonly key: string;
  /** `require`: the gang starts within one domain only. `prefer`: within one where one holds it, else anywhere. */
  readonly mode: 'prefer' | 'require';
}

/** The node label that names the domain of a node, by the kind of domain. */
export type TopologyLabels = Readonly<Record<string, string>>;

/**
 * What the nodes are grouped by where a deployment does not say otherwise. The label of NVLink domains is the one that NVIDIA's GPU feature
 * discovery sets.
 */
export const DEFAULT_TOPOLOGY_LABELS = 'rack=topology.kubernetes.io/rack,switch=topology.kubernetes.io/switch,nvlink=nvidia.com/gpu.clique';

const KEY = /^[a-z][a-z0-9-]{0,30}$/;
const LABEL = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Reads `rack=topology.kubernetes.io/rack,switch=…`; a text that is empty names none. @throws Error with a sentence for the operator */
export function parseTopologyLabels(text: string): TopologyLabels {
  const parts = text.split(',').map((part) => part.trim());
  const pairs = parts.filter((part) => part !== '').map((part): [string, string] => pairOf(part));
  const keys = pairs.map(([key]) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new Error(`"${twice}" is given twice`);
  return Object.fromEntries(pairs);
}

function pairOf(part: string): [string, string] {
  const at = part.indexOf('=');
  const [key, label] = [part.slice(0, Math.max(0, at)), part.slice(at + 1)];
  if (!KEY.test(key)) throw new Error(`"${part}" does not begin with a key such as "rack" and "="`);
  if (!LABEL.test(label)) throw new Error(`"${label}" is not the name of a node label`);
  return [key, label];
}

/** @throws DomainError `job.unknown-topology` */
export function requireKnownTopology(topology: Topology | undefined, labels: TopologyLabels): void {
  if (topology === undefined || Object.hasOwn(labels, topology.key)) return;
  const keys = Object.keys(labels);
  throw new DomainError('job.unknown-topology', {
    field: '/spec/topology/key',
    detail: `The nodes are not grouped by "${topology.key}".`,
    remedy: keys.length === 0 ? 'Remove topology: the park groups its nodes by nothing.' : `Name one of: ${keys.join(', ')}.`,
  });
}

/**
 * Refuses a gang that requires one domain of a kind when none of them would hold it, even if all nodes were empty (rule J3).
 * @param nodes what the nodes of the class have; none where the cluster did not answer
 * @throws DomainError `job.shape-too-large`
 */
export function requireFittingTopology(
  { topology, replicas }: { readonly topology?: Topology; readonly replicas: number },
  replica: ReplicaShape,
  gpuClass: string,
  nodes: readonly NodeShape[],
): void {
  if (topology?.mode !== 'require' || nodes.length === 0) return;
  const { key } = topology;
  const places = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.domains?.[key];
    if (domain !== undefined) places.set(domain, (places.get(domain) ?? 0) + placesOn(node, podShape(replica, node.podOverhead)));
  }
  const [largest] = [...places].toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  if (largest !== undefined && largest[1] >= replicas) return;
  const prefer = `write { key: ${key}, mode: prefer }, with which the job may start on nodes of several`;
  throw new DomainError('job.shape-too-large', {
    field: '/spec/topology',
    detail:
      largest === undefined
        ? `No node of class "${gpuClass}" is in a domain "${key}".`
        : `The largest domain "${key}" of class "${gpuClass}", ${largest[0]}, holds ${largest[1]} such replicas when it is empty; the job asks for ${replicas}.`,
    remedy:
      largest === undefined || largest[1] === 0
        ? `Remove topology, or ${prefer}.`
        : `Ask for at most ${largest[1]} replicas, or ${prefer}.`,
  });
}
