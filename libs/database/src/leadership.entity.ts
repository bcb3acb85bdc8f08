import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The current term of each loop. */
@Entity('leadership')
export class LeadershipEntity {
  @PrimaryColumn('text')
  loop!: string;

  /** Grows by one from term to term. */
  @Column('bigint')
  term!: bigint;

  @Column('timestamptz')
  since!: Date;
}
