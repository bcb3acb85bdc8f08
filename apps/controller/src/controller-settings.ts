import { z } from 'zod';
import type { HoldPolicy } from '#funding';
import { flag, parseSettings } from '#kernel';

const seconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const unit = 'seconds';

/** The variables about the loops; the same for the controller and standalone. */
export const loopEnvironment = {
  METERING_TICK: seconds(60).meta({ description: 'time between two charges of what runs', unit }),
  HOLD_HORIZON: seconds(3_600).meta({ description: 'time ahead for which running jobs hold their funds', unit }),
  START_DEADLINE: seconds(600).meta({ description: 'longest time from admission until all pods run', unit }),
  START_FAULT_TIMEOUT: seconds(45).meta({
    description:
      'how long a pod that cannot start by its own fault is waited for, where the fault may pass (a registry that does not answer, say)',
    unit,
  }),
  NODE_AVOIDANCE: seconds(600).meta({ description: 'how long a job avoids a node that rejected a pod of it', unit }),
  REACTION_TIME: seconds(10).meta({
    description: 'longest time until SIGTERM reaches the pods of a job that is stopped; held beside the grace',
    unit,
  }),
  DRAIN_NOTICE: seconds(300).meta({ description: "time from a company's suspension or graduation until its jobs are stopped", unit }),
  SHIELDED_TIME: seconds(1_800).meta({
    description: 'time from its start for which a job that borrows GPUs, or is preemptible, is not stopped for others',
    unit,
  }),
  PREEMPTION: flag(true).meta({
    description: 'whether jobs of low priority are considered after all others, and are stopped for them; they return to the queue',
  }),
  PREEMPTIBLE_WAIT: seconds(86_400).meta({
    description: 'time after which a waiting job of low priority is considered in its ordinary turn among the others',
    unit,
  }),
  QUEUE_PUBLICATION: seconds(5).meta({
    description: 'shortest real time between two publications of the queue, from which quotes say when a job would start',
    unit,
  }),
  FUNDS_WARNINGS: z
    .string()
    .default('86400,3600,0')
    .transform((list) => list.split(',').map((part) => part.trim()))
    .pipe(
      z.array(
        z
          .string()
          .regex(/^\d{1,8}$/, 'seconds, separated by commas')
          .transform(Number),
      ),
    )
    .meta({ description: "how long before the end of a job's funds its company is warned; several, separated by commas", unit }),
  MONTH_CLOSE_AFTER: z.coerce.number().int().min(0).max(365).optional().meta({
    description: 'how long after its end the controller closes a month by itself, unless an item of its checklist asks for attention',
    shownDefault: 'two people of finance close it',
    unit: 'days',
  }),
  POD_RELIST: seconds(300).meta({ description: 'real time between two lists of all pods, which find what a missed event left out', unit }),
  RETENTION_DAYS: z.coerce.number().int().min(7).max(3_650).default(90).meta({
    description:
      'how long sessions, tokens, links and invitations that have ended are kept, and the namespaces of companies that have graduated',
    unit: 'days',
  }),
  KEPT_ANSWER_DAYS: z.coerce.number().int().min(1).max(365).default(7).meta({
    description: 'how long the answer to a request with an `Idempotency-Key` is kept for its repetition',
    unit: 'days',
  }),
  LOG_MIB: z.coerce.number().int().min(0).max(1_024).default(16).meta({
    description: 'how much of the end of the log of each pod is kept when the pod ends; `0` keeps none',
    unit: 'MiB',
  }),
  LOG_TIMEOUT: seconds(60).meta({ description: 'longest time for which a pod that has ended is held until its log is read', unit }),
  LOG_DAYS: z.coerce.number().int().min(1).max(3_650).default(30).meta({
    description: 'how long the logs of pods that have ended are kept',
    unit: 'days',
  }),
  POD_EVENT_DAYS: z.coerce.number().int().min(1).max(3_650).default(90).meta({
    description: 'how long what the cluster reported of the pods of jobs is kept',
    unit: 'days',
  }),
  UTILISATION_SAMPLE_DAYS: z.coerce.number().int().min(2).max(365).default(14).meta({
    description: 'how long the samples of utilisation and queue are kept, one every five minutes',
    unit: 'days',
  }),
  UTILISATION_HOUR_DAYS: z.coerce.number().int().min(2).max(3_660).default(400).meta({
    description: 'how long the means of each hour of utilisation and queue are kept; those of each day are not deleted',
    unit: 'days',
  }),
};

