import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { JOB_STATES, TERMINAL_STATES } from './domain/job-state-machine.ts';

const NAMING = rowType({ id: column.text, name: column.text, state: column.oneOf(JOB_STATES) });

/** A job that names a secret, and its state. */
export type JobNamingSecret = RowOf<typeof NAMING>;

/** The jobs of a company that have not ended and name `secret` anywhere, oldest first. */
export async function selectNamingSecret(tx: Tx, tenantId: string, secret: string): Promise<JobNamingSecret[]> {
  return await queryRows(
    tx,
    NAMING,
    `SELECT id, name, state FROM job
      WHERE tenant_id = $1 AND state <> ALL($2)
        AND (spec->'imagePullSecrets' @> jsonb_build_array($3::text)
          OR spec->'envFrom' @> jsonb_build_array(jsonb_build_object('secret', $3::text))
          OR spec->'files' @> jsonb_build_array(jsonb_build_object('secret', $3::text)))
      ORDER BY id`,
    [tenantId, [...TERMINAL_STATES], secret],
  );
}
