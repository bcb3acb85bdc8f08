import { column, execute, queryRows, rowType, type Tx } from '#database';
import type { PartIndex } from './kept-log.ts';

const LOG = rowType({
  ...{ podUid: column.text, jobId: column.text, attempt: column.integer, replica: column.integer },
  ...{ startedAt: column.instant, keptAt: column.instant, lines: column.integer, bytes: column.bigint, isCut: column.boolean },
  failure: column.nullable(column.text),
});
const COLUMNS = `pod_uid AS "podUid", job_id AS "jobId", attempt, replica, started_at AS "startedAt", kept_at AS "keptAt", lines, bytes,
  is_cut AS "isCut", failure`;

/** The log of a pod that has ended, without its lines. */
export interface KeptLog {
  readonly podUid: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly replica: number;
  /** First start of the pod's main container. */
  readonly startedAt: number;
  readonly keptAt: number;
  readonly lines: number;
  /** Before they were compressed. */
  readonly bytes: bigint;
  /** Its beginning is not kept. */
  readonly isCut: boolean;
  /** Why it could not be read; null where it was. */
  readonly failure: string | null;
}

const UID = rowType({ podUid: column.text });

/** @returns whether it was inserted: not where the log of the pod is kept already, or its job does not exist */
export async function insertKeptLog(tx: Tx, log: KeptLog): Promise<boolean> {
  const inserted = await queryRows(
    tx,
    UID,
    `INSERT INTO kept_log (pod_uid, job_id, tenant_id, attempt, replica, started_at, kept_at, lines, bytes, is_cut, failure)
     SELECT $1, j.job_id, j.tenant_id, $3, $4, to_timestamp($5), to_timestamp($6), $7, $8, $9, $10 FROM job_owner j WHERE j.job_id = $2
     ON CONFLICT (pod_uid) DO NOTHING RETURNING pod_uid AS "podUid"`,
    [log.podUid, log.jobId, log.attempt, log.replica, log.startedAt, log.keptAt, log.lines, log.bytes, log.isCut, log.failure],
  );
  return inserted.length > 0;
}

/** Inserts a part of a log. @param content null where the bucket has it */
export async function insertPart(tx: Tx, podUid: string, { part, first, last, lines }: PartIndex, content: Buffer | null): Promise<void> {
  await tx.query(
    `INSERT INTO kept_log_part (pod_uid, part, first_at, first_nth, last_at, last_nth, lines, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [podUid, part, first.at, first.nth, last.at, last.nth, lines, content],
  );
}

/** Which of these pods have their log kept, or are known not to have one that can be read. */
export async function selectKeptUids(tx: Tx, podUids: readonly string[]): Promise<string[]> {
  const rows = await queryRows(tx, UID, `SELECT pod_uid AS "podUid" FROM kept_log WHERE pod_uid = ANY ($1)`, [podUids]);
  return rows.map(({ podUid }) => podUid);
}

/** The kept logs of a job, by attempt and replica; of pods that replaced one another the last first. */
export async function selectKeptLogs(tx: Tx, jobId: string): Promise<KeptLog[]> {
  return await queryRows(
    tx,
    LOG,
    `SELECT ${COLUMNS} FROM kept_log WHERE job_id = $1 ORDER BY attempt, replica, started_at DESC LIMIT 10000`,
    [jobId],
  );
}

export async function selectKeptLog(tx: Tx, jobId: string, attempt: number, replica: number): Promise<KeptLog | undefined> {
  const [log] = await queryRows(
    tx,
    LOG,
    `SELECT ${COLUMNS} FROM kept_log WHERE job_id = $1 AND attempt = $2 AND replica = $3 ORDER BY started_at DESC LIMIT 1`,
    [jobId, attempt, replica],
  );
  return log;
}

const PART = rowType({
  ...{ part: column.integer, firstAt: column.text, firstNth: column.integer, lastAt: column.text, lastNth: column.integer },
  lines: column.integer,
});

export async function selectParts(tx: Tx, podUid: string): Promise<PartIndex[]> {
  const rows = await queryRows(
    tx,
    PART,
    `SELECT part, first_at AS "firstAt", first_nth AS "firstNth", last_at AS "lastAt", last_nth AS "lastNth", lines
       FROM kept_log_part WHERE pod_uid = $1 ORDER BY part`,
    [podUid],
  );
  return rows.map(({ part, firstAt, firstNth, lastAt, lastNth, lines }) => {
    return { part, first: { at: firstAt, nth: firstNth }, last: { at: lastAt, nth: lastNth }, lines };
  });
}

const CONTENT = rowType({
  content: (value: unknown): Buffer | null => {
    if (value === null || Buffer.isBuffer(value)) return value;
    throw new TypeError('is not bytea');
  },
});

/** The compressed content of a part; null where the bucket has it, undefined where there is none. */
export async function selectContent(tx: Tx, podUid: string, part: number): Promise<Buffer | null | undefined> {
  const [row] = await queryRows(tx, CONTENT, `SELECT content FROM kept_log_part WHERE pod_uid = $1 AND part = $2`, [podUid, part]);
  return row?.content;
}

const STORED = rowType({ podUid: column.text, part: column.integer });

/** Some logs that were kept before then. */
export async function selectOldLogs(tx: Tx, before: Date, limit: number): Promise<string[]> {
  const rows = await queryRows(tx, UID, `SELECT pod_uid AS "podUid" FROM kept_log WHERE kept_at < $1 ORDER BY kept_at LIMIT $2`, [
    before,
    limit,
  ]);
  return rows.map(({ podUid }) => podUid);
}

/** The parts of these logs that the bucket has. */
export async function selectPartsInBucket(tx: Tx, podUids: readonly string[]): Promise<{ podUid: string; part: number }[]> {
  return await queryRows(tx, STORED, `SELECT pod_uid AS "podUid", part FROM kept_log_part WHERE pod_uid = ANY ($1) AND content IS NULL`, [
    podUids,
  ]);
}

export async function deleteLogs(tx: Tx, podUids: readonly string[]): Promise<number> {
  return await execute(tx, `DELETE FROM kept_log WHERE pod_uid = ANY ($1)`, [podUids]);
}
