import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the leader of a schedule last did. */
@Entity('schedule')
export class ScheduleEntity {
  /** Also the name of its lease. */
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  kind!: string;

  @Column('text')
  timing!: string;

  @Column('text')
  leader!: string;

  @Column('bigint')
  term!: bigint;

  @Column('timestamptz')
  leadingSince!: Date;

  @Column('timestamptz', { nullable: true })
  lastTurnAt!: Date | null;

  @Column('integer', { nullable: true })
  lastTurnMilliseconds!: number | null;

  @Column('timestamptz', { nullable: true })
  lastSuccessAt!: Date | null;

  @Column('integer')
  failures!: number;

  @Column('timestamptz', { nullable: true })
  lastFailureAt!: Date | null;

  @Column('text', { nullable: true })
  lastFailure!: string | null;

  @Column('timestamptz', { nullable: true })
  nextTurnAt!: Date | null;
}
