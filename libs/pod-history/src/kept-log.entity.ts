import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The log of a pod that has ended. */
@Entity('kept_log')
@Index(['jobId', 'attempt', 'replica'])
export class KeptLogEntity {
  @PrimaryColumn('text')
  podUid!: string;

  @Column('text')
  jobId!: string;

  @Column('text')
  tenantId!: string;

  @Column('integer')
  attempt!: number;

  @Column('integer')
  replica!: number;

  /** First start of its main container. */
  @Column('timestamptz')
  startedAt!: Date;

  @Index()
  @Column('timestamptz')
  keptAt!: Date;

  @Column('integer')
  lines!: number;

  /** Of the lines as they were written, before they were compressed. */
  @Column('bigint')
  bytes!: bigint;

  /** Its beginning is not kept. */
  @Column('boolean')
  isCut!: boolean;

  /** Why it could not be read; null where it was. */
  @Column('text', { nullable: true })
  failure!: string | null;
}
