import { openClient } from './open-client.ts';

/** Logins for the controllers of a seed, one each, so that the database can tell them apart. */
export const MOST_CONTROLLERS = 12;
const PASSWORD = 'chaos';

export function loginOf(controller: number): string {
  return `chaos_${((controller - 1) % MOST_CONTROLLERS) + 1}`;
}

/** `databaseUrl` with the login of a controller. */
export function urlFor(databaseUrl: string, controller: number): string {
  const url = new URL(databaseUrl);
  url.username = loginOf(controller);
  url.password = PASSWORD;
  return url.toString();
}

/** Logins belong to the server: they are made once. */
export const LOGINS = Array.from({ length: MOST_CONTROLLERS }, (_, index) => index + 1)
  .map(loginOf)
  .map(
    (login) => `CREATE ROLE ${login} LOGIN PASSWORD '${PASSWORD}'; GRANT speedspace_app, speedspace_tenant TO ${login} WITH INHERIT FALSE;`,
  )
  .join('\n');

/**
 * An oracle beside the product's tables: who began which term, and what was written for a loop by a process whose term was over.
 * A write that begins with its fence never is: the next term cannot begin before it is committed. Where several loops write the
 * same, whoever leads one of them may.
 */
export const INVARIANT = `
  CREATE TABLE chaos_term (loop text, term bigint, holder text, PRIMARY KEY (loop, term));
  CREATE TABLE chaos_write (loop text, what text, writer text, stale boolean);
  CREATE FUNCTION chaos_note_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO chaos_term VALUES (NEW."loop", NEW.term, session_user);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos_note_write(of_loops text[], what text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
  DECLARE
    leaders text[] := ARRAY(SELECT DISTINCT ON (loop) holder FROM chaos_term WHERE loop = ANY (of_loops) ORDER BY loop, term DESC);
  BEGIN
    INSERT INTO chaos_write VALUES (array_to_string(of_loops, ' or '), what, session_user, session_user <> ALL (leaders));
  END $$;
  CREATE FUNCTION chaos_note_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM chaos_note_write(ARRAY[CASE NEW.kind WHEN 'admitted' THEN 'admission' ELSE 'workloads' END], NEW.kind || ' ' || NEW.job_id);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos_note_usage() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM chaos_note_write(
      CASE WHEN TG_OP = 'UPDATE' AND OLD.ended_at IS NOT DISTINCT FROM NEW.ended_at THEN ARRAY['workloads', 'last-seen'] ELSE ARRAY['workloads'] END,
      'usage of ' || NEW.pod_uid);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos_note_charge() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM chaos_note_write(ARRAY['metering', 'workloads'], 'charge of ' || NEW.id);
    RETURN NULL;
  END $$;
  CREATE TRIGGER chaos_term AFTER INSERT OR UPDATE ON leadership FOR EACH ROW EXECUTE FUNCTION chaos_note_term();
  CREATE TRIGGER chaos_event AFTER INSERT ON job_event FOR EACH ROW
    WHEN (NEW.actor->>'id' = 'controller' AND NEW.kind IN ('admitted', 'created', 'started', 'rolled-back', 'succeeded', 'failed', 'timed-out'))
    EXECUTE FUNCTION chaos_note_event();
  CREATE TRIGGER chaos_usage AFTER INSERT OR UPDATE ON usage_interval FOR EACH ROW EXECUTE FUNCTION chaos_note_usage();
  CREATE TRIGGER chaos_charge AFTER UPDATE ON funding_admission FOR EACH ROW
    WHEN ((OLD.gpu_seconds, OLD.closed_at) IS DISTINCT FROM (NEW.gpu_seconds, NEW.closed_at))
    EXECUTE FUNCTION chaos_note_charge();`;

/** What the loops read first in a turn, before the transactions that they write in. */
const READ_FIRST = ['job', 'usage_interval', 'funding_admission'];

/** Lets whatever the controllers read first wait until it is let go: they are then between their reads and their writes. */
export async function holdUpTurns(ownerUrl: string): Promise<() => Promise<void>> {
  // A connection for each, none of which waits for another: a transaction that is under way may need them in any order.
  const clients = await Promise.all(READ_FIRST.map(() => openClient(ownerUrl)));
  clients.forEach((client, index) => {
    client.query(`BEGIN; LOCK TABLE ${READ_FIRST[index]} IN ACCESS EXCLUSIVE MODE`).catch(() => undefined);
  });
  return async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  };
}
