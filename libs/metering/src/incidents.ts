import { LessThan } from 'typeorm';
import type { Actor } from '#audit';
import type { Tx } from '#database';
import type { GpuSeconds } from '#kernel';
import { IncidentEntity } from './incident.entity.ts';
import { IncidentRefundEntity } from './incident-refund.entity.ts';

/** A failure of the platform, as the operator stated it. */
export interface Incident {
  readonly id: string;
  readonly reason: string;
  readonly node: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
  readonly openedBy: Actor;
  readonly openedAt: Date;
}

/** What was credited back to one attempt. */
export interface IncidentRefund {
  readonly admissionId: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly since: Date;
  readonly fromCheckpoint: boolean;
  readonly gpuSeconds: GpuSeconds;
  /** When it was taken back, because it had been made by mistake. */
  readonly reversedAt: Date | null;
}

export async function insertIncident(tx: Tx, { from, until, ...incident }: Incident): Promise<void> {
  await tx.insert(IncidentEntity, { ...incident, startsAt: from, endsAt: until });
}

/** Newest first, after the one with id `after`. */
export async function findIncidents(tx: Tx, { after, limit }: { readonly after?: string; readonly limit: number }): Promise<Incident[]> {
  const where = after === undefined ? {} : { id: LessThan(after) };
  return (await tx.find(IncidentEntity, { where, order: { id: 'DESC' }, take: limit })).map(toIncident);
}

export async function findIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  const incident = await tx.findOneBy(IncidentEntity, { id });
  return incident === null ? undefined : toIncident(incident);
}

function toIncident({ startsAt, endsAt, ...incident }: IncidentEntity): Incident {
  return { ...incident, from: startsAt, until: endsAt };
}

/** The refunds of an incident, by attempt. */
export async function findRefunds(tx: Tx, incidentId: string): Promise<IncidentRefund[]> {
  const refunds = await tx.find(IncidentRefundEntity, { where: { incidentId }, order: { admissionId: 'ASC' } });
  return refunds.map(({ admissionId, jobId, tenantId, since, fromCheckpoint, gpuSeconds, reversedAt }) => {
    return { admissionId, jobId, tenantId, since, fromCheckpoint, gpuSeconds, reversedAt };
  });
}
