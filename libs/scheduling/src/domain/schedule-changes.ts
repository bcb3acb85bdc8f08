import { limitKey, PARK } from './limit-tree.ts';
import type { NodeCapacity } from './snapshot.ts';
import type { CycleInput } from './start-outlook.ts';

/** What would be different in the cluster or in its limits. */
export type ScheduleChange =
  /** So many more empty nodes of a class, like most that it has; or so many fewer: the emptiest close, and what runs on them goes on. */
  | { readonly kind: 'nodes'; readonly gpuClass: string; readonly count: number }
  /** The most GPUs of a class that the park, a group of companies or a company may use at once; null: any number. */
  | { readonly kind: 'limit'; readonly owner: string; readonly gpuClass: string; readonly maxGpus: number | null }
  /** A closed node opens to all its classes, as after its maintenance. */
  | { readonly kind: 'open'; readonly node: string }
  /** A node takes no further jobs, and what runs on it goes on. */
  | { readonly kind: 'close'; readonly node: string };

/** A change that cannot be made, for the person who asks. */
export interface ImpossibleChange {
  readonly code: 'schedule.unknown-node' | 'schedule.unknown-class' | 'schedule.unknown-owner' | 'schedule.too-few-nodes';
  readonly detail: string;
}

export function isImpossible(changed: CycleInput | ImpossibleChange): changed is ImpossibleChange {
  return 'code' in changed;
}

/** `input` after `changes`, one after the other. */
export function withChanges(input: CycleInput, changes: readonly ScheduleChange[]): CycleInput | ImpossibleChange {
  let changed = input;
  for (const change of changes) {
    const next = withChange(changed, change);
    if (isImpossible(next)) return next;
    changed = next;
  }
  return changed;
}

function withChange(input: CycleInput, change: ScheduleChange): CycleInput | ImpossibleChange {
  switch (change.kind) {
    case 'nodes':
      return withNodes(input, change.gpuClass, change.count);
    case 'limit':
      return withLimit(input, change);
    case 'open':
    case 'close':
      return withNode(input, change.node, change.kind === 'open');
  }
}

function withNodes(input: CycleInput, gpuClass: string, count: number): CycleInput | ImpossibleChange {
  const { nodes } = input.snapshot;
  const ofClass = nodes.filter(({ gpus }) => Object.hasOwn(gpus, gpuClass));
  const template = mostFrequent(ofClass);
  if (template === undefined) return { code: 'schedule.unknown-class', detail: `No node has GPUs of the class "${gpuClass}".` };
  if (count >= 0) {
    // In no rack or other domain yet.
    const { gpus, cpuMillis, memoryBytes, ephemeralBytes } = template;
    const names = new Set(nodes.map(({ name }) => name));
    const added: NodeCapacity[] = [];
    for (let number = 1; added.length < count; number += 1) {
      const name = `what-if-${number}`;
      if (!names.has(name))
        added.push({
          gpus,
          cpuMillis,
          memoryBytes,
          ...(ephemeralBytes !== undefined && { ephemeralBytes }),
          name,
          openTo: Object.keys(gpus),
        });
    }
    return withSnapshotNodes(input, [...nodes, ...added]);
  }
  const open = ofClass.filter(({ openTo }) => openTo.includes(gpuClass));
  if (open.length < -count) {
    return { code: 'schedule.too-few-nodes', detail: `Only ${open.length} nodes of "${gpuClass}" are open, fewer than ${-count}.` };
  }
  const used = usedGpus(input);
  const usedOn = ({ name }: NodeCapacity): number => used.get(name) ?? 0;
  const closed = new Set(open.toSorted((a, b) => usedOn(a) - usedOn(b)).slice(0, -count));
  return withSnapshotNodes(
    input,
    nodes.map((node) => (closed.has(node) ? { ...node, openTo: [] } : node)),
  );
}

function withNode(input: CycleInput, name: string, isOpen: boolean): CycleInput | ImpossibleChange {
  const { nodes } = input.snapshot;
  if (!nodes.some((node) => node.name === name)) return { code: 'schedule.unknown-node', detail: `There is no node "${name}".` };
  const changed = ({ closesAt, opensAt, ...node }: NodeCapacity): NodeCapacity =>
    isOpen
      ? { ...node, openTo: Object.keys(node.gpus) }
      : { ...node, ...(closesAt !== undefined && { closesAt }), ...(opensAt !== undefined && { opensAt }), openTo: [] };
  return withSnapshotNodes(
    input,
    nodes.map((node) => (node.name === name ? changed(node) : node)),
  );
}

function withLimit(input: CycleInput, { owner, gpuClass, maxGpus }: ScheduleChange & { kind: 'limit' }): CycleInput | ImpossibleChange {
  const { groupOf, limits } = input.policy.limits;
  const owners = new Set([
    ...[PARK, ...groupOf.values(), ...groupOf.keys()],
    ...[...input.queue, ...input.snapshot.gangs].map(({ tenantId }) => tenantId),
  ]);
  const key = limitKey(owner, gpuClass);
  if (!owners.has(owner) && !limits.has(key)) {
    const detail = `"${owner}" is neither the park nor a group, nor a company with jobs that wait or run.`;
    return { code: 'schedule.unknown-owner', detail: detail };
  }
  const share = limits.get(key)?.share ?? null;
  const limit = { share: share === null || maxGpus === null ? share : Math.min(share, maxGpus), maxGpus };
  return { ...input, policy: { ...input.policy, limits: { groupOf, limits: new Map([...limits, [key, limit]]) } } };
}

function withSnapshotNodes(input: CycleInput, nodes: readonly NodeCapacity[]): CycleInput {
  return { ...input, snapshot: { ...input.snapshot, nodes } };
}

/** A node of the shape that most of them have. */
function mostFrequent(nodes: readonly NodeCapacity[]): NodeCapacity | undefined {
  const shapes = Map.groupBy(nodes, ({ gpus, cpuMillis, memoryBytes }) => JSON.stringify([gpus, cpuMillis, memoryBytes]));
  return [...shapes.values()].toSorted((a, b) => b.length - a.length)[0]?.[0];
}

function usedGpus({ snapshot }: CycleInput): Map<string, number> {
  const used = new Map<string, number>();
  for (const { placement, replica } of snapshot.gangs) for (const node of placement) used.set(node, (used.get(node) ?? 0) + replica.gpus);
  return used;
}
