import { Column, Entity, Generated, PrimaryColumn, Unique } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs, column } from '#database';
import { GRANT_EVENT_KINDS, type GrantEventKind } from './domain/grant-event.ts';

/** What happened to a grant, apart from being spent. */
@Entity('grant_event')
@Unique(['position'])
export class GrantEventEntity {
  /** The order of events. */
  @Column('bigint')
  @Generated('increment')
  position!: bigint;

  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  grantId!: string;

  @Column('text')
  tenantId!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text', { transformer: checkedAs(column.oneOf(GRANT_EVENT_KINDS)) })
  kind!: GrantEventKind;

  @Column('bigint', { nullable: true })
  amount!: bigint | null;

  /** The end of validity after it, where it moved. */
  @Column('timestamptz', { nullable: true })
  validUntil!: Date | null;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  @Column('text', { nullable: true })
  reason!: string | null;
}
