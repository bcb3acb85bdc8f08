import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs } from '#database';

/** A failure of the platform, as the operator stated it (rule M8). */
@Entity('incident')
export class IncidentEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  reason!: string;

  /** The node that failed; null where attempts were named, or the whole platform failed. */
  @Column('text', { nullable: true })
  node!: string | null;

  @Column('timestamptz', { nullable: true })
  startsAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  endsAt!: Date | null;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  openedBy!: Actor;

  @Column('timestamptz')
  openedAt!: Date;
}
