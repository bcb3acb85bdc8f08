import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A period in which no entry may take effect any more (rule T3). Periods do not overlap and are closed in order. */
@Entity('ledger_closed_period')
export class LedgerClosedPeriodEntity {
  @PrimaryColumn('timestamptz')
  startsAt!: Date;

  @PrimaryColumn('timestamptz')
  endsAt!: Date;

  @Column('timestamptz')
  closedAt!: Date;
}
