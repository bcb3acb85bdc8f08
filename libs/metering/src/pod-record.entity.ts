import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the cluster reported of a pod that ran, unchanged: the side of reconciliation that the meter does not write. */
@Entity('pod_record')
export class PodRecordEntity {
  @PrimaryColumn('text')
  podUid!: string;

  @PrimaryColumn('text')
  admissionId!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  gpus!: number;

  @Column('timestamptz')
  startedAt!: Date;

  /** Null while it runs, and where the cluster reports no end. */
  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  /** When it was noticed that the cluster will report no end (rule M3). */
  @Column('timestamptz', { nullable: true })
  lostAt!: Date | null;

  /** When the latest report of it was recorded, by our own clock. */
  @Column('timestamptz')
  reportedAt!: Date;

  /** `meter` for pods of before this record was kept: they are what was metered of them. */
  @Column('text')
  source!: 'cluster' | 'meter';

  /** Null for pods of before it was kept. */
  @Column('text', { nullable: true })
  node!: string | null;
}
