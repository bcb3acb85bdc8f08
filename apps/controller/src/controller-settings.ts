import type { KeyObject } from 'node:crypto';
import type { HoldPolicy } from '#funding';

/** What a deployment decides about the loops, in seconds. */
export class ControllerSettings implements HoldPolicy {
  readonly meteringTickSeconds: number;
  readonly holdHorizonSeconds: number;
  /** From admission to all pods running (rule J4). */
  readonly startDeadlineSeconds: number;
  /** How long a pod that cannot start by its own fault is waited for, where that may pass: an image that cannot be pulled, say. */
  readonly startFaultTimeoutSeconds: number;
  /** How long a job avoids a node that rejected a pod of it. */
  readonly nodeAvoidanceSeconds: number;
  readonly reactionSeconds: number;
  /** From a company's suspension or graduation to the stop of what it runs. */
  readonly drainNoticeSeconds: number;
  /** How long before the end of a job's funds its tenant is warned (rule F6). */
  readonly warningDistancesSeconds: readonly number[];
  /** Days after its end when a month is closed by itself; undefined: finance closes it. */
  readonly monthCloseAfterDays: number | undefined;
  /** Real seconds between two whole lists of the pods: what a missed event costs at most. */
  readonly relistSeconds: number;

  /** Days for which sessions, tokens, links and invitations that are over are kept. */
  readonly retentionDays: number;
  /** Days for which the answer to a request with an `Idempotency-Key` is kept for its repetition. */
  readonly keptAnswerDays: number;
  /** Signs the heads of the audit trail that leave the park (Ed25519); undefined: they are not signed. */
  readonly auditSigningKey: KeyObject | undefined;

  constructor(given: Partial<Omit<ControllerSettings, 'lookAheadSeconds' | 'lastSeenSeconds'>> = {}) {
    this.meteringTickSeconds = given.meteringTickSeconds ?? 60;
    this.holdHorizonSeconds = given.holdHorizonSeconds ?? 3_600;
    this.startDeadlineSeconds = given.startDeadlineSeconds ?? 600;
    this.startFaultTimeoutSeconds = given.startFaultTimeoutSeconds ?? 45;
    this.nodeAvoidanceSeconds = given.nodeAvoidanceSeconds ?? 600;
    this.reactionSeconds = given.reactionSeconds ?? 10;
    this.drainNoticeSeconds = given.drainNoticeSeconds ?? 300;
    this.relistSeconds = given.relistSeconds ?? 300;
    this.warningDistancesSeconds = given.warningDistancesSeconds ?? [86_400, 3_600, 0];
    this.monthCloseAfterDays = given.monthCloseAfterDays;
    this.auditSigningKey = given.auditSigningKey;
    this.retentionDays = given.retentionDays ?? 90;
    this.keptAnswerDays = given.keptAnswerDays ?? 7;
  }

  /** How far the end of funds must be foreseen, so that no warning comes later than its distance by more than a tick. */
  get lookAheadSeconds(): number {
    return Math.max(0, ...this.warningDistancesSeconds) + this.meteringTickSeconds;
  }

  /** Seconds between two looks at what runs: twice a tick, so that what is known of it is never older than two ticks. */
  get lastSeenSeconds(): number {
    return Math.min(30, this.meteringTickSeconds / 2);
  }
}
