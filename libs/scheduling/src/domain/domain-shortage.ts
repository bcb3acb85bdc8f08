import type { FreeNodes } from './free-nodes.ts';
import type { Shape } from './shape.ts';

/** Why a gang that requires a domain does not fit now: the domain that can take the most of it (rule S6). */
export interface DomainShortage {
  readonly key: string;
  /** Undefined: no node of the class is in a domain of this kind. */
  readonly domain: string | undefined;
  /** Replicas that it can take now. */
  readonly places: number;
  readonly freeGpus: number;
  /** Replicas that it cannot take. */
  readonly missing: number;
}

/** Undefined for a shape that requires no domain. Of domains with as many places, it is the one with the most free GPUs, then the first by name. */
export function domainShortage(free: FreeNodes, shape: Shape): DomainShortage | undefined {
  const { topology, gpuClass, replicas } = shape;
  if (topology?.mode !== 'require') return undefined;
  const { key } = topology;
  let most: DomainShortage = { key, domain: undefined, places: 0, freeGpus: 0, missing: replicas };
  for (const domain of free.layout.nodesOf(gpuClass).domains.ofKey(key)) {
    const places = domain.members.reduce((sum, position) => sum + free.openPlacesOn(position, shape), 0);
    const freeGpus = free.freeGpusIn(gpuClass, domain);
    if (most.domain !== undefined && (places < most.places || (places === most.places && freeGpus <= most.freeGpus))) continue;
    most = { key, domain: domain.name, places, freeGpus, missing: Math.max(0, replicas - places) };
  }
  return most;
}

/** The part of a sentence that begins with what the gang needs. */
export function sentenceOfShortage(
  { key, domain, places, freeGpus, missing }: DomainShortage,
  { gpuClass, replicas, replica }: Shape,
): string {
  const needs = `Needs ${replicas} × ${replica.gpus} GPUs of ${gpuClass} within one domain "${key}"`;
  if (domain === undefined) return `${needs}; no node of ${gpuClass} is in one.`;
  return `${needs}; ${domain} can take the most of it now, ${places} of ${replicas} replicas with ${freeGpus} GPUs free: ${missing} more must fit there.`;
}
