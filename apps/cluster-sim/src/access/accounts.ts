import { createHash, randomBytes, type X509Certificate } from 'node:crypto';

/** Who sends a request: a user or a service account, with its groups. */
export interface Account {
  /** Such as `system:serviceaccount:speedspace:speedspace-controller`. */
  readonly name: string;
  readonly groups: readonly string[];
}

/** Members of this group may do everything. */
export const MASTERS = 'system:masters';
const AUTHENTICATED = 'system:authenticated';

export function serviceAccount(namespace: string, name: string): Account {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
  };
}

/** The bearer tokens and client certificates that the API server accepts, and whose they are. */
export class Accounts {
  /** By the digest of the token, so that the time of a look-up reveals nothing of it. */
  readonly #accounts = new Map<string, Account>();

  /**
   * @param administratorToken of the account that may do everything
   * @param authority signs the certificates of clients
   */
  constructor(
    administratorToken: string,
    private readonly authority: X509Certificate,
  ) {
    this.#accounts.set(digestOf(administratorToken), { name: 'kubernetes-admin', groups: [MASTERS, AUTHENTICATED] });
  }

  /** The account of an `Authorization` header; undefined where the token is unknown or has expired. */
  of(authorization: string | undefined): Account | undefined {
    const [, token] = /^Bearer (\S+)\s*$/.exec(authorization ?? '') ?? [];
    return token === undefined ? undefined : this.#accounts.get(digestOf(token));
  }

  /**
   * The account of a client certificate: its common name, and its organisations as groups; undefined where another authority signed it
   * or it has expired at `now`, in milliseconds. A connection may be older than the end of its certificate.
   */
  ofCertificate(certificate: X509Certificate, now: number): Account | undefined {
    if (!certificate.verify(this.authority.publicKey) || certificate.validToDate.getTime() < now) return undefined;
    const subject = certificate.subject.split('\n').map((line) => line.split('='));
    const valuesOf = (name: string): string[] => subject.flatMap(([key, value = '']) => (key === name ? [value] : []));
    const [name] = valuesOf('CN');
    return name === undefined ? undefined : { name, groups: [...valuesOf('O'), AUTHENTICATED] };
  }

  /** A new token of `account`. */
  issue(account: Account): string {
    const token = randomBytes(24).toString('base64url');
    this.#accounts.set(digestOf(token), account);
    return token;
  }

  /** From now on the token is answered with 401. */
  expire(token: string): void {
    this.#accounts.delete(digestOf(token));
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
