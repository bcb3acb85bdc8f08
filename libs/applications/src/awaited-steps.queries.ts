import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { rolesThatMay } from '#identity';
import { APPLICATION_STATUSES } from './domain/application.ts';

const awaitedStep = rowType({
  applicationId: column.text,
  companyName: column.text,
  programmeName: column.text,
  status: column.oneOf(APPLICATION_STATUSES),
  dueAt: column.timestamp,
  userId: column.text,
  email: column.text,
  name: column.text,
});
/** A step of an application that is due, with one of the people who may take it. */
export type AwaitedStep = RowOf<typeof awaitedStep>;

/**
 * Who may take the next step of these applications: active holders of its role who have taken no step before and do not belong to the
 * company. A row for each person and application, in the order of persons.
 */
export async function awaitedSteps(tx: Tx, applicationIds: readonly string[]): Promise<AwaitedStep[]> {
  return await queryRows(
    tx,
    awaitedStep,
    `SELECT DISTINCT u.user_id AS "userId", u.email, u.name, a.id AS "applicationId", a.status, a.due_at AS "dueAt",
            c.name AS "companyName", p.name AS "programmeName"
       FROM application a JOIN company_status c ON c.company_id = a.tenant_id JOIN programme_terms p ON p.programme_id = a.programme_id
       JOIN role_holder u ON u.role = ANY (CASE a.status WHEN 'submitted' THEN $2::text[] ELSE $3::text[] END)
      WHERE a.id = ANY ($1) AND a.due_at IS NOT NULL
        AND u.user_id <> ALL (array_remove(ARRAY[a.created_by, a.submitted_by, a.recommended_by, a.endorsed_by], NULL))
        AND NOT EXISTS (SELECT FROM company_member m WHERE m.company_id = a.tenant_id AND m.user_id = u.user_id)
      ORDER BY u.user_id, a.id`,
    [applicationIds, rolesThatMay('application.review'), rolesThatMay('application.decide')],
  );
}
