import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { requireImpartial } from '#tenancy';
import { ConcurrencyLimitEntity } from './concurrency-limit.entity.ts';

export type ConcurrencyLimit = Readonly<ConcurrencyLimitEntity>;

/** How many GPUs of a class a company may use at once (rule S2). Where nothing is set, only money and the cluster limit it. */
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
    if (maxGpus === null) await tx.delete(ConcurrencyLimitEntity, { tenantId, gpuClass });
    else await tx.upsert(ConcurrencyLimitEntity, { tenantId, gpuClass, maxGpus }, ['tenantId', 'gpuClass']);
    await this.audit.record(tx, {
      ...{ actor, action: 'concurrency-limit.set', objectType: 'company', objectId: tenantId, tenantId },
      before: { gpuClass, maxGpus: before?.maxGpus ?? null },
      after: { gpuClass, maxGpus },
    });
  }
}
