import { formatQuantity } from '#kernel';
import { quantity } from '../objects/quantity.ts';
import type { Container, PodSpec } from '../objects/workloads.ts';

export type Amounts = ReadonlyMap<string, bigint>;

/** What a pod asks of a node, in thousandths: its containers together or its greatest init container, and the overhead. */
export function podAmounts(spec: PodSpec, of: 'requests' | 'limits' = 'requests'): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (const container of spec.containers) {
    for (const [name, amount] of amountsOf(container, of)) amounts.set(name, (amounts.get(name) ?? 0n) + amount);
  }
  for (const container of spec.initContainers ?? []) {
    for (const [name, amount] of amountsOf(container, of)) {
      if (amount > (amounts.get(name) ?? 0n)) amounts.set(name, amount);
    }
  }
  for (const [name, text] of Object.entries(spec.overhead ?? {})) amounts.set(name, (amounts.get(name) ?? 0n) + quantity(text));
  return amounts;
}

function* amountsOf({ resources }: Container, of: 'requests' | 'limits'): Generator<[string, bigint]> {
  for (const [name, text] of Object.entries(resources?.[of] ?? {})) yield [name, quantity(text)];
}

/** Whole devices of a kind that is counted as GPU (or NPU) time. */
export function gpusOf(spec: PodSpec): { readonly resource: string; readonly count: number } | undefined {
  for (const [resource, amount] of podAmounts(spec)) {
    if (isGpu(resource) && amount > 0n) return { resource, count: Number(amount / 1000n) };
  }
  return undefined;
}

function isGpu(resource: string): boolean {
  return /^(nvidia\.com\/(gpu|mig-)|amd\.com\/gpu|huawei\.com\/Ascend|[a-z0-9.-]+\/.*[gn]pu)/i.test(resource);
}

/** Amounts as Kubernetes writes them. */
export function formatAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    [...amounts].map(([name, amount]) => [name, formatQuantity(amount, /memory|storage/.test(name) ? 'binary' : 'decimal')]),
  );
}

/** Guaranteed, Burstable or BestEffort. */
export function qosClass(spec: PodSpec): string {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const amount = (container: Container, of: 'requests' | 'limits', name: string): bigint => quantity(container.resources?.[of]?.[name]);
  const asks = (container: Container): boolean =>
    (['requests', 'limits'] as const).some((of) => amount(container, of, 'cpu') > 0n || amount(container, of, 'memory') > 0n);
  if (!containers.some(asks)) return 'BestEffort';
  const guaranteed = containers.every((container) =>
    ['cpu', 'memory'].every(
      (name) => amount(container, 'limits', name) > 0n && amount(container, 'limits', name) === amount(container, 'requests', name),
    ),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
