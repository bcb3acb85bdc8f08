import { Injectable } from '@nestjs/common';
import { systemActor } from '#audit';
import { notify, type Tx } from '#database';
import { rolesThatMay } from '#identity';
import { type Instant, newId, toDate } from '#kernel';
import type { ApplicationStatus } from './domain/application.ts';

const SOON_SECONDS = 86_400;

export interface Reminder {
  readonly applicationId: string;
  readonly action: 'due-soon' | 'overdue';
}

/** A step that waits for somebody, as a letter tells it to one of those who may take it. */
export interface AwaitedStep {
  readonly applicationId: string;
  readonly companyName: string;
  readonly programmeName: string;
  readonly status: ApplicationStatus;
  readonly dueAt: Date;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
}

/**
 * Reminds of steps that are due: once a day ahead, once when the time has passed, as events of the application that notifications
 * carry on. A step taken meanwhile sets a new due date, which is reminded of anew.
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
    await notify(tx, 'applications');
    return rows.map(({ id, action }) => ({ applicationId: id, action }));
  }

  /**
   * Who may take the next step of these applications: whose role it is, who has said no word on it before, and who does not belong
   * to the company. A row for each person and application, in the order of persons.
   */
  async awaited(tx: Tx, applicationIds: readonly string[]): Promise<AwaitedStep[]> {
    return await tx.query<AwaitedStep[]>(
      `SELECT DISTINCT u.id AS "userId", u.email, u.name, a.id AS "applicationId", a.status, a.due_at AS "dueAt",
              c.name AS "companyName", p.name AS "programmeName"
         FROM application a JOIN company c ON c.id = a.tenant_id JOIN programme p ON p.id = a.programme_id
         JOIN user_role r ON r.role = ANY (CASE a.status WHEN 'submitted' THEN $2::text[] ELSE $3::text[] END)
         JOIN app_user u ON u.id = r.user_id AND u.status = 'active'
        WHERE a.id = ANY ($1) AND a.due_at IS NOT NULL
          AND u.id <> ALL (array_remove(ARRAY[a.created_by, a.submitted_by, a.recommended_by, a.endorsed_by], NULL))
          AND NOT EXISTS (SELECT FROM member m WHERE m.company_id = a.tenant_id AND m.user_id = u.id)
        ORDER BY u.id, a.id`,
      [applicationIds, rolesThatMay('application.review'), rolesThatMay('application.decide')],
    );
  }
}