const loopVariables = z.object(loopEnvironment);
const DEFAULTS = parseSettings(loopVariables, {});

/** What a deployment decides about the loops, in seconds. */
export class ControllerSettings implements HoldPolicy {
  readonly meteringTickSeconds: number;
  readonly holdHorizonSeconds: number;
  /** From admission to all pods running (rule J4). */
  readonly startDeadlineSeconds: number;
  /** How long to wait for a pod that cannot start by its own fault, where the cause may pass, for example an image that cannot be pulled. */
  readonly startFaultTimeoutSeconds: number;
  /** How long a job avoids a node that rejected a pod of it. */
  readonly nodeAvoidanceSeconds: number;
  readonly reactionSeconds: number;
  /** From a company's suspension or graduation to the stop of its jobs. */
  readonly drainNoticeSeconds: number;
  /** From the start of a job, for which it is not stopped for others (rule S5). */
  readonly shieldedSeconds: number;
  /** Real seconds between two publications of the queue, at least. */
  readonly publicationSeconds: number;
  /** Whether preemptible jobs are stopped for others (rule S5). */
  readonly preemption: boolean;
  /** After so long a wait, a preemptible job is considered in its ordinary turn (rule S5). */
  readonly preemptibleWaitSeconds: number;
  /** How long before the end of a job's funds its tenant is warned (rule F6). */
  readonly warningDistancesSeconds: readonly number[];
  /** Days after its end when the controller closes a month; undefined where finance closes it. */
  readonly monthCloseAfterDays: number | undefined;
  /** Real seconds between two full lists of the pods, and so the longest delay that a missed event causes. */
  readonly relistSeconds: number;

  /** Days for which ended sessions, tokens, links and invitations are kept, and the namespaces of companies that have graduated. */
  readonly retentionDays: number;
  /** Days for which the answer to a request with an `Idempotency-Key` is kept for its repetition. */
  readonly keptAnswerDays: number;
  /** Of the end of each pod's log that is kept, in MiB; 0: no log is kept. */
  readonly keptLogMib: number;
  /** How long a pod that has ended is held at most until its log is read. */
  readonly logTimeoutSeconds: number;
  /** Days for which the logs of pods that have ended are kept. */
  readonly logDays: number;
  /** Days for which what the cluster reported of pods is kept. */
  readonly podEventDays: number;
  /** Days for which samples of the utilisation are kept. */
  readonly utilisationSampleDays: number;
  /** Days for which the hours of the utilisation are kept; its days are not deleted. */
  readonly utilisationHourDays: number;

  /** The settings that the variables name. */
  static of(given: z.output<typeof loopVariables>): ControllerSettings {
    return new ControllerSettings({
      meteringTickSeconds: given.METERING_TICK,
      holdHorizonSeconds: given.HOLD_HORIZON,
      startDeadlineSeconds: given.START_DEADLINE,
      startFaultTimeoutSeconds: given.START_FAULT_TIMEOUT,
      nodeAvoidanceSeconds: given.NODE_AVOIDANCE,
      reactionSeconds: given.REACTION_TIME,
      drainNoticeSeconds: given.DRAIN_NOTICE,
      shieldedSeconds: given.SHIELDED_TIME,
      publicationSeconds: given.QUEUE_PUBLICATION,
      preemption: given.PREEMPTION,
      preemptibleWaitSeconds: given.PREEMPTIBLE_WAIT,
      relistSeconds: given.POD_RELIST,
      warningDistancesSeconds: given.FUNDS_WARNINGS,
      retentionDays: given.RETENTION_DAYS,
      keptAnswerDays: given.KEPT_ANSWER_DAYS,
      keptLogMib: given.LOG_MIB,
      logTimeoutSeconds: given.LOG_TIMEOUT,
      logDays: given.LOG_DAYS,
      podEventDays: given.POD_EVENT_DAYS,
      utilisationSampleDays: given.UTILISATION_SAMPLE_DAYS,
      utilisationHourDays: given.UTILISATION_HOUR_DAYS,
      monthCloseAfterDays: given.MONTH_CLOSE_AFTER,
    });
  }

