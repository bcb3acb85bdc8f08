import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The audit trail and its hash chain. Locks nothing that exists.
 *
 * The application may add events and read; the chain is written by a trigger under the owner's rights. The trigger is deferred to
 * the commit, so that the chain's head, the one row all audited transactions share, is locked last and for the shortest time:
 * no transaction can hold it while it waits for another lock.
 */
export class Audit1764000000010 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_event (
        id text PRIMARY KEY,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'system')),
        actor_id text NOT NULL,
        actor_name text NOT NULL,
        actor_address text,
        action text NOT NULL,
        object_type text NOT NULL,
        object_id text NOT NULL,
        tenant_id text,
        before jsonb,
        after jsonb,
        reason text
      )`);
    await runner.query(`CREATE INDEX audit_event_object ON audit_event (object_type, object_id)`);
    await runner.query(`CREATE INDEX audit_event_tenant ON audit_event (tenant_id) WHERE tenant_id IS NOT NULL`);
    await runner.query(`
      CREATE TABLE audit_chain (
        seq bigint PRIMARY KEY CHECK (seq > 0),
        event_id text NOT NULL UNIQUE REFERENCES audit_event (id),
        previous_hash bytea NOT NULL,
        hash bytea NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE audit_head (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        seq bigint NOT NULL,
        hash bytea NOT NULL
      )`);
    await runner.query(`INSERT INTO audit_head (seq, hash) VALUES (0, sha256('speedspace audit trail'))`);
    await createChain(runner);
    await runner.query(`GRANT SELECT, INSERT ON audit_event TO speedspace_app`);
    await runner.query(`GRANT SELECT ON audit_chain, audit_head TO speedspace_app`);
  }
}

async function createChain(runner: QueryRunner): Promise<void> {
  // What is hashed: one JSON array of the event's fields in the order of the table, its instant in microseconds of UTC.
  await runner.query(`
    CREATE FUNCTION audit_payload(event audit_event) RETURNS text LANGUAGE sql STABLE AS $$
      SELECT jsonb_build_array(
        event.id, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.actor_kind, event.actor_id, event.actor_name,
        event.actor_address, event.action, event.object_type, event.object_id, event.tenant_id, event.before, event.after, event.reason
      )::text
    $$`);
  await runner.query(`
    CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      head audit_head;
      linked bytea;
    BEGIN
      SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
      linked := sha256(head.hash || convert_to(audit_payload(NEW), 'UTF8'));
      INSERT INTO audit_chain (seq, event_id, previous_hash, hash) VALUES (head.seq + 1, NEW.id, head.hash, linked);
      UPDATE audit_head SET seq = head.seq + 1, hash = linked;
      RETURN NULL;
    END $$`);
  await runner.query(`
    CREATE CONSTRAINT TRIGGER audit_event_link AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link()`);
  await runner.query(`
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END $$`);
  for (const table of ['audit_event', 'audit_chain']) {
    await runner.query(`
      CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`);
  }
}
