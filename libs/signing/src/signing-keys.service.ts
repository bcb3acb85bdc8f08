import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { insertIfAbsent, Transactions, type Tx } from '#database';
import { Clock, DomainError, keyIdOf, publicKeyOf } from '#kernel';
import { SigningKeyEntity } from './signing-key.entity.ts';
import { PARK_IDENTITY } from './park-identity.token.ts';
import type { ParkIdentity } from './signing-settings.ts';

/** A public key of the park, as everybody may read it. */
export type PublishedKey = Readonly<SigningKeyEntity>;

/**
 * The keys with which the park signs. A key is published when a process first starts with it; from then on the key before it is retired: it
 * signs no more, and stays published, so that what it signed can always be checked.
 */
@Injectable()
export class SigningKeysService implements OnApplicationBootstrap {
  readonly #log = new Logger('signing');

  constructor(
    @Inject(PARK_IDENTITY) private readonly park: ParkIdentity,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The name of the park on what is signed. */
  get parkName(): string {
    return this.park.name;
  }

  /** Publishes the configured key, so that people can save it before it signs anything. */
  async onApplicationBootstrap(): Promise<void> {
    const { signingKey } = this.park;
    if (signingKey === undefined) return;
    const { keyId, retiredAt } = await this.transactions.run((tx) => this.#publish(tx, signingKey));
    if (retiredAt !== null)
      this.#log.error(`The signing key ${keyId} was replaced at ${retiredAt.toISOString()}: this process signs nothing.`);
  }

  /** The newest first. */
  async list(tx: Tx): Promise<PublishedKey[]> {
    return await tx.find(SigningKeyEntity, { order: { validFrom: 'DESC', keyId: 'ASC' } });
  }

  /** The key to sign with now; undefined where the park has none. @throws DomainError `signing-key.retired` */
  async current(tx: Tx): Promise<KeyObject | undefined> {
    const { signingKey } = this.park;
    if (signingKey === undefined) return undefined;
    const { keyId, retiredAt } = await this.#publish(tx, signingKey);
    if (retiredAt === null) return signingKey;
    throw new DomainError('signing-key.retired', {
      detail: `The signing key ${keyId} of this process was replaced by another one at ${retiredAt.toISOString()}.`,
      remedy: 'Start all processes with the new key in SIGNING_KEY_FILE.',
      kind: 'conflict',
    });
  }

  async #publish(tx: Tx, key: KeyObject): Promise<PublishedKey> {
    const der = publicKeyOf(key);
    const published = { keyId: keyIdOf(der), publicKey: der.toString('base64'), validFrom: this.clock.now(), retiredAt: null };
    if (await insertIfAbsent(tx, SigningKeyEntity, published)) {
      await tx.update(SigningKeyEntity, { keyId: Not(published.keyId), retiredAt: IsNull() }, { retiredAt: published.validFrom });
      return published;
    }
    return await tx.findOneByOrFail(SigningKeyEntity, { keyId: published.keyId });
  }
}
