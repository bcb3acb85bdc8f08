import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A name that a programme had until it was renamed. */
@Entity('programme_former_name')
export class ProgrammeFormerNameEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  programmeId!: string;

  @Column('text')
  name!: string;

  /** When the programme was renamed. */
  @Column('timestamptz')
  until!: Date;
}
