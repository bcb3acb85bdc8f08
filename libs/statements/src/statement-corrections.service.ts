import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, type Month } from '#kernel';
import { correctionsByJob, type JobCorrection } from '#ledger';

/** What was corrected in a month, which its statement counts in and a file for people lists (rules L2, T3). */
@Injectable()
export class StatementCorrectionsService {
  constructor(private readonly calendar: BusinessCalendar) {}

  /** Corrections, refunds and late usage that take effect in `month`; those of a closed month change no more. */
  async of(tx: Tx, tenantId: string, month: Month): Promise<JobCorrection[]> {
    return await correctionsByJob(tx, tenantId, { from: this.calendar.startOf(month), until: this.calendar.endOf(month) });
  }
}
