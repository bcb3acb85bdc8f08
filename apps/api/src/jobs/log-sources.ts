import { Injectable, Logger } from '@nestjs/common';
import { type Attempt, type LogLine, logPage, type LogPage, type LogPageRequest, type LogPlace, type LogRange } from '#cluster';
import { Transactions } from '#database';
import { DomainError } from '#kernel';
import { isActive, type Job } from '#jobs';
import { type KeptLog, KeptLogsService } from '#pod-history';
import { ClusterAccess } from '../cluster-access.ts';

/** Where the lines of a log come from: the cluster, or what was kept of it when its pod ended. */
export interface LogSource {
  /** Absent: the cluster. */
  readonly kept?: KeptLog;
  lines(range: Omit<LogRange, 'follow'>): AsyncIterable<LogLine>;
  page(request: LogPageRequest): Promise<LogPage>;
  /** Each line after a place as it is written, until the pod ends: what was kept is over. */
  follow(after: LogPlace | undefined, signal: AbortSignal): AsyncIterable<LogLine>;
}

/** Finds where a log is. */
@Injectable()
export class LogSources {
  readonly #log = new Logger('logs');

  constructor(
    private readonly transactions: Transactions,
    private readonly keptLogs: KeptLogsService,
    private readonly access: ClusterAccess,
  ) {}

  /**
   * The log of a replica of an attempt: that of the cluster while the attempt runs, and where the beginning of what was kept is missing and
   * the cluster still has it; else what was kept.
   * @throws DomainError `logs.not-kept` where the log of a pod that is gone could not be read in time, and what the cluster answers
   */
  async of(job: Pick<Job, 'id' | 'state' | 'attempt'>, attempt: number, replica: number): Promise<LogSource> {
    const of: Attempt = { jobId: job.id, attempt };
    if (isActive(job.state) && attempt === job.attempt) return this.#inCluster(of, replica);
    const kept = await this.transactions.run((tx) => this.keptLogs.find(tx, of, replica));
    if (kept === undefined) return this.#inCluster(of, replica);
    if ((kept.isCut || kept.failure !== null) && (await this.#isInCluster(of, replica))) return this.#inCluster(of, replica);
    if (kept.failure !== null) {
      throw new DomainError('logs.not-kept', {
        detail: `The log of pod ${replica} could not be read before the pod was removed: ${kept.failure}.`,
        remedy: 'The events of the job still tell how it ended. Let the program write what matters to a volume as well.',
        kind: 'not-found',
      });
    }
    const log = await this.keptLogs.open(kept);
    return {
      kept,
      lines: (range) => log(range),
      page: (request) => logPage(log, request),
      follow: (after, signal) => log({ after, signal }),
    };
  }

  #inCluster(of: Attempt, replica: number): LogSource {
    const { pods } = this.access.cluster;
    return {
      lines: (range) => pods.logs(of, replica, range),
      page: (request) => pods.logPage(of, replica, request),
      follow: (after, signal) => pods.followLog(of, replica, after, signal),
    };
  }

  async #isInCluster(of: Attempt, replica: number): Promise<boolean> {
    try {
      return await this.access.cluster.pods.hasLog(of, replica);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#log.warn(`what was kept of a log is shown: ${error.message}`);
      return false;
    }
  }
}
