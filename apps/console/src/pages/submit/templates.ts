import { stringify } from 'yaml';
import type { JobFile } from './job-file.ts';

export const TEMPLATES = ['single', 'torchrun', 'deepspeed'] as const;
export type Template = (typeof TEMPLATES)[number];

export interface OfferedClass {
  readonly code: string;
  readonly gpusPerNode: number;
}

const IMAGE = 'docker.io/pytorch/pytorch:2.6.0-cuda12.4-cudnn9-runtime';
const DEEPSPEED_IMAGE = 'docker.io/deepspeed/deepspeed:v072_torch112_cu117';

/** What `torchrun` reads of the variables that every replica is given. */
const RENDEZVOUS = '--nnodes=$NNODES --node-rank=$NODE_RANK --master-addr=$MASTER_ADDR --master-port=$MASTER_PORT';

/** A job file to begin with, on the GPUs of `offered`. */
export function templateText(template: Template, offered: OfferedClass): string {
  return stringify(templateFile(template, offered), { lineWidth: 0, flowCollectionPadding: false, collectionStyle: 'any' });
}

function templateFile(template: Template, { code, gpusPerNode }: OfferedClass): JobFile {
  const head = { apiVersion: 'speedspace.io/v1', kind: 'Job' } as const;
  switch (template) {
    case 'single':
      return {
        ...head,
        metadata: { name: 'train' },
        spec: { gpuClass: code, replicas: 1, gpusPerReplica: 1, image: IMAGE, command: ['python', 'train.py'], maxRuntime: '4h' },
      };
    case 'torchrun':
      return {
        ...head,
        metadata: { name: 'train-torchrun' },
        spec: {
          ...{ gpuClass: code, replicas: 2, gpusPerReplica: gpusPerNode, image: IMAGE },
          command: ['sh', '-c', `torchrun ${RENDEZVOUS} --nproc-per-node=${gpusPerNode} train.py`],
          maxRuntime: '12h',
          checkpoint: { grace: '5m', resume: 'auto' },
        },
      };
    case 'deepspeed':
      return {
        ...head,
        metadata: { name: 'train-deepspeed' },
        spec: {
          ...{ gpuClass: code, replicas: 2, gpusPerReplica: gpusPerNode, image: DEEPSPEED_IMAGE },
          command: ['sh', '-c', `torchrun ${RENDEZVOUS} --nproc-per-node=${gpusPerNode} train.py --deepspeed ds_config.json`],
          env: { NCCL_DEBUG: 'WARN' },
          maxRuntime: '12h',
          checkpoint: { grace: '5m', resume: 'auto' },
        },
      };
  }
}
