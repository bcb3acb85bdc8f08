/** Where the channels of a deployment are injected from. */
export const CHANNELS = Symbol('notification channels');

/** A message as it leaves the park. */
export interface OutgoingMessage {
  /** The same at every attempt, so that a receiver can drop what it has already. */
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * `accepted`: the other side has taken it over. `refused`: it never will, this recipient is unknown, say. `deferred`: it may take this
 * message later. `unavailable`: it takes no message at the moment.
 */
export type SendOutcome =
  { readonly kind: 'accepted' } | { readonly kind: 'refused' | 'deferred' | 'unavailable'; readonly reason: string };

/**
 * A way to reach people outside the product: mail today, webhooks and chat robots later. A channel sends one message at a time and keeps
 * nothing; `DeliveriesService` retries. It may be given the same message twice and never throws.
 */
export interface Channel {
  readonly name: string;
  /** Whether this deployment has it. */
  readonly isConfigured: boolean;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}
