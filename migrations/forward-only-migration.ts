import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration of the schema. Rows that were written since it ran are not lost again, so none is ever undone: a later one corrects it. */
export abstract class ForwardOnlyMigration implements MigrationInterface {
  abstract up(runner: QueryRunner): Promise<void>;

  /** @throws Error always */
  down(): Promise<void> {
    return Promise.reject(
      new Error(`${this.constructor.name} cannot be undone: migrations go forward only. Write a later migration, or restore a backup.`),
    );
  }
}
