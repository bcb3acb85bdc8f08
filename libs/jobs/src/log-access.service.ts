import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Actor, AuditService, AuditTrailService } from '#audit';
import type { Tx } from '#database';
import { Clock, DomainError } from '#kernel';
import type { Job } from './job.ts';
import { JobsService } from './jobs.service.ts';

/** Which log somebody wants to read. */
export interface WantedLog {
  readonly jobId: string;
  /** The reader's company; absent: they read for the park. */
  readonly tenantId: string | undefined;
  /** Absent: the last one. */
  readonly attempt: number | undefined;
  readonly replica: number;
}

/** A person who goes on reading a log, page by page, is recorded once in so many milliseconds. */
const RECORDED_MS = 3_600_000;
const ACTION = 'job.log-read';

/** Who may read what a company's job wrote: its own people, and the park's for a reason that stays on the audit trail. */
@Injectable()
export class LogAccessService {
  constructor(
    private readonly jobs: JobsService,
    private readonly audit: AuditService,
    private readonly trail: AuditTrailService,
    private readonly clock: Clock,
  ) {}

  /**
   * The job whose log may be read. What the park's people read is recorded in `tx`, with the reader's own reason: once an hour for the same
   * log and reason.
   * @throws DomainError `job.unknown`, `log.reason-needed`
   */
  async grant(tx: Tx, reader: Actor, { jobId, tenantId, attempt, replica }: WantedLog): Promise<Job> {
    const job = await this.jobs.get(tx, jobId, tenantId);
    if (tenantId !== undefined) return job;
    if (reader.reason === undefined) {
      throw new DomainError('log.reason-needed', {
        detail: 'A log is its company’s; people of the park read it for a reason, which stays on the audit trail.',
        remedy: 'Say why with mss logs --reason "…", or in the header X-Reason.',
      });
    }
    const read = { attempt: attempt ?? job.attempt, replica };
    const event = { action: ACTION, objectType: 'job', objectId: job.id, tenantId: job.tenantId };
    const from = new Date(this.clock.now().getTime() - RECORDED_MS);
    const recorded = await this.trail.list(tx, { ...event, actorId: reader.id, from, order: 'latest', limit: 50 });
    if (!recorded.some(({ reason, after }) => reason === reader.reason && isDeepStrictEqual(after, read))) {
      await this.audit.record(tx, { ...event, actor: reader, after: read });
    }
    return job;
  }
}
