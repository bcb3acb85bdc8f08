import { forbidden } from '../api/status.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { quantity } from '../objects/quantity.ts';
import type { Container, PodSpec } from '../objects/workloads.ts';
import { LIMIT_RANGES } from '../schema/resources.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { podAmounts } from './pod-resources.ts';

type Quantities = Readonly<Record<string, string>>;

interface LimitItem {
  readonly type: string;
  readonly min?: Quantities;
  readonly max?: Quantities;
  readonly default?: Quantities;
  readonly defaultRequest?: Quantities;
}

interface LimitRange extends KubeObject {
  readonly spec: { readonly limits: readonly LimitItem[] };
}

/** The pod with the defaults of its namespace's limit ranges; refused where it is outside their bounds. */
export function withLimitRanges(simulation: Simulation, namespace: string, name: string, spec: PodSpec): PodSpec {
  const items = [...simulation.store.each<LimitRange>(LIMIT_RANGES, namespace)].flatMap(({ object }) => object.spec.limits);
  if (items.length === 0) return spec;
  const forContainers = items.filter(({ type }) => type === 'Container');
  const filled: PodSpec = { ...spec, containers: spec.containers.map((container) => forContainers.reduce(withItemDefaults, container)) };
  const causes = [
    ...forContainers.flatMap((item) =>
      filled.containers.flatMap((container) =>
        breaches(item, 'Container', containerAmounts(container, 'requests'), containerAmounts(container, 'limits')),
      ),
    ),
    ...items
      .filter(({ type }) => type === 'Pod')
      .flatMap((item) => breaches(item, 'Pod', podAmounts(filled), podAmounts(filled, 'limits'))),
  ];
  if (causes.length > 0) throw forbidden('pods', '', name, causes.length === 1 ? causes.join('') : `[${causes.join(', ')}]`);
  return filled;
}

function withItemDefaults(container: Container, item: LimitItem): Container {
  const limits = { ...item.default, ...container.resources?.limits };
  const requests = { ...item.default, ...item.defaultRequest, ...container.resources?.limits, ...container.resources?.requests };
  return { ...container, resources: { ...container.resources, limits, requests } };
}

function containerAmounts(container: Container, of: 'requests' | 'limits'): Map<string, bigint> {
  return new Map(Object.entries(container.resources?.[of] ?? {}).map(([name, text]) => [name, quantity(text)]));
}

function breaches({ min = {}, max = {} }: LimitItem, type: string, requests: Map<string, bigint>, limits: Map<string, bigint>): string[] {
  const found: string[] = [];
  for (const [name, text] of Object.entries(min)) {
    const request = requests.get(name);
    if (request === undefined) found.push(`minimum ${name} usage per ${type} is ${text}.  No request is specified`);
    else if (request < quantity(text)) found.push(`minimum ${name} usage per ${type} is ${text}, but request is less`);
  }
  for (const [name, text] of Object.entries(max)) {
    const limit = limits.get(name);
    if (limit === undefined) found.push(`maximum ${name} usage per ${type} is ${text}.  No limit is specified`);
    else if (limit > quantity(text)) found.push(`maximum ${name} usage per ${type} is ${text}, but limit is more`);
  }
  return found;
}
