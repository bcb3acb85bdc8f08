import { type Actor, type AuditService, type AuditTrailService, systemActor } from '#audit';
import type { Tx } from '#database';

/** Who does what nobody of the demo's people does. */
export const DEMO: Actor = systemActor('demo data');

/** Where the trail says that a database holds demo data. */
const MARK = { objectType: 'demo', objectId: 'data' } as const;

/** Records on the trail that demo data are being made in this database, or are complete. */
export async function markDemo(tx: Tx, audit: AuditService, what: 'begun' | 'loaded'): Promise<void> {
  await audit.record(tx, { actor: DEMO, action: `demo.${what}`, ...MARK });
}

/** Whether demo data were begun in this database and never completed. */
export async function isHalfMade(tx: Tx, trail: AuditTrailService): Promise<boolean> {
  const [latest] = await trail.latest(tx, MARK, ['demo.begun', 'demo.loaded'], 1);
  return latest?.action === 'demo.begun';
}

/** Whether standalone has loaded demo data into this database. */
export async function isDemo(tx: Tx, trail: AuditTrailService): Promise<boolean> {
  return (await trail.latest(tx, MARK, ['demo.loaded'], 1)).length > 0;
}
