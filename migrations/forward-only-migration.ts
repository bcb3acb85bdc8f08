import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration of the schema. Rows that were written since it ran are not lost again, so none is ever undone: a later one corrects it. */
export abstract class ForwardOnlyMigration implements MigrationInterface {
  /**
   * What processes of the release before need and do not find once this ran, such as `the table requested_letter`; undefined where they work
   * on. A database is migrated past it only while no process is connected.
   */
  static readonly takesAway: string | undefined = undefined;

  abstract up(runner: QueryRunner): Promise<void>;

  /** @throws Error always */
  down(): Promise<void> {
    return Promise.reject(
      new Error(`${this.constructor.name} cannot be undone: migrations go forward only. Write a later migration, or restore a backup.`),
    );
  }
}
