import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, Not } from 'typeorm';
import type { Tx } from '#database';
import { Clock } from '#kernel';
import { CompanySecretEntity } from './company-secret.entity.ts';

/**
 * How long the row of a deleted secret stays after its Kubernetes Secret was deleted. A start that opened the secret just before its
 * deletion may apply it once more; it is deleted again then.
 */
const KEPT_MS = 10 * 60_000;

/** A secret whose Kubernetes Secret differs from it. */
export interface DueSecret {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** Deleted: its Kubernetes Secret has to go. */
  readonly deleted: boolean;
}

/** Which Kubernetes Secrets are behind the secrets of companies. The account of the controller cannot read them, so it is recorded here. */
@Injectable()
export class ClusterSecretsService {
  constructor(private readonly clock: Clock) {}

  /** Secrets that were replaced or deleted after their Kubernetes Secret was applied. */
  async due(tx: Tx): Promise<DueSecret[]> {
    const select = { id: true, tenantId: true, name: true, deletedAt: true } as const;
    // One after the other: the process ends by a refusal that nobody awaits yet, as that of the second would be when both fail.
    const replaced = await tx
      .createQueryBuilder(CompanySecretEntity, 'secret')
      .where('secret.deleted_at IS NULL AND secret.applied_version <> secret.version')
      .orderBy('secret.id')
      .getMany();
    const deleted = await tx.find(CompanySecretEntity, {
      select,
      where: [
        { deletedAt: Not(IsNull()), appliedVersion: Not(IsNull()) },
        { deletedAt: LessThan(new Date(this.clock.now().getTime() - KEPT_MS)) },
      ],
      order: { id: 'ASC' },
    });
    return [...replaced, ...deleted].map(({ id, tenantId, name, deletedAt }) => {
      return { id, tenantId, name, deleted: deletedAt !== null };
    });
  }

  /** Records that the cluster is about to have this version of a secret. */
  async applied(tx: Tx, { id, version }: { readonly id: string; readonly version: number }): Promise<void> {
    await tx.update(CompanySecretEntity, { id }, { appliedVersion: version });
  }

  /**
   * Records that the Kubernetes Secret of a deleted secret is gone. The row goes when no start can apply it any more. Where the secret was
   * created again meanwhile, what a start has applied since may be gone too: it is due again.
   */
  async gone(tx: Tx, { id }: Pick<DueSecret, 'id'>): Promise<void> {
    await tx.update(CompanySecretEntity, { id, deletedAt: IsNull(), appliedVersion: Not(IsNull()) }, { appliedVersion: 0 });
    await tx.update(CompanySecretEntity, { id, deletedAt: Not(IsNull()) }, { appliedVersion: null });
    await tx.delete(CompanySecretEntity, { id, deletedAt: LessThan(new Date(this.clock.now().getTime() - KEPT_MS)) });
  }
}
