import { cycle } from '../domain/cycle.ts';
import type { Decision, Wait } from '../domain/decision.ts';
import { DEFAULT_POLICY, type Policy, type QueuedJob } from '../domain/queue.ts';
import type { Gang, NodeCapacity, Snapshot } from '../domain/snapshot.ts';

export const now = 1_790_000_000;

export function node(name: string, gpus = 8, more: Partial<NodeCapacity> = {}): NodeCapacity {
  return { name, gpus: { h800: gpus }, cpuMillis: 64_000, memoryBytes: 512, openTo: ['h800'], ...more };
}

export function job(id: string, replicas: number, gpus: number, more: Partial<QueuedJob> = {}): QueuedJob {
  const replica = { gpus, cpuMillis: gpus * 1_000, memoryBytes: gpus };
  return {
    id,
    tenantId: 't1',
    gpuClass: 'h800',
    priority: 'normal',
    queuedAt: now - 60,
    longestSeconds: 3_600,
    replicas,
    replica,
    ...more,
  };
}

export function gang(admissionId: string, placement: string[], gpus: number, endsIn: number, tenantId = 't9'): Gang {
  return {
    admissionId,
    tenantId,
    gpuClass: 'h800',
    replica: { gpus, cpuMillis: gpus * 1_000, memoryBytes: gpus },
    placement,
    endsBy: now + endsIn,
  };
}

export function snapshot(nodes: NodeCapacity[], gangs: Gang[] = []): Snapshot {
  return { nodes, pods: [], gangs };
}

export function decide(queue: QueuedJob[], cluster: Snapshot, policy: Partial<Policy> = {}, usage = new Map<string, number>()): Decision[] {
  return cycle(queue, cluster, usage, { ...DEFAULT_POLICY, ...policy }, now);
}

export function started(decisions: Decision[]): string[] {
  return decisions.filter(({ verdict }) => verdict === 'start').map(({ jobId }) => jobId);
}

export function waitOf(decisions: Decision[], jobId: string): Wait {
  return decisions.find((decision): decision is Wait => decision.jobId === jobId && decision.verdict === 'wait')!;
}
