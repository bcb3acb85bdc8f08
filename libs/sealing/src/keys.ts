import { hkdfSync } from 'node:crypto';

const ID_BYTES = 6;

/** One of a deployment's secrets and its id. The id reveals nothing about the secret. */
export interface Key {
  readonly id: string;
  readonly secret: string;
}

/** The secrets of one purpose: the first is used for new values, all of them for existing ones. */
export class KeyRing {
  readonly #keys: readonly Key[];

  constructor(secrets: readonly string[]) {
    this.#keys = secrets.map((secret) => ({
      id: Buffer.from(hkdfSync('sha256', secret, '', 'speedspace key id', ID_BYTES)).toString('base64url'),
      secret,
    }));
  }

  /** Undefined where the deployment has none. */
  get current(): Key | undefined {
    return this.#keys[0];
  }

  get all(): readonly Key[] {
    return this.#keys;
  }

  find(id: string): Key | undefined {
    return this.#keys.find((key) => key.id === id);
  }
}
