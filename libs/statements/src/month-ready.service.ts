import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { insertIfAbsent, type OutboxTopic, recordEvent, type Tx } from '#database';
import { Clock, type Month } from '#kernel';
import type { ClosingChecklist } from './month-closing.service.ts';
import { MonthReadyNoticeEntity } from './month-ready-notice.entity.ts';

const monthReady = z.object({
  month: z.string(),
  /** What the checklist asks people to look at, in sentences. */
  attention: z.array(z.string()),
  /** Days after its end when the controller closes it, where nothing asks for attention; null where people close it. */
  closedAfterDays: z.number().int().nullable(),
});
export type MonthReady = z.infer<typeof monthReady>;

/** A month is over, charged in full and next in order: it can be closed. */
export const MONTH_READY: OutboxTopic<MonthReady> = { name: 'month-ready', data: monthReady };

/** Tells finance once when a month can be closed. */
@Injectable()
export class MonthReadyService {
  constructor(private readonly clock: Clock) {}

  async wasTold(tx: Tx, month: Month): Promise<boolean> {
    return await tx.existsBy(MonthReadyNoticeEntity, { month });
  }

  /** @returns whether finance was not told before */
  async tell(tx: Tx, { month, items }: ClosingChecklist, closedAfterDays: number | undefined): Promise<boolean> {
    if (!(await insertIfAbsent(tx, MonthReadyNoticeEntity, { month, at: this.clock.now() }))) return false;
    const attention = items.filter(({ state }) => state === 'attention').map(({ detail }) => detail);
    await recordEvent(tx, MONTH_READY, { key: month, data: { month, attention, closedAfterDays: closedAfterDays ?? null } });
    return true;
  }
}
