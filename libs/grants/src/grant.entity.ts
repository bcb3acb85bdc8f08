import { Column, Entity, PrimaryColumn } from 'typeorm';
import { checkedAs, column } from '#database';
import { type Unit, UNITS } from '#kernel';

/** What a company was given of a programme. */
@Entity('subsidy_grant')
export class GrantEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  programmeId!: string;

  @Column('text')
  tenantId!: string;

  @Column('text', { transformer: checkedAs(column.oneOf(UNITS)) })
  unit!: Unit;

  @Column('text')
  name!: string;

  @Column('timestamptz')
  validFrom!: Date;

  @Column('timestamptz')
  validUntil!: Date;

  @Column('boolean', { default: false })
  frozen!: boolean;

  @Column('boolean', { default: false })
  carriedOver!: boolean;

  @Column('text', { nullable: true })
  applicationId!: string | null;

  @Column('timestamptz')
  openedAt!: Date;

  /** It expired and lapsed: what comes back later lapses by an entry of its own. */
  @Column('boolean', { default: false })
  lapsed!: boolean;

  /** Amendments, freezes, claw-backs and lapses so far: numbers the next one. */
  @Column('integer', { default: 0 })
  changes!: number;
}
