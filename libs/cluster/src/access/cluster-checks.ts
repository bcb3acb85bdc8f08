import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#kernel';
import type { ClusterService } from '../cluster.service.ts';
import type { Component } from './required-rights.ts';

/** Real time between two checks while nothing is wrong. */
const PERIOD_MS = 60_000;
/** Real time between two checks for a probe while something is wrong. */
const RECHECK_MS = 2_000;
/** Containers' times have whole seconds, and an answer may wait for its turn: less than this is no fault of a clock. */
const LARGEST_CLOCK_ERROR_SECONDS = 5;
const EXPIRY_WARNING_MS = 7 * 86_400_000;

/** What is wrong between this process and the cluster, though the cluster answers. */
export interface ClusterFindings {
  /** A sentence for each right that our account lacks. */
  readonly missingRights: readonly string[];
  /** By so many seconds the API server's clock is ahead of ours; negative: behind. */
  readonly clockErrorSeconds: number;
  readonly credentialsExpireAt?: Date | undefined;
}

/**
 * Checks at start and from then on whether our account has the rights that this process needs, whether the clocks agree, and when the
 * credentials expire. It logs what is wrong, once as long as it stays the same, and tells it to probes and to Prometheus.
 */
@Injectable()
export class ClusterChecks implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger('cluster');
  #timer: NodeJS.Timeout | undefined;
  #findings: ClusterFindings | undefined;
  #checkedAt = -Infinity;
  #checking: Promise<void> | undefined;
  #logged = new Set<string>();

  constructor(
    private readonly cluster: ClusterService,
    private readonly clock: Clock,
    private readonly component: Component,
  ) {}

  onApplicationBootstrap(): void {
    void this.#check();
    this.#timer = setInterval(() => void this.#check(), PERIOD_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  /** By the last check; undefined before the first one. */
  get findings(): ClusterFindings | undefined {
    return this.#findings;
  }

  /** What keeps this process from its work, in sentences; checks again where the last check found something. */
  async problems(): Promise<readonly string[]> {
    const known = this.#findings;
    if ((known === undefined || problemsIn(known).length > 0) && performance.now() - this.#checkedAt > RECHECK_MS) await this.#check();
    return this.#findings === undefined ? [] : problemsIn(this.#findings);
  }

  /** Why the cluster refuses our credentials, as a sentence, which is logged once: they have expired; undefined where they have not. */
  expiredCredentials(): string | undefined {
    const expired = this.#expired();
    if (expired !== undefined) this.#report([expired]);
    return expired;
  }

  async #check(): Promise<void> {
    this.#checking ??= this.#checkOnce().finally(() => (this.#checking = undefined));
    await this.#checking;
  }

  async #checkOnce(): Promise<void> {
    try {
      const [{ sentences }, clockErrorSeconds] = await Promise.all([
        this.cluster.missingRights(this.component),
        this.cluster.clockError(this.clock),
      ]);
      this.#findings = { missingRights: sentences, clockErrorSeconds, credentialsExpireAt: this.cluster.credentialsExpireAt };
      this.#checkedAt = performance.now();
      this.#report([...problemsIn(this.#findings), ...this.#expiry()]);
    } catch {
      // A cluster that does not answer is reported by the loops and by the probes.
      this.expiredCredentials();
    }
  }

  #expired(): string | undefined {
    const at = this.cluster.credentialsExpireAt;
    if (at === undefined || at > this.clock.now()) return undefined;
    return `The credentials of the kubeconfig expired at ${at.toISOString()}: put new ones in their place; the file is read again by itself.`;
  }

  #expiry(): string[] {
    const [at, expired] = [this.cluster.credentialsExpireAt, this.#expired()];
    if (expired !== undefined) return [expired];
    if (at === undefined || at.getTime() - this.clock.now().getTime() > EXPIRY_WARNING_MS) return [];
    return [`The credentials of the kubeconfig expire at ${at.toISOString()}: renew them; the file is read again by itself.`];
  }

  #report(sentences: readonly string[]): void {
    // The figure of the clock differs with each check, and is logged once.
    const keyOf = (sentence: string): string => sentence.replace(/\d+ s/, 's');
    for (const sentence of sentences) if (!this.#logged.has(keyOf(sentence))) this.#log.warn(sentence);
    this.#logged = new Set(sentences.map(keyOf));
  }
}

function problemsIn({ missingRights, clockErrorSeconds }: ClusterFindings): string[] {
  const seconds = Math.round(clockErrorSeconds);
  if (Math.abs(seconds) <= LARGEST_CLOCK_ERROR_SECONDS) return [...missingRights];
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  const remedy = 'synchronize both with NTP, because jobs are charged by these times';
  return [...missingRights, `The clock of the API server is ${Math.abs(seconds)} s ${direction} the clock of this process: ${remedy}.`];
}
