import type { components } from '#api-client';
import { listCostOf, type PaidShare } from '../../components/provenance/source.ts';

type ChargedAttempt = components['schemas']['JobProvenance']['items'][number];

export interface JobCost {
  /** The list cost of what is charged (rule U5: rounded half-up for each attempt). */
  readonly listFen: number;
  readonly gpuSeconds: number;
  readonly refundedGpuSeconds: number;
  /** By source, over all attempts. */
  readonly shares: readonly PaidShare[];
}

/** What the attempts of a job cost together. */
export function costOf(attempts: readonly ChargedAttempt[]): JobCost {
  const shares = new Map<string, PaidShare>();
  for (const { fenPerGpuHour, shares: ofAttempt } of attempts) {
    for (const { source, name, unit, gpuSeconds, paid, held } of ofAttempt) {
      const before = shares.get(source);
      const listFen = unit === 'CNY' ? paid : listCostOf(gpuSeconds, fenPerGpuHour);
      shares.set(source, {
        ...{ source, name, unit, gpuSeconds: gpuSeconds + (before?.gpuSeconds ?? 0) },
        ...{ paid: paid + (before?.paid ?? 0), held: held + (before?.held ?? 0), listFen: listFen + (before?.listFen ?? 0) },
      });
    }
  }
  return {
    listFen: attempts.reduce((sum, { gpuSeconds, fenPerGpuHour }) => sum + listCostOf(gpuSeconds, fenPerGpuHour), 0),
    gpuSeconds: attempts.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0),
    refundedGpuSeconds: attempts.reduce((sum, { refundedGpuSeconds }) => sum + refundedGpuSeconds, 0),
    shares: [...shares.values()],
  };
}
