import { demand } from './class-check.ts';
import { isLabelKey, isLabelValue, isSubdomain } from './kubernetes-names.ts';
import { describeTolerations, type Toleration, type TolerationInput } from './toleration.ts';

/** A kind of GPU that tenants ask for by its code, independent of its vendor's resource name. */
export interface GpuClass {
  readonly code: string;
  readonly name: string;
  /** Such as `nvidia`, `ascend`, `cambricon`, `metax`. */
  readonly vendor: string;
  /** The extended resource that a pod requests, such as `nvidia.com/gpu` or `nvidia.com/mig-1g.10gb`. */
  readonly resourceName: string;
  /** Labels of the nodes that carry this class. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** The RuntimeClass of the cluster that runs the pods of this class; null: the runtime that a node has by default. */
  readonly runtimeClassName: string | null;
  /** Taints of nodes that the pods of this class tolerate, besides one whose key is the resource name. */
  readonly tolerations: readonly Toleration[];
  /** The most GPUs that one node has, hence one pod may ask for. */
  readonly gpusPerNode: number;
  /** How much a GPU-second of this class counts in fair share, relative to the other classes (rule S1). */
  readonly weight: number;
  /** False: the class takes no new jobs; running jobs continue. */
  readonly active: boolean;
  readonly version: number;
}

/** The description of a new class. Fields that are left out have the values of a node with eight NVIDIA GPUs. */
export type GpuClassInput = Pick<GpuClass, 'code'> & GpuClassChange;

/** Fields of a class that may change. Its code may not, because jobs and ledger accounts refer to it. */
export type GpuClassChange = Partial<Omit<GpuClass, 'code' | 'version' | 'tolerations'>> & {
  readonly tolerations?: readonly TolerationInput[];
};

const CODE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const VENDOR = /^[a-z0-9][a-z0-9-]{0,31}$/;
const RESOURCE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** The class as described, with defaults for what is left out. @throws DomainError `catalog.invalid-class` naming the field */
export function describeClass(input: GpuClassInput): Omit<GpuClass, 'version'> {
  const described = {
    code: input.code,
    name: input.name ?? input.code,
    vendor: input.vendor ?? 'nvidia',
    resourceName: input.resourceName ?? 'nvidia.com/gpu',
    nodeSelector: input.nodeSelector ?? {},
    runtimeClassName: input.runtimeClassName ?? null,
    tolerations: describeTolerations(input.tolerations ?? []),
    gpusPerNode: input.gpusPerNode ?? 8,
    weight: input.weight ?? 1,
    active: input.active ?? true,
  };
  demand(
    CODE.test(described.code),
    '/code',
    `"${described.code}" is not a class code.`,
    'Use letters, digits, ".", "_" and "-", at most 63.',
  );
  demand(
    described.name.trim() !== '' && described.name.length <= 80,
    '/name',
    'The name is empty or longer than 80 characters.',
    'Give a name people know the GPU by, such as "NVIDIA H800 80GB".',
  );
  demand(VENDOR.test(described.vendor), '/vendor', `"${described.vendor}" is not a vendor.`, 'Use a short lower-case word such as ascend.');
  demand(
    RESOURCE.test(described.resourceName),
    '/resourceName',
    `"${described.resourceName}" is not an extended resource of Kubernetes.`,
    'Write it as the device plugin announces it, such as nvidia.com/gpu or huawei.com/Ascend910.',
  );
  for (const [key, value] of Object.entries(described.nodeSelector)) {
    demand(
      isLabelKey(key) && isLabelValue(value),
      '/nodeSelector',
      `"${key}=${value}" is not a node label.`,
      'Use label keys and values as Kubernetes allows them.',
    );
  }
  demand(
    described.runtimeClassName === null || isSubdomain(described.runtimeClassName),
    '/runtimeClassName',
    `"${described.runtimeClassName}" is not the name of a RuntimeClass.`,
    'Write it as "kubectl get runtimeclass" shows it, such as nvidia, or null for none.',
  );
  demand(
    Number.isInteger(described.gpusPerNode) && described.gpusPerNode >= 1 && described.gpusPerNode <= 1024,
    '/gpusPerNode',
    `A node cannot have ${described.gpusPerNode} GPUs.`,
    'Give the GPUs of the largest node of this class: 1 to 1024.',
  );
  demand(
    Number.isInteger(described.weight) && described.weight >= 1 && described.weight <= 10_000,
    '/weight',
    `${described.weight} is not a weight.`,
    'Give a whole number from 1 to 10000.',
  );
  return described;
}
