import type { components } from '#api-client';

export type Affected = components['schemas']['AffectedAttempt'];
export type Incident = components['schemas']['Incident'];
export type Refund = Incident['refunds'][number];

/** What is credited back to one company. */
export interface CompanyRefund {
  readonly companyId: string;
  readonly attempts: number;
  readonly gpuSeconds: number;
  /** Of them, those that wait for another operator. */
  readonly awaiting: number;
}

/** Sums of each company, the largest first. */
export function byCompany(attempts: readonly (Pick<Refund, 'tenantId' | 'refundedGpuSeconds'> & Partial<Affected>)[]): CompanyRefund[] {
  const sums = new Map<string, CompanyRefund>();
  for (const { tenantId, refundedGpuSeconds, secondPerson } of attempts) {
    const before = sums.get(tenantId) ?? { companyId: tenantId, attempts: 0, gpuSeconds: 0, awaiting: 0 };
    sums.set(tenantId, {
      companyId: tenantId,
      attempts: before.attempts + 1,
      gpuSeconds: before.gpuSeconds + refundedGpuSeconds,
      awaiting: before.awaiting + (typeof secondPerson === 'string' ? 1 : 0),
    });
  }
  return [...sums.values()].toSorted((a, b) => b.gpuSeconds - a.gpuSeconds);
}
