import type { Tx } from './transactions.ts';
import { column, queryRows, rowType } from './typed-rows.ts';

/** How the server archives its write-ahead log, by its own statistics. */
export interface LogArchiving {
  /** When the last file was archived; null before the first one. */
  readonly lastArchivedAt: Date | null;
  /** Attempts that failed since the statistics were reset. */
  readonly failures: bigint;
}

const ARCHIVER = rowType({
  archiving: column.boolean,
  lastArchivedAt: column.nullable(column.timestamp),
  failures: column.bigint,
});

/** Undefined where the server archives nothing: its backups, if any, are unknown to it. */
export async function logArchiving(tx: Tx): Promise<LogArchiving | undefined> {
  const [row] = await queryRows(
    tx,
    ARCHIVER,
    `SELECT current_setting('archive_mode') <> 'off' AS archiving, last_archived_time AS "lastArchivedAt", failed_count AS failures
     FROM pg_stat_archiver`,
  );
  if (row?.archiving !== true) return undefined;
  return { lastArchivedAt: row.lastArchivedAt, failures: row.failures };
}
