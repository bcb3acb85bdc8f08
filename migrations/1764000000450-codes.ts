import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The ids and codes that SQL builds or reads, each in one function: the id of an admission (`admissionIdOf` in TypeScript) and the codes
 * of ledger accounts (`accounts` and `parseAccountCode`, rule L6). The planner replaces each call by its expression. Locks nothing.
 */
export class Codes1764000000450 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION admission_id(job_id text, attempt int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN job_id || '/' || attempt::text`);
    await runner.query(`
      CREATE FUNCTION account_code(kind text, owner text, side text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN kind || ':' || owner || ':' || side`);
    await runner.query(`
      CREATE FUNCTION account_kind(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN split_part(code, ':', 1)`);
    await runner.query(`
      CREATE FUNCTION account_owner(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN split_part(code, ':', 2)`);
  }
}
