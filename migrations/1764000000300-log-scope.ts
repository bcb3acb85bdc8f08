import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Reading logs is an action of its own. Personal tokens that could read them with `job.read` keep that: the new action joins their
 * scopes (a row lock on each for an instant). The park's people need a reason besides, with a token too.
 */
export class LogScope1764000000300 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE personal_token SET scopes = array_append(scopes, 'log.read')
       WHERE 'job.read' = ANY (scopes) AND NOT 'log.read' = ANY (scopes) AND revoked_at IS NULL`);
  }
}
