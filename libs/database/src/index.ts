/**
 * database — one PostgreSQL: the data source, the transaction runner, leadership with fencing, wake-up signals, migrations
 * and the embedded server. It owns the tables `leadership`, `schedule`, `migration`, `idempotent_request`, `outbox_event` and
 * `changed_object`, and nothing of
 * the domain; it must never know a business rule.
 */
export { logArchiving, type LogArchiving } from './archiver.queries.ts';
export { asUnavailable } from './connection-loss.ts';
export { type ChangeAudience } from './changed-object.entity.ts';
export {
  type ChangedObject,
  type ChangePosition,
  changesBetween,
  CHANGES_TOPIC,
  deleteOldChanges,
  presentPosition,
} from './changed-objects.queries.ts';
export { checkedAs } from './checked-column.ts';
export { cursorBatches, cursorRows } from './cursor.queries.ts';
export {
  type DatabaseSettings,
  connectionOptions,
  databaseEnvironment,
  databaseSettings,
  ownerEnvironment,
  ownerOptions,
} from './database-settings.ts';
export { DatabaseModule } from './database.module.ts';
export { EmbeddedPostgresServer } from './embedded/embedded-postgres-server.ts';
export { deleteKeptAnswers, findKeptAnswer, isKeptAnswer, keepAnswer, type KeptAnswer, type KeptRequest } from './kept-answers.queries.ts';
export { insertIfAbsent } from './insert-if-absent.ts';
export { Leadership, type LeaderTerm, LeadershipLost, LeadershipSettings } from './leadership.ts';
export { inIsolatedBatches } from './isolated-batches.ts';
export { type MigrationClass } from './migrate.ts';
export { ping } from './ping.queries.ts';
export { lockByName } from './named-lock.queries.ts';
export { prepareDatabase, type Preparation } from './prepare-database.ts';
export { PoolUse } from './pool-use.ts';
export { DatabaseNotReady } from './database-not-ready.ts';
export { missingMigrations, requireReadyDatabase } from './readiness.ts';
export { type OutboxEvent, OUTBOX_TOPIC, type OutboxTopic } from './outbox.ts';
export { deleteHandledEvents, dueEvents, lockEvents, markHandled, outboxBacklog, recordEvent, recordFailure } from './outbox.queries.ts';
export { type PreparedStatement, runPrepared } from './prepared-statement.ts';
export { listSchedules, recordSchedules, type ScheduleReport, type ScheduleStatus } from './schedules.queries.ts';
export { Signals, notify, notifying } from './signals.ts';
export { streamedBatches } from './streamed-rows.queries.ts';
export { streamInTransaction } from './transaction-stream.ts';
export { acrossTenants, inTenantScope } from './tenant-scope.ts';
export { matchRank, type MatchRank, rankColumn, RELATED, type TextSearch } from './text-match.ts';
export { type Tx, Transactions } from './transactions.ts';
export { column, type ColumnType, execute, queryRows, type RowOf, type RowType, rowType } from './typed-rows.ts';
