import { DomainError } from '#kernel';
import type { ReplicaShape } from './node-shape.ts';
import { formatMemory } from './quantity.ts';

/** What the container of each pod gets beside its image and command. A field is absent where the job does not ask for it. */
export interface ContainerSettings {
  /** Absolute path of the directory in which the command starts; absent: that of the image. */
  readonly workingDir?: string;
  /** Size of `/dev/shm`. It is memory of the pod, within what the replica requests. Absent: the 64 MiB of the container runtime. */
  readonly shmBytes?: number;
  /** Disk that each pod is guaranteed and limited to: its root file system, `/tmp`, its home directory and its log. Absent: no limit. */
  readonly ephemeralBytes?: number;
  /** The user and group of its processes and its files; absent: 1000:1000. */
  readonly runAs?: { readonly user: number; readonly group: number };
}

/** The user and group of pods that ask for none. */
export const DEFAULT_USER = { user: 1_000, group: 1_000 } as const;

const LONGEST_PATH = 4_095;

/** What is wrong with a working directory, as a sentence; undefined for a good one. */
export function faultOfWorkingDir(path: string): string | undefined {
  if (!path.startsWith('/')) return 'workingDir is an absolute path, which begins with "/".';
  return path.length > LONGEST_PATH ? `workingDir has at most ${LONGEST_PATH} characters.` : undefined;
}

/**
 * Kubernetes counts what is written to `/dev/shm` as memory of the container, so a larger one would only end in the death of the pod.
 * @throws DomainError `job.shm-too-large` where it is larger than the memory of the replica
 */
export function requireShmWithinMemory({ shmBytes }: ContainerSettings, { memoryBytes }: Pick<ReplicaShape, 'memoryBytes'>): void {
  if (shmBytes === undefined || shmBytes <= memoryBytes) return;
  const [shm, memory] = [formatMemory(shmBytes), formatMemory(memoryBytes)];
  throw new DomainError('job.shm-too-large', {
    field: '/spec/shm',
    detail: `/dev/shm is part of the memory of a replica: ${shm} are more than its ${memory}.`,
    remedy: `Write a memory of more than ${shm}, or a smaller shm.`,
  });
}
