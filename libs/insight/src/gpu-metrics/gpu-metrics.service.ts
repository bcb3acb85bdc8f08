import { Injectable } from '@nestjs/common';
import { type Attempt, namespaceOf } from '#cluster';
import { Clock, type Instant, instantOf } from '#kernel';
import type { Job } from '#jobs';
import { DCGM, queryFor, replicaMetrics, type ReplicaMetrics, stepFor } from './job-gpu-metrics.ts';
import { queryRange } from './prometheus.ts';
import type { PrometheusSettings } from './prometheus-settings.ts';

/** What the GPUs of an attempt did. */
export interface JobGpuMetrics {
  readonly attempt: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly stepSeconds: number;
  /** Those that were measured. */
  readonly replicas: readonly ReplicaMetrics[];
  /** Whether there are more than are shown. */
  readonly isPart: boolean;
}

/** Replicas of an answer. */
const MOST_REPLICAS = 64;
const LONGEST_RANGE_SECONDS = 31 * 86_400;
/** Many look at the same chart, and Prometheus scrapes a few times a minute. */
const FRESH_MS = 15_000;
const MOST_KEPT = 200;

/** The Prometheus of the process, where it has one. */
export class Prometheus {
  constructor(readonly settings: PrometheusSettings | undefined) {}
}

/** GPU utilisation and memory of jobs, from the Prometheus that scrapes the DCGM exporter. It charges and decides nothing. */
@Injectable()
export class GpuMetricsService {
  readonly #kept = new Map<string, { readonly at: number; readonly metrics: Promise<JobGpuMetrics> }>();

  constructor(
    private readonly prometheus: Prometheus,
    private readonly clock: Clock,
  ) {}

  /**
   * The metrics of an attempt of a job, from its start on; undefined where no Prometheus is configured. The namespace of the job's own
   * company bounds what is asked for.
   * @param tenantSlug of the company whose job it is
   * @throws DomainError `metrics.unavailable`
   */
  async ofJob(job: Job, tenantSlug: string, attempt: number): Promise<JobGpuMetrics | undefined> {
    const { settings } = this.prometheus;
    if (settings === undefined) return undefined;
    const to = instantOf(job.endedAt ?? this.clock.now());
    const began = attempt === job.attempt ? (job.startedAt ?? job.submittedAt) : job.submittedAt;
    const from = Math.min(to, Math.max(instantOf(began), to - LONGEST_RANGE_SECONDS));
    const key = `${job.id}/${attempt}/${job.endedAt === null ? 'open' : to}`;
    const known = this.#kept.get(key);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return await known.metrics;
    const metrics = this.#ask(settings, { jobId: job.id, attempt }, namespaceOf(tenantSlug), from, to);
    this.#keep(key, metrics);
    return await metrics;
  }

  async #ask(settings: PrometheusSettings, of: Attempt, namespace: string, from: Instant, to: Instant): Promise<JobGpuMetrics> {
    const stepSeconds = stepFor(from, to);
    // Points lie on whole steps, so that those who ask a moment later get the same ones.
    const start = Math.floor(from / stepSeconds) * stepSeconds;
    const ask = (metric: string) => queryRange(settings, { query: queryFor(metric, namespace, of), from: start, to, stepSeconds });
    const [utilisation, memory] = await Promise.all([ask(DCGM.utilisation.metric), ask(DCGM.memoryMib.metric)]);
    const replicas = replicaMetrics(of, utilisation, memory);
    return {
      attempt: of.attempt,
      from,
      to,
      stepSeconds,
      replicas: replicas.slice(0, MOST_REPLICAS),
      isPart: replicas.length > MOST_REPLICAS,
    };
  }

  /** Keeps an answer for a moment. One that failed is asked for again at once. */
  #keep(key: string, metrics: Promise<JobGpuMetrics>): void {
    this.#kept.delete(key);
    this.#kept.set(key, { at: Date.now(), metrics });
    metrics.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}
