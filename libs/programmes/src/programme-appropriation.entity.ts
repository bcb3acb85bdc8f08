import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Actor, recordedActor } from '#audit';
import { checkedAs } from '#database';

/** One step in which a funder put money or GPU time into a programme. */
@Entity('programme_appropriation')
export class ProgrammeAppropriationEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  programmeId!: string;

  /** Fen or GPU-seconds, by the unit of the programme. */
  @Column('bigint')
  amount!: bigint;

  @Column('timestamptz')
  at!: Date;

  @Column('jsonb', { transformer: checkedAs(recordedActor) })
  actor!: Actor;

  /** The funder's document, where one was named. */
  @Column('text', { nullable: true })
  reference!: string | null;
}
