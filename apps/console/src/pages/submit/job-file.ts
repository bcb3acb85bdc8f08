import type { paths } from '#api-client';

/** The job file as the API takes it. */
export type JobFile = paths['/api/v1/jobs']['post']['requestBody']['content']['application/json'];
type Metadata = JobFile['metadata'];
type Spec = JobFile['spec'];
type Checkpoint = NonNullable<Spec['checkpoint']>;
type RunAs = NonNullable<Spec['runAs']>;
type Topology = NonNullable<Spec['topology']>;

/** The fields of each part of a job file, in the order in which people write them. The types hold the list complete. */
export const FIELDS = {
  '': keysOf<JobFile>({ apiVersion: 0, kind: 0, metadata: 0, spec: 0 }),
  metadata: keysOf<Metadata>({ name: 0, project: 0, annotations: 0 }),
  spec: keysOf<Spec>({
    ...{ gpuClass: 0, replicas: 0, gpusPerReplica: 0, image: 0, command: 0, args: 0, env: 0, maxRuntime: 0 },
    ...{ checkpoint: 0, priority: 0, selfPay: 0, retries: 0, cpu: 0, memory: 0, topology: 0 },
    ...{ imagePullSecrets: 0, envFrom: 0, files: 0, workingDir: 0, shm: 0, ephemeralStorage: 0, runAs: 0, after: 0 },
  }),
  checkpoint: keysOf<Checkpoint>({ grace: 0, resume: 0 }),
  runAs: keysOf<RunAs>({ user: 0, group: 0 }),
  topology: keysOf<Topology>({ key: 0, mode: 0 }),
} as const;

function keysOf<Part>(fields: Readonly<Record<keyof Part, 0>>): readonly string[] {
  return Object.keys(fields);
}

export const PRIORITIES = ['high', 'normal', 'low'] as const satisfies readonly NonNullable<Spec['priority']>[];
export const RESUMES = ['auto', 'manual'] as const satisfies readonly NonNullable<Checkpoint['resume']>[];

export const TOPOLOGY_MODES = ['prefer', 'require'] as const satisfies readonly NonNullable<Topology['mode']>[];

/** Fields without which the API would refuse every file. */
export const REQUIRED = [
  ['metadata', 'name'],
  ['spec', 'gpuClass'],
  ['spec', 'gpusPerReplica'],
  ['spec', 'image'],
  ['spec', 'maxRuntime'],
] as const;
