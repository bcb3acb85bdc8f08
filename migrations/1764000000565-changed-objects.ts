import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** One statement that changes more objects of one company than this is recorded as one change of the company's objects of the topic. */
const MOST_OBJECTS = 20;

/** How the changes of a table are recorded. The expressions are SQL over a changed row, which is called `r`. */
interface Watched {
  readonly table: string;
  readonly topic: string;
  /** What the rows are joined with. */
  readonly join?: string;
  readonly object?: string;
  readonly tenant?: string;
  /** The one person that it concerns. */
  readonly user?: string;
  readonly audience?: string;
  readonly events?: readonly ('INSERT' | 'UPDATE' | 'DELETE')[];
}

const BOTH = ['INSERT', 'UPDATE'] as const;
const INSERT = ['INSERT'] as const;
const APPLICATION = 'JOIN application a ON a.id = r.application_id';
/** Drafts that were never submitted are their company's; what the park proposes is the park's until it took effect. */
const AUDIENCE = `CASE WHEN a.round = 0 THEN 'company' WHEN a.kind IN ('freeze', 'claw-back') AND a.status <> 'approved' THEN 'park' ELSE 'all' END`;

const WATCHED: readonly Watched[] = [
  { table: 'job', topic: 'jobs', object: 'r.id', tenant: 'r.tenant_id' },
  { table: 'application', topic: 'applications', object: 'r.id', tenant: 'r.tenant_id', audience: AUDIENCE.replaceAll('a.', 'r.') },
  {
    ...{ table: 'application_comment', topic: 'applications', object: 'a.id', tenant: 'a.tenant_id', join: APPLICATION },
    ...{ audience: `CASE WHEN r.audience = 'park' THEN 'park' ELSE ${AUDIENCE} END` },
  },
  { table: 'application_attachment', topic: 'applications', object: 'a.id', tenant: 'a.tenant_id', join: APPLICATION, audience: AUDIENCE },
  { table: 'subsidy_grant', topic: 'grants', object: 'r.id', tenant: 'r.tenant_id' },
  { table: 'grant_event', topic: 'grants', object: 'r.grant_id', tenant: 'r.tenant_id', events: INSERT },
  { table: 'ledger_entry', topic: 'balances', tenant: 'r.tenant_id', events: INSERT },
  { table: 'bank_transfer', topic: 'transfers', object: 'r.id', tenant: 'r.tenant_id' },
  { table: 'notice', topic: 'notices', object: 'r.id', user: 'r.user_id' },
  { table: 'closed_month', topic: 'months', object: 'r.month', events: ['INSERT', 'DELETE'] },
  { table: 'reconciliation_run', topic: 'reconciliation', object: 'r.month' },
  { table: 'pending_decision', topic: 'decisions', object: 'r.id', tenant: 'r.tenant_id' },
  { table: 'company', topic: 'companies', object: 'r.id', tenant: 'r.id' },
  { table: 'company_contact', topic: 'companies', object: 'r.company_id', tenant: 'r.company_id', events: ['INSERT', 'UPDATE', 'DELETE'] },
  { table: 'member', topic: 'members', object: 'r.user_id', tenant: 'r.company_id', events: ['INSERT', 'UPDATE', 'DELETE'] },
  { table: 'invitation', topic: 'members', tenant: 'r.company_id' },
  { table: 'programme', topic: 'programmes', object: 'r.id' },
  { table: 'programme_appropriation', topic: 'programmes', object: 'r.programme_id', events: INSERT },
  { table: 'gpu_class', topic: 'catalog', object: 'r.code' },
  { table: 'gpu_price', topic: 'catalog', object: 'r.gpu_class', events: INSERT },
  { table: 'concurrency_limit', topic: 'limits', tenant: 'r.tenant_id', events: ['INSERT', 'UPDATE', 'DELETE'] },
  { table: 'incident', topic: 'incidents', object: 'r.id' },
  { table: 'incident_refund', topic: 'incidents', object: 'r.incident_id', tenant: 'r.tenant_id' },
  { table: 'pod_record', topic: 'cluster', object: 'r.job_id', tenant: 'r.tenant_id' },
];

/**
 * Which objects have changed, for those who show them: written by triggers, so that no change is forgotten, whichever process writes.
 * A row names the transaction that wrote it, so that a reader can tell by a snapshot which changes it has seen. Rows are kept for an hour.
 *
 * A trigger looks at whole statements, and records one row for each company where one changes many of its objects. Creating one takes a
 * SHARE ROW EXCLUSIVE lock on its table for an instant.
 */
export class ChangedObjects1764000000565 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE changed_object (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        transaction_id bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
        topic text NOT NULL,
        object_id text,
        tenant_id text,
        user_id text,
        audience text NOT NULL DEFAULT 'all' CHECK (audience IN ('all', 'company', 'park')),
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`CREATE INDEX changed_object_transaction ON changed_object (transaction_id)`);
    await runner.query(`CREATE INDEX changed_object_age ON changed_object (recorded_at)`);
    // One reader of each process reads for all; a tenant's role reads and writes nothing here.
    await runner.query(`GRANT SELECT, DELETE ON changed_object TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('changed_object', 'tenant_id = tenant_in_scope()')`);
    for (const watched of WATCHED) await watch(runner, watched);
  }
}

async function watch(runner: QueryRunner, watched: Watched): Promise<void> {
  const { table, topic, join = '', object = 'NULL', tenant = 'NULL', user = 'NULL', audience = `'all'`, events = BOTH } = watched;
  await runner.query(`
    CREATE FUNCTION record_changed_${table}() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      INSERT INTO changed_object (topic, object_id, tenant_id, user_id, audience)
      SELECT DISTINCT '${topic}', CASE WHEN objects <= ${MOST_OBJECTS} THEN object_id END, tenant_id, user_id, audience
        FROM (SELECT object_id, tenant_id, user_id, audience, count(*) OVER (PARTITION BY tenant_id, user_id, audience) AS objects
                FROM (SELECT DISTINCT (${object})::text, (${tenant})::text, (${user})::text, ${audience} FROM changed r ${join})
                     AS touched (object_id, tenant_id, user_id, audience)) AS counted;
      IF FOUND THEN PERFORM pg_notify('speedspace', 'changes'); END IF;
      RETURN NULL;
    END $$`);
  for (const event of events) {
    const transition = event === 'DELETE' ? 'OLD' : 'NEW';
    await runner.query(`
      CREATE TRIGGER ${table}_changed_by_${event.toLowerCase()} AFTER ${event} ON ${table} REFERENCING ${transition} TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION record_changed_${table}()`);
  }
}
