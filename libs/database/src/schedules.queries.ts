import type { Tx } from './transactions.ts';
import { column, queryRows, rowType } from './typed-rows.ts';

const KINDS = ['cron', 'interval', 'event'] as const;

/** What the leader of a schedule last did. Instants are of the product's clock. */
export interface ScheduleReport {
  /** Also the name of its lease. */
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  /** When it runs, such as `0 * * * * *` or `every 600 s`. */
  readonly timing: string;
  /** Host and process id. */
  readonly leader: string;
  readonly term: bigint;
  readonly leadingSince: Date;
  readonly lastTurnAt: Date | null;
  readonly lastTurnMilliseconds: number | null;
  readonly lastSuccessAt: Date | null;
  /** Failed turns since the last one that succeeded, in this term. */
  readonly failures: number;
  readonly lastFailureAt: Date | null;
  readonly lastFailure: string | null;
  /** At the latest: an event may begin the turn earlier. */
  readonly nextTurnAt: Date | null;
}

/** A schedule as operators see it. */
export interface ScheduleStatus extends Omit<ScheduleReport, 'leader'> {
  /** Null while no process holds the lease. */
  readonly leader: string | null;
}

const COLUMNS = `name text, kind text, timing text, leader text, term bigint, "leadingSince" timestamptz, "lastTurnAt" timestamptz,
  "lastTurnMilliseconds" integer, "lastSuccessAt" timestamptz, failures integer, "lastFailureAt" timestamptz, "lastFailure" text,
  "nextTurnAt" timestamptz`;

/**
 * Writes the reports in one statement. A report of an earlier term than the one recorded changes nothing; the last success and the
 * last failure stay until a later one is reported, whichever process had them.
 */
export async function recordSchedules(tx: Tx, reports: readonly ScheduleReport[]): Promise<void> {
  const rows = reports.map((report) => ({
    ...report,
    term: report.term.toString(),
    lastFailure: report.lastFailure?.slice(0, 500) ?? null,
  }));
  await tx.query(
    `INSERT INTO schedule AS s (name, kind, timing, leader, term, leading_since, last_turn_at, last_turn_milliseconds, last_success_at,
       failures, last_failure_at, last_failure, next_turn_at)
     SELECT name, kind, timing, leader, term, "leadingSince", "lastTurnAt", "lastTurnMilliseconds", "lastSuccessAt",
       failures, "lastFailureAt", "lastFailure", "nextTurnAt"
     FROM json_to_recordset($1::json) AS r(${COLUMNS}) ORDER BY name
     ON CONFLICT (name) DO UPDATE SET
       kind = EXCLUDED.kind, timing = EXCLUDED.timing, leader = EXCLUDED.leader, term = EXCLUDED.term, leading_since = EXCLUDED.leading_since,
       last_turn_at = coalesce(EXCLUDED.last_turn_at, s.last_turn_at),
       last_turn_milliseconds = coalesce(EXCLUDED.last_turn_milliseconds, s.last_turn_milliseconds),
       last_success_at = coalesce(EXCLUDED.last_success_at, s.last_success_at),
       failures = EXCLUDED.failures,
       last_failure_at = coalesce(EXCLUDED.last_failure_at, s.last_failure_at),
       last_failure = coalesce(EXCLUDED.last_failure, s.last_failure),
       next_turn_at = coalesce(EXCLUDED.next_turn_at, s.next_turn_at)
     WHERE s.term <= EXCLUDED.term`,
    [JSON.stringify(rows)],
  );
}

const STATUS = rowType({
  name: column.text,
  kind: column.oneOf(KINDS),
  timing: column.text,
  leader: column.nullable(column.text),
  term: column.bigint,
  leadingSince: column.timestamp,
  lastTurnAt: column.nullable(column.timestamp),
  lastTurnMilliseconds: column.nullable(column.integer),
  lastSuccessAt: column.nullable(column.timestamp),
  failures: column.integer,
  lastFailureAt: column.nullable(column.timestamp),
  lastFailure: column.nullable(column.text),
  nextTurnAt: column.nullable(column.timestamp),
});

/** Every schedule that a process has led, by name. Asks the locks whether one leads it now: a process that died reports nothing. */
export async function listSchedules(tx: Tx): Promise<ScheduleStatus[]> {
  return await queryRows(
    tx,
    STATUS,
    `WITH held AS (
       SELECT classid::bigint << 32 | objid::bigint AS key FROM pg_locks
       WHERE locktype = 'advisory' AND granted AND objsubid = 1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
     SELECT name, kind, timing, CASE WHEN hashtextextended(name, 0) IN (SELECT key FROM held) THEN leader END AS leader,
       term, leading_since AS "leadingSince", last_turn_at AS "lastTurnAt", last_turn_milliseconds AS "lastTurnMilliseconds",
       last_success_at AS "lastSuccessAt", failures, last_failure_at AS "lastFailureAt", last_failure AS "lastFailure",
       next_turn_at AS "nextTurnAt"
     FROM schedule ORDER BY name COLLATE "C"`,
  );
}
