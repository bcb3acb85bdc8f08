import { type Actor, type AuditService, type AuditTrailService, systemActor } from '#audit';
import type { Tx } from '#database';

/** Who does what nobody of the demo's people does. */
export const DEMO: Actor = systemActor('demo data');

/** Where the trail says that a database holds demo data. */
const MARK = { objectType: 'demo', objectId: 'data' } as const;

/** Records on the trail, as the last act of loading them, that the database holds demo data. */
export async function markAsDemo(tx: Tx, audit: AuditService): Promise<void> {
  await audit.record(tx, { actor: DEMO, action: 'demo.loaded', ...MARK });
}

/** Whether standalone has loaded demo data into this database. */
export async function isDemo(tx: Tx, trail: AuditTrailService): Promise<boolean> {
  return (await trail.latest(tx, MARK, ['demo.loaded'], 1)).length > 0;
}
