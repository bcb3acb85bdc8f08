import type { JobSpec } from '../domain/job-spec.ts';

/** A valid specification of one pod with one GPU of class `h800`, changed by `change`. */
export function someJobSpec(change: Partial<JobSpec> = {}): JobSpec {
  return {
    name: 'sft-7b',
    gpuClass: 'h800',
    replicas: 1,
    gpusPerReplica: 1,
    image: 'registry.park.example/jiding/train:1.4',
    command: ['python', 'train.py'],
    args: [],
    env: {},
    maxRuntimeSeconds: 3_600,
    checkpoint: { graceSeconds: 30, resume: 'manual' },
    priority: 'normal',
    selfPay: false,
    retries: 0,
    cpuMillis: null,
    memoryBytes: null,
    annotations: {},
    ...change,
  };
}
