import type { Container, Pod } from '../objects/workloads.ts';

const FIELD_OF_MAP = /^metadata\.(annotations|labels)\['([^']+)'\]$/;

/** The environment of a container as the kubelet makes it: in the order of its list, each value expanded by those before it. */
export function environmentOf(pod: Pod, container: Container): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    environment.set(name, valueFrom === undefined ? expand(value, environment) : fieldOf(pod, valueFrom));
  }
  return environment;
}

/** The words of a container's process, expanded by all of its environment. */
export function processOf(pod: Pod, container: Container): string[] {
  const environment = environmentOf(pod, container);
  return [...(container.command ?? []), ...(container.args ?? [])].map((word) => expand(word, environment));
}

/** Kubernetes' expansion: `$(NAME)` is a value where NAME has one and stays as it is where not; `$$` is a dollar sign. */
export function expand(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (found, name?: string) => (name === undefined ? '$' : (environment.get(name) ?? found)));
}

function fieldOf(pod: Pod, source: object): string {
  const path = (source as { readonly fieldRef?: { readonly fieldPath: string } }).fieldRef?.fieldPath ?? '';
  const [, map, key = ''] = FIELD_OF_MAP.exec(path) ?? [];
  if (map === 'annotations') return pod.metadata.annotations?.[key] ?? '';
  if (map === 'labels') return pod.metadata.labels?.[key] ?? '';
  if (path === 'metadata.name') return pod.metadata.name;
  if (path === 'metadata.namespace') return pod.metadata.namespace ?? '';
  if (path === 'metadata.uid') return pod.metadata.uid;
  return path === 'spec.nodeName' ? (pod.spec.nodeName ?? '') : '';
}
