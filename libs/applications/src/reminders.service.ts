import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import { z } from 'zod';
import { notify, type OutboxTopic, recordEvent, type Tx } from '#database';
import { type Instant, newId, toDate } from '#kernel';
import { ApplicationEventEntity } from './application-event.entity.ts';
import { markReminded } from './reminder.queries.ts';

const SOON_SECONDS = 86_400;

const reminder = z.object({ applicationId: z.string(), action: z.enum(['due-soon', 'overdue']) });
export type Reminder = Readonly<z.infer<typeof reminder>>;

const remindersRecorded = z.object({ reminders: z.array(reminder) });

/** Steps of applications are due soon or overdue. */
export const STEPS_DUE: OutboxTopic<z.infer<typeof remindersRecorded>> = { name: 'applications-due', data: remindersRecorded };

/**
 * Reminds of steps that are due, once a day ahead and once when the time has passed: as events of the application and in the outbox. A
 * step taken meanwhile sets a new due date, and people are reminded of that one again.
 */
@Injectable()
export class RemindersService {
  async remindDue(tx: Tx, at: Instant): Promise<Reminder[]> {
    const reminded = await markReminded(tx, toDate(at), toDate(at + SOON_SECONDS));
    if (reminded.length === 0) return [];
    const step = { at: toDate(at), actor: systemActor('controller'), amount: null, validUntil: null, opinion: null, content: null };
    await tx.insert(
      ApplicationEventEntity,
      reminded.map(({ id, tenantId, round, status, action }) => ({
        ...{ ...step, id: newId('event'), applicationId: id, tenantId, round, action, toStatus: status },
      })),
    );
    const reminders = reminded.map(({ id, action }) => ({ applicationId: id, action }));
    await recordEvent(tx, STEPS_DUE, { key: newId('event'), data: { reminders } });
    await notify(tx, 'applications');
    return reminders;
  }
}
