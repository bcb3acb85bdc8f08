import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A pod whose UID was metered for another admission before. It is not metered; reconciliation shows it. */
@Entity('reused_pod_uid')
export class ReusedPodUidEntity {
  @PrimaryColumn('text')
  podUid!: string;

  @PrimaryColumn('text')
  admissionId!: string;

  /** The admission that the UID was metered for. */
  @Column('text')
  knownAdmissionId!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  gpus!: number;

  @Column('timestamptz')
  startedAt!: Date;

  @Column('timestamptz')
  noticedAt!: Date;
}
