import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { PodEventSource, PodEventType } from './domain/pod-event.ts';

/** Something that the cluster reported of a pod. Its count and its last time grow. */
@Entity('pod_event')
@Index(['jobId', 'lastAt'])
export class PodEventEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  attempt!: number;

  @Column('integer')
  replica!: number;

  @Column('text')
  podName!: string;

  @Column('text')
  source!: PodEventSource;

  @Column('text')
  type!: PodEventType;

  @Column('text')
  reason!: string;

  @Column('text')
  message!: string;

  @Column('integer')
  count!: number;

  @Column('timestamptz')
  firstAt!: Date;

  @Index()
  @Column('timestamptz')
  lastAt!: Date;
}
