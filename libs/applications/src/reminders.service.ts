import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import { z } from 'zod';
import { notify, type OutboxTopic, recordEvent, type Tx } from '#database';
import { type Instant, newId, toDate } from '#kernel';

const SOON_SECONDS = 86_400;

const reminder = z.object({ applicationId: z.string(), action: z.enum(['due-soon', 'overdue']) });
export type Reminder = Readonly<z.infer<typeof reminder>>;

const remindersRecorded = z.object({ reminders: z.array(reminder) });

/** Steps of applications are due soon or overdue. */
export const STEPS_DUE: OutboxTopic<z.infer<typeof remindersRecorded>> = { name: 'applications-due', data: remindersRecorded };

/**
 * Reminds of steps that are due: once a day ahead, once when the time has passed, as events of the application and in the outbox. A step taken meanwhile sets a new due date, which is reminded of anew.
 */
@Injectable()
export class RemindersService {
  async remindDue(tx: Tx, at: Instant): Promise<Reminder[]> {
    const [rows] = await tx.query<[{ id: string; tenantId: string; round: number; status: string; action: Reminder['action'] }[], number]>(
      `UPDATE application SET reminded = CASE WHEN due_at <= $1 THEN 'overdue' ELSE 'due-soon' END
        WHERE id IN (SELECT id FROM application
                      WHERE due_at <= $2 AND reminded IS DISTINCT FROM CASE WHEN due_at <= $1 THEN 'overdue' ELSE 'due-soon' END
                      ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
        RETURNING id, tenant_id AS "tenantId", round, status, reminded AS action`,
      [toDate(at), toDate(at + SOON_SECONDS)],
    );
    if (rows.length === 0) return [];
    await tx.query(
      `INSERT INTO application_event (id, application_id, tenant_id, round, at, action, to_status, actor)
       SELECT id, application_id, tenant_id, round, $6, action, status, $7
         FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $8::text[])
           AS step (id, application_id, tenant_id, round, action, status)`,
      [
        rows.map(() => newId('event')),
        ...[
          rows.map(({ id }) => id),
          rows.map(({ tenantId }) => tenantId),
          rows.map(({ round }) => round),
          rows.map(({ action }) => action),
        ],
        ...[toDate(at), JSON.stringify(systemActor('controller')), rows.map(({ status }) => status)],
      ],
    );
    const reminders = rows.map(({ id, action }) => ({ applicationId: id, action }));
    await recordEvent(tx, STEPS_DUE, { key: newId('event'), data: { reminders } });
    await notify(tx, 'applications');
    return reminders;
  }
}
