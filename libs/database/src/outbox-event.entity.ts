import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that a module recorded in the transaction of a fact, for later modules to handle. */
@Entity('outbox_event')
export class OutboxEventEntity {
  @PrimaryColumn('bigint', { generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: bigint;

  @Column('text')
  topic!: string;

  @Column('text', { unique: true })
  key!: string;

  @Column('jsonb')
  data!: unknown;

  @Column('timestamptz', { default: () => 'now()' })
  recordedAt!: Date;

  /** Attempts to handle it that failed. */
  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { default: () => `'-infinity'` })
  nextAttemptAt!: Date;

  /** When it was handled or given up. */
  @Column('timestamptz', { nullable: true })
  handledAt!: Date | null;

  /** Of the last attempt that failed. */
  @Column('text', { nullable: true })
  failure!: string | null;
}
