import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Refunds that were made by mistake are taken back and stay on record (rule M8); the attempt may then be refunded for another incident.
 * `incident_refund` is locked while its key is built anew: a moment, as it has a row per refunded attempt only.
 */
export class RefundReversals1764000000396 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the key of incident_refund';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE incident_refund ADD COLUMN reversed_at timestamptz, DROP CONSTRAINT incident_refund_pkey,
      ADD PRIMARY KEY (incident_id, admission_id)`);
    await runner.query(`DROP INDEX incident_refund_incident`);
    await runner.query(`CREATE UNIQUE INDEX incident_refund_standing ON incident_refund (admission_id) WHERE reversed_at IS NULL`);
    await runner.query(`GRANT UPDATE (reversed_at) ON incident_refund TO speedspace_app`);
  }
}
