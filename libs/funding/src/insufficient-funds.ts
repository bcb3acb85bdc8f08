import { DomainError, formatGpuHours } from '#kernel';
import type { HoldRefusal } from './domain/plan-openings.ts';

/** `funds.insufficient`: a job cannot hold what it needs before it starts (rule F5). */
export class InsufficientFunds extends DomainError {
  constructor(readonly refusal: HoldRefusal) {
    const [needed, holdable] = [formatGpuHours(refusal.needed), formatGpuHours(refusal.holdable)];
    super('funds.insufficient', {
      detail: `The job needs ${needed} GPU-hours held before it starts; its grants and wallet can hold ${holdable}.`,
      remedy: 'Wait for other jobs to end, top up the wallet, or apply for an amendment.',
      kind: 'conflict',
    });
    this.name = 'InsufficientFunds';
  }
}
