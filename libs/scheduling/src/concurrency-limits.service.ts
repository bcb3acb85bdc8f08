import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { requireImpartial } from '#tenancy';
import { ConcurrencyLimitEntity } from './concurrency-limit.entity.ts';
import type { GpuLimit } from './domain/limit-tree.ts';
import { checkLimit } from './limit-check.ts';

export type ConcurrencyLimit = Readonly<ConcurrencyLimitEntity>;

/** The share and the limit of GPUs of a class that a company has (rule S2). Where nothing is set, only money and the cluster limit it. */
@Injectable()
export class ConcurrencyLimitsService {
  constructor(
    private readonly catalog: CatalogService,
    private readonly audit: AuditService,
  ) {}

  /** The limits of `tenantIds`, by company and class; of all companies where none are named. */
  async list(tx: Tx, tenantIds?: readonly string[]): Promise<ConcurrencyLimit[]> {
    const where = tenantIds === undefined ? {} : { tenantId: In(tenantIds) };
    return await tx.find(ConcurrencyLimitEntity, { where, order: { tenantId: 'ASC', gpuClass: 'ASC' } });
  }

  /**
   * Sets the share and the limit of a company, or lifts them with null.
   * @throws DomainError `access.conflict-of-interest`, `catalog.unknown-class`, `concurrency-limit.invalid`
   */
  async set(tx: Tx, actor: Actor, tenantId: string, gpuClass: string, limit: GpuLimit): Promise<void> {
    checkLimit(limit);
    await requireImpartial(tx, actor, [tenantId]);
    await this.catalog.class(tx, gpuClass);
    const before = (await this.list(tx, [tenantId])).find((each) => each.gpuClass === gpuClass);
    if (limit.share === null && limit.maxGpus === null) await tx.delete(ConcurrencyLimitEntity, { tenantId, gpuClass });
    else await tx.upsert(ConcurrencyLimitEntity, { tenantId, gpuClass, ...limit }, ['tenantId', 'gpuClass']);
    await this.audit.record(tx, {
      ...{ actor, action: 'concurrency-limit.set', objectType: 'company', objectId: tenantId, tenantId },
      before: { gpuClass, share: before?.share ?? null, maxGpus: before?.maxGpus ?? null },
      after: { gpuClass, ...limit },
    });
  }
}
