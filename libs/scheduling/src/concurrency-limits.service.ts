import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { requireImpartial } from '#tenancy';

export interface ConcurrencyLimit {
  readonly tenantId: string;
  readonly gpuClass: string;
  /** GPUs of the class that the company may use at once; 0: none. */
  readonly maxGpus: number;
}

/** How many GPUs of a class a company may use at once (rule S2). Where nothing is set, only money and the cluster limit it. */
@Injectable()
export class ConcurrencyLimitsService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly audit: AuditService,
  ) {}

  /** The limits of `tenantIds`, by company and class; of all companies where none are named. */
  async list(tx: Tx, tenantIds?: readonly string[]): Promise<ConcurrencyLimit[]> {
    return await tx.query<ConcurrencyLimit[]>(
      `SELECT tenant_id AS "tenantId", gpu_class AS "gpuClass", max_gpus AS "maxGpus" FROM concurrency_limit
        WHERE $1::text[] IS NULL OR tenant_id = ANY ($1) ORDER BY tenant_id, gpu_class`,
      [tenantIds ?? null],
    );
  }

  /** Sets a limit, or lifts it with null. @throws DomainError `access.conflict-of-interest`, `catalog.unknown-class`, `concurrency-limit.invalid` */
  async set(tx: Tx, actor: Actor, tenantId: string, gpuClass: string, maxGpus: number | null): Promise<void> {
    if (maxGpus !== null && !(Number.isInteger(maxGpus) && maxGpus >= 0 && maxGpus <= 1_000_000)) {
      throw new DomainError('concurrency-limit.invalid', {
        field: '/maxGpus',
        detail: `${maxGpus} is not a number of GPUs.`,
        remedy: 'Give a whole number from 0, or none to lift the limit.',
      });
    }
    await requireImpartial(tx, actor, [tenantId]);
    await this.catalog.class(tx, gpuClass);
    const before = (await this.list(tx, [tenantId])).find((limit) => limit.gpuClass === gpuClass);
    if (maxGpus === null) await tx.query('DELETE FROM concurrency_limit WHERE tenant_id = $1 AND gpu_class = $2', [tenantId, gpuClass]);
    else {
      await tx.query(
        `INSERT INTO concurrency_limit (tenant_id, gpu_class, max_gpus) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, gpu_class) DO UPDATE SET max_gpus = EXCLUDED.max_gpus`,
        [tenantId, gpuClass, maxGpus],
      );
    }
    await this.audit.record(tx, {
      ...{ actor, action: 'concurrency-limit.set', objectType: 'company', objectId: tenantId, tenantId },
      before: { gpuClass, maxGpus: before?.maxGpus ?? null },
      after: { gpuClass, maxGpus },
    });
  }
}
