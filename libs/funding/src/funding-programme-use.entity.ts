import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Month } from '#kernel';

/** What the grants of a programme paid for a company in one month, or in all months together (rule F4). */
@Entity('funding_programme_use')
export class FundingProgrammeUseEntity {
  @PrimaryColumn('text')
  tenantId!: string;

  @PrimaryColumn('text')
  programmeId!: string;

  /** Empty for all months together. */
  @PrimaryColumn('text')
  month!: Month;

  /** In the unit of the programme. */
  @Column('bigint')
  paid!: bigint;
}
