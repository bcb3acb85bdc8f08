import type { Tx } from '#database';
import { rolesThatMay } from '#identity';
import type { ApplicationStatus } from './domain/application.ts';

/** A step that waits for somebody, with one of those who may take it. */
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
 * Who may take the next step of these applications: whose role it is, who has taken no step of it before, and who does not belong
 * to the company. A row for each person and application, in the order of persons.
 */
export async function awaitedSteps(tx: Tx, applicationIds: readonly string[]): Promise<AwaitedStep[]> {
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
