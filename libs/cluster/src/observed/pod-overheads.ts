import type { V1RuntimeClass } from '@kubernetes/client-node';
import type { GpuClass } from '#catalog';
import type { PodOverhead } from '#jobs';
import { amountOf } from './quantity.ts';

/** A GPU class by the RuntimeClass that runs its pods. */
export type ClassRuntime = Pick<GpuClass, 'code' | 'runtimeClassName'>;

/** What the RuntimeClasses of the cluster mean to our GPU classes. */
export interface ClassOverheads {
  /** By the code of the GPU class; classes whose pods have no overhead are left out. */
  readonly overheads: ReadonlyMap<string, PodOverhead>;
  /** GPU classes that name a RuntimeClass that the cluster lacks: it refuses their pods. */
  readonly lacking: readonly ClassRuntime[];
}

/** What Kubernetes adds to a pod for its RuntimeClass; undefined where it is nothing. */
export function overheadOf(podFixed: Readonly<Record<string, string>> | undefined): PodOverhead | undefined {
  const overhead = { cpuMillis: Math.ceil(amountOf(podFixed?.['cpu']) * 1000), memoryBytes: amountOf(podFixed?.['memory']) };
  return overhead.cpuMillis === 0 && overhead.memoryBytes === 0 ? undefined : overhead;
}

/** The overheads of `classes` by the RuntimeClasses that the cluster has. */
export function classOverheads(runtimeClasses: readonly V1RuntimeClass[], classes: readonly ClassRuntime[]): ClassOverheads {
  const byName = new Map(runtimeClasses.map((runtimeClass) => [runtimeClass.metadata?.name, runtimeClass]));
  const named = classes.filter(({ runtimeClassName }) => runtimeClassName !== null);
  return {
    overheads: new Map(
      named.flatMap(({ code, runtimeClassName }) => {
        const overhead = overheadOf(byName.get(runtimeClassName ?? '')?.overhead?.podFixed);
        return overhead === undefined ? [] : [[code, overhead] as const];
      }),
    ),
    lacking: named.filter(({ runtimeClassName }) => !byName.has(runtimeClassName ?? '')),
  };
}
