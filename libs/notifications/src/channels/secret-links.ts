import type { Tx } from '#database';

/** Where the issuers of secret links are injected from. */
export const LINK_ISSUERS = Symbol('issuers of secret links');

/** An attempt to send a link. */
export interface LinkRequest {
  /** The object that the link belongs to. */
  readonly id: string;
  /** The same for each attempt to send one message. */
  readonly deliveryId: string;
}

/** Makes the links of one kind. The module that owns the objects does the writing. */
export interface LinkIssuer {
  readonly kind: string;
  /**
   * Makes the secret of a link and stores its hash. Each attempt to send makes another, and the secrets of earlier attempts of the same
   * delivery are no longer valid. Answers the path of the console with the secret after its fragment sign, so that it appears in no
   * server's log; undefined when the link is no longer wanted.
   */
  issue(tx: Tx, request: LinkRequest, now: Date): Promise<string | undefined>;
  /** The message with the link was taken over. */
  delivered(tx: Tx, id: string, now: Date): Promise<void>;
  /** The message with the link was given up. */
  givenUp(tx: Tx, id: string, now: Date): Promise<void>;
}
