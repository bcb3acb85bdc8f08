import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a pod ran (rules M1–M3): one row per pod UID. */
@Entity('usage_interval')
export class UsageIntervalEntity {
  @PrimaryColumn('text')
  podUid!: string;

  @Column('text')
  admissionId!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  gpus!: number;

  @Column('timestamptz')
  startedAt!: Date;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  @Column('timestamptz')
  lastSeenAt!: Date;

  /** `reported` by the cluster, or `last-seen` where the pod was lost (rule M3). */
  @Column('text', { nullable: true })
  endSource!: 'reported' | 'last-seen' | null;

  /** When a lost pod was missed. */
  @Column('timestamptz', { nullable: true })
  noticedGoneAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  nodeSilentSince!: Date | null;
}
