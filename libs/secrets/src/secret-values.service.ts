import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import { lockByName, type Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import { KeyRing, Seal } from '#sealing';
import { CompanySecretEntity } from './company-secret.entity.ts';
import { dataOf, keysOf, requireUsable, type SecretContent, type SecretData } from './secret-content.ts';
import { type Secret, secretOf } from './secret.ts';
import { lockSecret, requireVersion } from './secrets.service.ts';

/** Where the keys for stored secrets are injected from: the first seals, all of them open. */
export const SEALING_SECRETS = Symbol('sealing secrets');

/** Far more than a company needs, and below what would harm the API server. */
const MOST_SECRETS = 200;
const BATCH = 100;

/** A secret with the data of its Kubernetes Secret, for the cluster only. */
export interface OpenSecret extends Secret {
  readonly data: SecretData;
}

/** The values of secrets: they are written once, sealed, and opened only for the cluster. */
@Injectable()
export class SecretValuesService {
  readonly #keys: KeyRing;
  readonly #seal: Seal;

  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SEALING_SECRETS) sealingSecrets: readonly string[],
  ) {
    this.#keys = new KeyRing(sealingSecrets);
    this.#seal = new Seal(this.#keys);
  }

  /** @throws DomainError `secret.name-taken`, `secret.too-many`, `secret.content-invalid`, `secrets.no-key` */
  async create(tx: Tx, actor: Actor, tenantId: string, name: string, content: SecretContent): Promise<Secret> {
    requireUsable(content);
    await lockByName(tx, `secrets of ${tenantId}`);
    const others = await tx.find(CompanySecretEntity, { select: { id: true, name: true, deletedAt: true }, where: { tenantId } });
    const before = others.find((other) => other.name === name);
    if (before !== undefined && before.deletedAt === null) {
      throw new DomainError('secret.name-taken', {
        field: '/name',
        detail: `There is a secret "${name}" already.`,
        remedy: 'Replace its values, or choose another name.',
        kind: 'conflict',
      });
    }
    if (others.filter(({ deletedAt }) => deletedAt === null).length >= MOST_SECRETS) {
      throw new DomainError('secret.too-many', {
        detail: `The company has ${MOST_SECRETS} secrets, and may have no more.`,
        remedy: 'Delete one that no job names.',
        kind: 'conflict',
      });
    }
    const at = this.clock.now();
    const id = before?.id ?? newId('secret');
    const written = { kind: content.kind, createdBy: actor.id, createdAt: at, lastUsedAt: null, lastUsedBy: null, deletedAt: null };
    const values = { ...written, ...this.#sealed(tenantId, name, content), changedBy: actor.id, changedAt: at };
    if (before === undefined) await tx.insert(CompanySecretEntity, { id, tenantId, name, version: 1, appliedVersion: null, ...values });
    // The row of a deleted secret of this name is still there: its Kubernetes Secret may be, too.
    else await tx.update(CompanySecretEntity, { id }, { ...values, version: () => 'version + 1' });
    const secret = await lockSecret(tx, tenantId, name);
    const after = { name, kind: secret.kind, keys: secret.keys };
    await this.audit.record(tx, { actor, action: 'secret.created', objectType: 'secret', objectId: id, tenantId, after });
    return secret;
  }

  /**
   * Replaces the values. Jobs that start from now on get the new ones; pods that run see new files after a while, and keep their variables.
   * @param version the one that the caller has seen
   * @throws DomainError `secret.unknown`, `secret.changed`, `secret.other-kind`, `secret.content-invalid`, `secrets.no-key`
   */
  async replace(tx: Tx, actor: Actor, tenantId: string, name: string, version: number, content: SecretContent): Promise<Secret> {
    requireUsable(content);
    const before = await lockSecret(tx, tenantId, name);
    requireVersion(before, version);
    if (before.kind !== content.kind) {
      throw new DomainError('secret.other-kind', {
        field: '/kind',
        detail: `The secret "${name}" is of the kind ${before.kind}, which cannot change.`,
        remedy: 'Create a secret of another name.',
      });
    }
    const changed = { ...this.#sealed(tenantId, name, content), version: version + 1, changedBy: actor.id, changedAt: this.clock.now() };
    await tx.update(CompanySecretEntity, { id: before.id }, changed);
    const after = await lockSecret(tx, tenantId, name);
    await this.audit.record(tx, {
      ...{ actor, action: 'secret.replaced', objectType: 'secret', objectId: before.id, tenantId },
      before: { name, keys: before.keys, version: before.version },
      after: { name, keys: after.keys, version: after.version },
    });
    return after;
  }

  /**
   * Opens secrets of a company for the cluster.
   * @throws DomainError `secrets.key-missing`
   */
  async open(tx: Tx, tenantId: string, names: readonly string[]): Promise<OpenSecret[]> {
    if (names.length === 0) return [];
    const where = { tenantId, name: In([...new Set(names)]), deletedAt: IsNull() };
    return (await tx.find(CompanySecretEntity, { select: ALL, where })).map((row) => ({ ...secretOf(row), data: this.#data(row) }));
  }

  /** Seals again what is under an older key, some at a time. @returns how many there were */
  async reseal(tx: Tx): Promise<number> {
    const { current } = this.#keys;
    if (current === undefined) return 0;
    const outdated = await tx
      .createQueryBuilder(CompanySecretEntity, 'secret')
      .addSelect('secret.sealed')
      .where('secret.key_id <> :id AND secret.deleted_at IS NULL', { id: current.id })
      .orderBy('secret.id')
      .take(BATCH)
      .setLock('pessimistic_write')
      .getMany();
    for (const row of outdated) {
      const { keyId, bytes } = this.#seal.seal(JSON.stringify(this.#data(row)), ownerOf(row));
      await tx.update(CompanySecretEntity, { id: row.id }, { sealed: bytes, keyId });
    }
    return outdated.length;
  }

  #sealed(tenantId: string, name: string, content: SecretContent) {
    const { keyId, bytes } = this.#seal.seal(JSON.stringify(dataOf(content)), ownerOf({ tenantId, name }));
    return { sealed: bytes, keyId, keys: keysOf(content) };
  }

  #data(row: CompanySecretEntity): SecretData {
    if (row.sealed === null || row.keyId === null) return {};
    return JSON.parse(this.#seal.open({ bytes: row.sealed, keyId: row.keyId }, ownerOf(row))) as SecretData;
  }
}

const ALL = {
  ...{ id: true, tenantId: true, name: true, kind: true, keys: true, sealed: true, keyId: true, version: true, createdBy: true },
  ...{ createdAt: true, changedBy: true, changedAt: true, lastUsedAt: true, lastUsedBy: true },
} as const;

/** The associated data of a sealed secret: its bytes open in the row of this company and name only. */
function ownerOf({ tenantId, name }: Pick<Secret, 'tenantId' | 'name'>): string {
  return `secret ${tenantId}/${name}`;
}
