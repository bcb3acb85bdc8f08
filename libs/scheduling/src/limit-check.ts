import { DomainError } from '#kernel';
import type { GpuLimit } from './domain/limit-tree.ts';

const MOST = 1_000_000;

/** @throws DomainError `concurrency-limit.invalid` */
export function checkLimit({ share, maxGpus }: GpuLimit): void {
  for (const [field, gpus] of Object.entries({ share, maxGpus })) {
    if (gpus === null || (Number.isInteger(gpus) && gpus >= 0 && gpus <= MOST)) continue;
    throw new DomainError('concurrency-limit.invalid', {
      field: `/${field}`,
      detail: `${gpus} is not a number of GPUs.`,
      remedy: 'Give a whole number from 0, or none to lift the limit.',
    });
  }
  if (share !== null && maxGpus !== null && share > maxGpus) {
    throw new DomainError('concurrency-limit.invalid', {
      field: '/share',
      detail: `A share of ${share} GPUs is more than the limit of ${maxGpus}.`,
      remedy: 'Raise the limit, or give a smaller share.',
    });
  }
}
