import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { Clock, DomainError } from '#kernel';
import { CompanySecretEntity } from './company-secret.entity.ts';
import { type Secret, secretOf } from './secret.ts';

/** A job that names a secret and has not ended. */
export interface SecretUser {
  readonly id: string;
  readonly name: string;
}

/** Secrets without their values: names, keys, who wrote them and when they were last used. */
@Injectable()
export class SecretsService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** All secrets of a company, by name. */
  async list(tx: Tx, tenantId: string): Promise<Secret[]> {
    const rows = await tx.find(CompanySecretEntity, { where: { tenantId, deletedAt: IsNull() }, order: { name: 'ASC' } });
    return rows.map(secretOf);
  }

  /** Those of `names` that the company has. */
  async named(tx: Tx, tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, Secret>> {
    if (names.length === 0) return new Map();
    const rows = await tx.find(CompanySecretEntity, { where: { tenantId, name: In([...new Set(names)]), deletedAt: IsNull() } });
    return new Map(rows.map((row) => [row.name, secretOf(row)]));
  }

  /** @throws DomainError `secret.unknown` */
  async get(tx: Tx, tenantId: string, name: string): Promise<Secret> {
    return (await this.named(tx, tenantId, [name])).get(name) ?? unknown(name);
  }

  /**
   * Deletes a secret and its values. Its Kubernetes Secret is deleted soon after; pods that run keep what they have.
   * @param version the one that the caller has seen
   * @param users jobs that name it and have not ended
   * @param evenInUse delete it although there are such jobs: they fail when they start
   * @throws DomainError `secret.unknown`, `secret.changed`, `secret.in-use`
   */
  async remove(
    tx: Tx,
    actor: Actor,
    { tenantId, name, version }: Pick<Secret, 'tenantId' | 'name' | 'version'>,
    users: readonly SecretUser[],
    evenInUse: boolean,
  ): Promise<void> {
    const secret = await lockSecret(tx, tenantId, name);
    requireVersion(secret, version);
    if (users.length > 0 && !evenInUse) throw inUse(name, users);
    const deleted = { sealed: null, keyId: null, deletedAt: this.clock.now() };
    await tx.update(CompanySecretEntity, { id: secret.id }, deleted);
    await this.audit.record(tx, {
      ...{ actor, action: 'secret.deleted', objectType: 'secret', objectId: secret.id, tenantId },
      before: { name, kind: secret.kind, keys: secret.keys },
      after: { jobs: users.map(({ id }) => id) },
    });
  }

  /** Records which job was started with which secrets. */
  async recordUses(tx: Tx, uses: readonly { readonly secretId: string; readonly jobId: string }[]): Promise<void> {
    const at = this.clock.now();
    for (const { secretId, jobId } of uses) await tx.update(CompanySecretEntity, { id: secretId }, { lastUsedAt: at, lastUsedBy: jobId });
  }
}

/** Locks a secret until `tx` ends. @throws DomainError `secret.unknown` */
export async function lockSecret(tx: Tx, tenantId: string, name: string): Promise<Secret> {
  const row = await tx.findOne(CompanySecretEntity, {
    where: { tenantId, name, deletedAt: IsNull() },
    lock: { mode: 'pessimistic_write' },
  });
  return row === null ? unknown(name) : secretOf(row);
}

/** @throws DomainError `secret.changed` */
export function requireVersion(secret: Secret, version: number): void {
  if (secret.version === version) return;
  throw new DomainError('secret.changed', {
    detail: `The secret "${secret.name}" was replaced since you read it.`,
    remedy: 'Read it again, and repeat the change if it is still right.',
    kind: 'stale',
  });
}

function inUse(name: string, users: readonly SecretUser[]): DomainError {
  const [first, ...others] = users.map((user) => `${user.name} (${user.id})`);
  const shown = [first, ...others.slice(0, 4)].join(', ');
  const rest = others.length > 4 ? ` and ${others.length - 4} more` : '';
  return new DomainError('secret.in-use', {
    detail: `Jobs that have not ended name the secret "${name}": ${shown}${rest}. Those that have not started would fail.`,
    remedy: 'Wait until they have ended, replace the secret instead, or delete it with evenInUse.',
    kind: 'conflict',
  });
}

function unknown(name: string): never {
  throw new DomainError('secret.unknown', {
    detail: `There is no secret "${name}".`,
    remedy: 'See the list of secrets.',
    kind: 'not-found',
  });
}
