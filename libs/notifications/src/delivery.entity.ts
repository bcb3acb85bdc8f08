import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `queued`: it is tried until it is one of the others. */
export type DeliveryState = 'queued' | 'delivered' | 'given-up';

/** A message on its way to one recipient through one channel. */
@Entity('notification_delivery')
export class DeliveryEntity {
  @PrimaryColumn('text')
  id!: string;

  /** Of the event, the channel and the recipient. */
  @Column('text', { unique: true })
  key!: string;

  @Column('text')
  channel!: string;

  @Column('text')
  recipient!: string;

  @Column('text')
  subject!: string;

  /** Null once it was delivered or given up. */
  @Column('text', { nullable: true })
  body!: string | null;

  @Column('text', { nullable: true })
  linkKind!: string | null;

  @Column('text', { nullable: true })
  linkId!: string | null;

  @Column('text', { default: 'queued' })
  state!: DeliveryState;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  nextAttemptAt!: Date;

  @Column('timestamptz')
  giveUpAt!: Date;

  @Column('timestamptz', { nullable: true })
  finishedAt!: Date | null;

  /** Of the last attempt that failed. */
  @Column('text', { nullable: true })
  failure!: string | null;
}