  constructor(given: Partial<Omit<ControllerSettings, 'lookAheadSeconds' | 'lastSeenSeconds'>> = {}) {
    this.meteringTickSeconds = given.meteringTickSeconds ?? DEFAULTS.METERING_TICK;
    this.holdHorizonSeconds = given.holdHorizonSeconds ?? DEFAULTS.HOLD_HORIZON;
    this.startDeadlineSeconds = given.startDeadlineSeconds ?? DEFAULTS.START_DEADLINE;
    this.startFaultTimeoutSeconds = given.startFaultTimeoutSeconds ?? DEFAULTS.START_FAULT_TIMEOUT;
    this.nodeAvoidanceSeconds = given.nodeAvoidanceSeconds ?? DEFAULTS.NODE_AVOIDANCE;
    this.reactionSeconds = given.reactionSeconds ?? DEFAULTS.REACTION_TIME;
    this.drainNoticeSeconds = given.drainNoticeSeconds ?? DEFAULTS.DRAIN_NOTICE;
    this.shieldedSeconds = given.shieldedSeconds ?? DEFAULTS.SHIELDED_TIME;
    this.publicationSeconds = given.publicationSeconds ?? DEFAULTS.QUEUE_PUBLICATION;
    this.preemption = given.preemption ?? DEFAULTS.PREEMPTION;
    this.preemptibleWaitSeconds = given.preemptibleWaitSeconds ?? DEFAULTS.PREEMPTIBLE_WAIT;
    this.relistSeconds = given.relistSeconds ?? DEFAULTS.POD_RELIST;
    this.warningDistancesSeconds = given.warningDistancesSeconds ?? DEFAULTS.FUNDS_WARNINGS;
    this.monthCloseAfterDays = given.monthCloseAfterDays;
    this.retentionDays = given.retentionDays ?? DEFAULTS.RETENTION_DAYS;
    this.keptAnswerDays = given.keptAnswerDays ?? DEFAULTS.KEPT_ANSWER_DAYS;
    this.keptLogMib = given.keptLogMib ?? DEFAULTS.LOG_MIB;
    this.logTimeoutSeconds = given.logTimeoutSeconds ?? DEFAULTS.LOG_TIMEOUT;
    this.logDays = given.logDays ?? DEFAULTS.LOG_DAYS;
    this.podEventDays = given.podEventDays ?? DEFAULTS.POD_EVENT_DAYS;
    this.utilisationSampleDays = given.utilisationSampleDays ?? DEFAULTS.UTILISATION_SAMPLE_DAYS;
    this.utilisationHourDays = given.utilisationHourDays ?? DEFAULTS.UTILISATION_HOUR_DAYS;
  }

  /** How far ahead the end of funds is forecast, so that a warning is at most a tick later than its distance. */
  get lookAheadSeconds(): number {
    return Math.max(0, ...this.warningDistancesSeconds) + this.meteringTickSeconds;
  }

  /** Seconds between two proofs of what runs. There are two in a tick, so that a proof is never older than two ticks. */
  get lastSeenSeconds(): number {
    return Math.min(30, this.meteringTickSeconds / 2);
  }
}
